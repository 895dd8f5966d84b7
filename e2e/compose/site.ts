import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Ledger } from '../faults/ledger.ts';
import { RetryingPusher } from '../faults/retrying-pusher.ts';
import { DockerEngine } from '../harness/docker-engine.ts';
import { type RunResult, tryRun } from '../harness/processes.ts';
import { RegistryClient } from '../harness/registry-client.ts';
import { type ComposeScene, type Directory, firstPassword, type InstallOptions, NAME, succeeded } from './compose-scene.ts';

export const PROJECT = 'berth-site';

/** A place without a network, with an engine of its own that holds no image but those that an offline bundle brings. */
export class Site {
  readonly scene: ComposeScene;
  readonly directory: Directory;
  engine!: DockerEngine;
  /** The directory that the bundle was unpacked into. */
  release!: string;
  password!: string;

  constructor(scene: ComposeScene) {
    this.scene = scene;
    this.directory = scene.directory(PROJECT);
  }

  async start(): Promise<void> {
    this.engine = await DockerEngine.start();
  }

  async end(): Promise<void> {
    if (this.engine === undefined) return;
    await this.scene.uninstall(this.directory, this.engine);
    await this.engine.dispose();
  }

  /** install.sh of a release, without any network: what it needs of one is refused. */
  async install(args: readonly string[], options: InstallOptions = {}): Promise<RunResult> {
    return this.scene.install(args, { engine: this.engine, under: ['unshare', '--net'], from: this.release, ...options });
  }

  /** The first installation: gets the password and makes clients trust it. */
  async firstInstall(): Promise<RunResult> {
    const { https, http } = this.scene;
    const ports = ['--https-port', String(https), '--http-port', String(http)];
    const done = succeeded(await this.install(['--host', NAME, '--dir', this.directory.path, ...ports]));
    this.password = await firstPassword(done, this.engine);
    await this.scene.trust(this.directory);
    return done;
  }

  /** Lines of sh in the installation's directory, as the documentation has them. */
  async inDirectory(lines: string): Promise<RunResult> {
    return tryRun('sh', ['-euc', `cd ${this.directory.path}\n${lines}`], { env: this.engine.environment, timeoutMs: 240_000 });
  }

  /** docker of a machine outside pushes an image of a few bytes. */
  async push(name: string): Promise<void> {
    const { engine, address } = this.scene;
    const login = await engine.login(address, 'admin', this.password);
    if (login.code !== 0) throw new Error(login.stderr);
    await engine.build(`${address}/${name}`, { Dockerfile: 'FROM scratch\nCOPY content /\n', content: `${name} ${Date.now()}` });
    await engine.docker(['push', `${address}/${name}`]);
    await engine.docker(['rmi', `${address}/${name}`]);
  }

  async pull(name: string): Promise<RunResult> {
    const { engine, address } = this.scene;
    const pulled = await engine.try(['pull', `${address}/${name}`]);
    if (pulled.code === 0) await engine.docker(['rmi', `${address}/${name}`]);
    return pulled;
  }

  async connect(): Promise<() => RegistryClient> {
    const ca = await readFile(join(this.directory.path, 'tls/ca.crt'));
    return () => new RegistryClient(`https://${this.scene.address}`, { user: 'admin', password: this.password }, ca);
  }

  async image(service: string): Promise<string> {
    const filters = [`label=com.docker.compose.project=${PROJECT}`, `label=com.docker.compose.service=${service}`];
    const found = await this.engine.docker(['ps', ...filters.flatMap((filter) => ['--filter', filter]), '--format', '{{.Image}}']);
    return found.stdout.trim();
  }
}

/** Pushes by two clients until `end`. */
export class PushLoop {
  readonly ledger = new Ledger();
  readonly #pushers: readonly RetryingPusher[];
  readonly #ended: Promise<unknown>;

  /** `retryStatuses`: what a server may answer while it stops. */
  constructor(connect: () => RegistryClient, repository: string, retryStatuses: readonly number[]) {
    this.#pushers = ['one', 'two'].map(
      (name) => new RetryingPusher(connect, this.ledger, { repository: `${repository}-${name}`, retryStatuses }),
    );
    this.#ended = Promise.all(this.#pushers.map((pusher) => pusher.run()));
  }

  get acknowledged(): number {
    return this.ledger.manifests.size;
  }

  /** Answers what was refused. */
  async end(): Promise<readonly unknown[]> {
    for (const pusher of this.#pushers) pusher.stop();
    await this.#ended;
    return this.#pushers.flatMap(({ refusals }) => refusals);
  }
}
