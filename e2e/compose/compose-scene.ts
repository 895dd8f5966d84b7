import { existsSync } from 'node:fs';
import { appendFile, cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { importBalancerImage, importNodeImage, importPostgresImage } from '../harness/deployment-images.ts';
import { DockerEngine } from '../harness/docker-engine.ts';
import { freePort } from '../harness/ports.ts';
import { type RunResult, tryRun } from '../harness/processes.ts';
import { RegistryClient } from '../harness/registry-client.ts';
import { CHECKOUT, removeFolder, scratchFolder } from '../harness/scratch.ts';

export const IMAGE = 'berth:0.1.0';
export const NAME = 'registry.berth.test';
/** An address of the loopback interface outside 127.0.0.0/8, where docker would not look at the certificate. */
const ADDRESS = '192.0.2.83';
const HOSTS_LINE = `${ADDRESS} ${NAME} # berth compose test\n`;
export const BUILD_LIMIT_MS = 900_000;
const INSTALL_LIMIT_MS = 240_000;

/** An installation's directory; its path is known from the start of the scene on. */
export interface Directory {
  readonly path: string;
}

export interface InstallOptions {
  readonly engine?: DockerEngine;
  /** What stands before the command, such as `unshare --net`. */
  readonly under?: readonly string[];
  /** The directory that install.sh is taken from. */
  readonly from?: string;
}

/** An engine with the stand-ins of the official images and the image of this checkout, and a name by which clients reach what it publishes. */
export class ComposeScene {
  engine!: DockerEngine;
  folder!: string;
  https!: number;
  http!: number;

  async start(): Promise<void> {
    this.folder = await scratchFolder('compose');
    [this.https, this.http] = [await freePort(), await freePort()];
    this.engine = await DockerEngine.start();
    await importPostgresImage(this.engine);
    await importBalancerImage(this.engine);
    await importNodeImage(this.engine);
    await this.engine.docker(['build', '--network', 'host', '--file', join(CHECKOUT, 'deploy/Dockerfile'), '--tag', IMAGE, CHECKOUT], {
      timeoutMs: BUILD_LIMIT_MS,
    });
    await tryRun('ip', ['address', 'add', `${ADDRESS}/32`, 'dev', 'lo']);
    await appendFile('/etc/hosts', HOSTS_LINE);
  }

  async end(): Promise<void> {
    if (this.https !== undefined) await rm(this.certs, { recursive: true, force: true });
    await tryRun('ip', ['address', 'delete', `${ADDRESS}/32`, 'dev', 'lo']);
    await writeFile('/etc/hosts', (await readFile('/etc/hosts', 'utf8')).replaceAll(HOSTS_LINE, ''));
    await this.engine?.dispose();
    if (this.folder !== undefined) await removeFolder(this.folder);
  }

  /** What clients put before a name of an image. */
  get address(): string {
    return `${NAME}:${this.https}`;
  }

  get certs(): string {
    return `/etc/docker/certs.d/${this.address}`;
  }

  directory(name: string): Directory {
    const at = (): string => join(this.folder, name);
    return {
      get path() {
        return at();
      },
    };
  }

  async install(args: readonly string[], { engine = this.engine, under = [], from }: InstallOptions = {}): Promise<RunResult> {
    const [program = 'sh', ...rest] = [...under, 'sh', join(from ?? join(CHECKOUT, 'deploy'), 'install.sh'), ...args];
    return tryRun(program, rest, { env: engine.environment, timeoutMs: INSTALL_LIMIT_MS });
  }

  async uninstall(directory: Directory, engine = this.engine): Promise<void> {
    if (this.folder !== undefined && existsSync(directory.path))
      await this.install(['uninstall', '--dir', directory.path, '--delete-data', '--yes'], { engine });
  }

  /** As the report of install.sh says for clients. */
  async trust(directory: Directory): Promise<void> {
    await mkdir(this.certs, { recursive: true });
    await cp(join(directory.path, 'tls/ca.crt'), join(this.certs, 'ca.crt'));
  }

  async client(directory: Directory, password: string): Promise<RegistryClient> {
    return new RegistryClient(`https://${this.address}`, { user: 'admin', password }, await readFile(join(directory.path, 'tls/ca.crt')));
  }
}

export function succeeded(result: RunResult): RunResult {
  if (result.code !== 0) throw new Error(`It exited with ${result.code}:\n${result.stdout}\n${result.stderr}`);
  return result;
}

/** The generated password, by the command that the report of install.sh names. */
export async function firstPassword(report: RunResult, engine: DockerEngine): Promise<string> {
  const command = /^ {2}(docker exec .*)$/m.exec(report.stdout)?.[1] ?? 'false';
  return succeeded(await tryRun('sh', ['-euc', command], { env: engine.environment })).stdout.trim();
}
