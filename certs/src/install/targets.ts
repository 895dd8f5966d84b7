import { access, constants, stat } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

export const ENGINES = ['docker', 'containerd', 'podman'] as const;
export type Engine = (typeof ENGINES)[number];

export interface InstallEnvironment {
  /** The system's files are below this ("/" outside tests). */
  readonly root: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isRoot: boolean;
}

export interface InstallTarget {
  readonly engine: Engine;
  readonly rootless: boolean;
  /** The certs.d directory. */
  readonly directory: string;
  /** Why this engine is thought to be here. */
  readonly foundBy: string;
}

const PROGRAMS: Readonly<Record<Engine, readonly string[]>> = {
  docker: ['dockerd', 'docker'],
  containerd: ['containerd', 'k3s'],
  podman: ['podman', 'skopeo', 'buildah'],
};
const SYSTEM_DIRECTORIES: Readonly<Record<Engine, string>> = {
  docker: 'etc/docker',
  containerd: 'etc/containerd',
  podman: 'etc/containers',
};

export interface TargetOptions {
  /** Only these, whether found or not. */
  readonly engines: readonly Engine[];
  /** The user's own directories instead of the system's; chosen by itself for users other than root. */
  readonly rootless: boolean;
}

/** The trust directories to write to: the engines asked for, else those that are found on this machine. */
export async function installTargets(environment: InstallEnvironment, options: TargetOptions): Promise<InstallTarget[]> {
  const targets: InstallTarget[] = [];
  for (const engine of ENGINES) {
    const asked = options.engines.includes(engine);
    if (options.engines.length > 0 && !asked) continue;
    const foundBy = asked ? '--engine' : await detect(environment, engine);
    if (foundBy === undefined) continue;
    const directory = trustDirectory(environment, engine, options.rootless);
    if (directory !== undefined) targets.push({ engine, rootless: options.rootless, directory, foundBy });
  }
  return targets;
}

function trustDirectory(environment: InstallEnvironment, engine: Engine, rootless: boolean): string | undefined {
  if (!rootless) return join(environment.root, SYSTEM_DIRECTORIES[engine], 'certs.d');
  const config = environment.env['XDG_CONFIG_HOME'] || join(environment.home, '.config');
  const names: Readonly<Record<Engine, string>> = { docker: 'docker', containerd: 'containerd', podman: 'containers' };
  return join(config, names[engine], 'certs.d');
}

async function detect(environment: InstallEnvironment, engine: Engine): Promise<string | undefined> {
  const directory = join(environment.root, SYSTEM_DIRECTORIES[engine]);
  const isThere = await stat(directory).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (isThere) return directory;
  for (const program of PROGRAMS[engine]) {
    const path = await findProgram(environment.env['PATH'] ?? '', program);
    if (path !== undefined) return path;
  }
  return undefined;
}

async function findProgram(path: string, program: string): Promise<string | undefined> {
  for (const directory of path.split(delimiter).filter((one) => one !== '')) {
    const candidate = join(directory, program);
    const usable = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return candidate;
  }
  return undefined;
}
