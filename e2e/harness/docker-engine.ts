import { type ChildProcess } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { endProcess, run, type RunOptions, type RunResult, startService, tryRun, waitFor } from './processes.ts';
import { removeFolder, scratchFolder } from './scratch.ts';
import { requireTool } from './tools.ts';

export interface EngineOptions {
  /** 26: the newer engine with containerd's image store, which takes tokens by POST and knows attestations. Default: Debian 12's. */
  readonly engine?: 'default' | '26';
  readonly insecureRegistries?: readonly string[];
}

/** A Docker engine of the test's own, started by hand; no bridge, no firewall rules, nothing shared with another engine. */
export class DockerEngine {
  readonly folder: string;
  readonly #daemon: ChildProcess;
  readonly #client: string;
  #log = '';

  private constructor(folder: string, options: EngineOptions) {
    this.folder = folder;
    const newer = options.engine === '26';
    this.#client = requireTool(newer ? 'docker-26' : 'docker');
    const daemon = requireTool(newer ? 'dockerd-26' : 'dockerd');
    // dockerd starts the containerd it finds on the PATH: the one that came with it must be first.
    const path = newer ? `${dirname(requireTool('containerd-1.7'))}:${process.env['PATH'] ?? ''}` : process.env['PATH'];
    this.#daemon = startService(
      daemon,
      [
        ...['--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec'), '-H', `unix://${this.#socket}`],
        ...[
          '--pidfile',
          join(folder, 'pid'),
          '--bridge=none',
          '--iptables=false',
          '--ip6tables=false',
          '--config-file',
          join(folder, 'daemon.json'),
        ],
        ...(options.insecureRegistries ?? []).flatMap((host) => ['--insecure-registry', host]),
      ],
      { env: { ...process.env, PATH: path }, onOutput: (text) => (this.#log = (this.#log + text).slice(-200_000)) },
    );
  }

  static async start(options: EngineOptions = {}): Promise<DockerEngine> {
    const folder = await scratchFolder('engine');
    const newer = options.engine === '26';
    const settings = newer ? { features: { 'containerd-snapshotter': true } } : { 'storage-driver': 'overlay2' };
    await writeFile(join(folder, 'daemon.json'), JSON.stringify(settings));
    await mkdir(join(folder, 'config'));
    const engine = new DockerEngine(folder, options);
    try {
      await waitFor('the Docker engine', 60_000, async () => (await engine.try(['version'])).code === 0);
    } catch (error) {
      await engine.dispose();
      throw new Error(`The Docker engine did not start. Its log ends:\n${engine.#log.slice(-3000)}`, { cause: error });
    }
    return engine;
  }

  get #socket(): string {
    return join(this.folder, 'docker.sock');
  }

  /** Where this engine's clients keep logins and plugins. */
  get configFolder(): string {
    return join(this.folder, 'config');
  }

  get environment(): NodeJS.ProcessEnv {
    return {
      ...process.env,
      DOCKER_HOST: `unix://${this.#socket}`,
      DOCKER_CONFIG: this.configFolder,
      DOCKER_BUILDKIT: '0',
      DOCKER_CLI_HINTS: 'false',
    };
  }

  /** `docker ARGS`; throws with the output when it fails. */
  async docker(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return run(this.#client, args, { ...options, env: { ...this.environment, ...options.env } });
  }

  async try(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return tryRun(this.#client, args, { ...options, env: { ...this.environment, ...options.env } });
  }

  async login(host: string, user: string, password: string): Promise<RunResult> {
    return this.try(['login', '--username', user, '--password-stdin', host], { input: password });
  }

  /** Builds an image FROM scratch-like base with the classic builder; `files` become the context. */
  async build(tag: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
    const context = await scratchFolder('context');
    try {
      for (const [name, content] of Object.entries(files)) {
        await writeFile(join(context, name), content);
        await chmod(join(context, name), 0o644);
      }
      await this.docker(['build', '--network', 'none', '--tag', tag, context], { timeoutMs: 300_000 });
    } finally {
      await removeFolder(context);
    }
  }

  async dispose(): Promise<void> {
    if (this.#daemon.pid !== undefined) await endProcess(this.#daemon.pid, 20_000);
    await tryRun('umount', ['-R', join(this.folder, 'data')]);
    // Containers on the host's network leave it mounted.
    await tryRun('umount', [join(this.folder, 'exec/netns/default')]);
    await removeFolder(this.folder);
  }
}
