import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The machine as the doctor sees it; tests give a root of their own. */
export interface DoctorEnvironment {
  /** Files like /etc/docker/daemon.json are looked for below this. */
  readonly root: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly now: () => Date;
  /** What a running docker engine says of itself; undefined when there is none or it does not answer. */
  readonly engine: () => Promise<EngineFacts | undefined>;
}

export interface EngineFacts {
  readonly version: string;
  /** Like "go1.24.3": its x509 messages differ slightly between versions. */
  readonly goVersion: string;
  readonly httpProxy: string;
  readonly httpsProxy: string;
  readonly noProxy: string;
  /** Insecure registries by name, and as networks. */
  readonly insecureRegistries: readonly string[];
  readonly mirrors: readonly string[];
  readonly rootless: boolean;
}

const ENGINE_TIMEOUT_MS = 5_000;

export function systemEnvironment(): DoctorEnvironment {
  return { root: '/', home: homedir(), env: process.env, now: () => new Date(), engine: () => askEngine(process.env) };
}

/** Where each engine looks for the trust of a registry; `host[:port]` is a directory in them. */
export function trustDirectories(environment: Pick<DoctorEnvironment, 'root' | 'home'>) {
  const { root, home } = environment;
  return {
    docker: [join(root, 'etc/docker/certs.d'), join(home, '.config/docker/certs.d')],
    containers: [join(root, 'etc/containers/certs.d'), join(home, '.config/containers/certs.d')],
    containerd: [join(root, 'etc/containerd/certs.d')],
  };
}

interface RawInfo {
  readonly HttpProxy?: string;
  readonly HttpsProxy?: string;
  readonly NoProxy?: string;
  readonly SecurityOptions?: readonly string[];
  readonly RegistryConfig?: {
    readonly InsecureRegistryCIDRs?: readonly string[];
    readonly IndexConfigs?: Readonly<Record<string, { readonly Secure?: boolean }>>;
    readonly Mirrors?: readonly string[];
  };
}

/** Facts from `docker info` and `docker version`. A missing or silent engine is no error: the files are looked at all the same. */
export async function askEngine(env: Readonly<Record<string, string | undefined>>): Promise<EngineFacts | undefined> {
  const run = promisify(execFile);
  const options = { env: env as NodeJS.ProcessEnv, timeout: ENGINE_TIMEOUT_MS, maxBuffer: 1024 * 1024 };
  try {
    const version = JSON.parse((await run('docker', ['version', '--format', '{{json .Server}}'], options)).stdout) as {
      Version?: string;
      GoVersion?: string;
    } | null;
    if (!version?.Version) return undefined;
    const info = JSON.parse((await run('docker', ['info', '--format', '{{json .}}'], options)).stdout) as RawInfo;
    const config = info.RegistryConfig ?? {};
    const named = Object.entries(config.IndexConfigs ?? {}).flatMap(([name, index]) => (index.Secure === false ? [name] : []));
    return {
      version: version.Version,
      goVersion: version.GoVersion ?? '',
      httpProxy: info.HttpProxy ?? '',
      httpsProxy: info.HttpsProxy ?? '',
      noProxy: info.NoProxy ?? '',
      insecureRegistries: [...named, ...(config.InsecureRegistryCIDRs ?? [])],
      mirrors: config.Mirrors ?? [],
      rootless: info.SecurityOptions?.some((one) => one.includes('rootless')) ?? false,
    };
  } catch {
    // docker is absent, has no engine, or may not be asked by this user; each is normal on a machine being diagnosed.
    return undefined;
  }
}
