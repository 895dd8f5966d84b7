import { type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { endProcess, isAlive, type ProcessFacts, processFacts, processTree, signal, startService, tryRun, waitFor } from './processes.ts';
import { CHECKOUT, removeFolder, scratchFolder } from './scratch.ts';
import { Tail } from './tail.ts';

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 30_000;
const LOG_LIMIT = 2_000_000;
const COMMAND = join(CHECKOUT, 'apps/cli/bin/berth.js');

export interface BerthOptions {
  /** More environment for the server, or a replacement for what the harness sets. */
  readonly env?: NodeJS.ProcessEnv;
  /** Flags for Node itself. */
  readonly nodeFlags?: readonly string[];
  /** A command to run the server under, for instance strace with its arguments. */
  readonly wrapper?: readonly string[];
  /** Certificate and key files: the server then also listens on `httpsPort`. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/**
 * One Berth server in a folder of its own, started from the build as a user starts it. It survives `kill` and can be started again on the
 * same data and ports; `dispose` ends everything and removes the folder.
 */
export class Berth {
  readonly folder: string;
  readonly port: number;
  readonly httpsPort: number;
  readonly metricsPort: number;
  /** Random, with the three kinds of characters that a password needs. */
  readonly adminPassword = `Aa1${randomBytes(12).toString('base64url')}`;
  /** Milliseconds from starting the process to the first 200 of /readyz, of the latest start. */
  startedInMs = 0;
  readonly #options: BerthOptions;
  #child: ChildProcess | undefined;
  readonly #log = new Tail(LOG_LIMIT);

  private constructor(folder: string, ports: readonly [number, number, number], options: BerthOptions) {
    this.folder = folder;
    [this.port, this.httpsPort, this.metricsPort] = ports;
    this.#options = options;
  }

  static async start(options: BerthOptions = {}): Promise<Berth> {
    if (!existsSync(COMMAND)) throw new Error('Berth is not built here: run `npm run build` first.');
    const folder = await scratchFolder('server');
    const berth = new Berth(folder, [await freePort(), await freePort(), await freePort()], options);
    try {
      await berth.start();
    } catch (error) {
      await berth.dispose();
      throw error;
    }
    return berth;
  }

  get dataFolder(): string {
    return join(this.folder, 'data');
  }

  /** `host:port` as it stands in an image name. */
  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  /** What the server wrote, at most the last two megabytes. */
  get log(): string {
    return this.#log.text;
  }

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error('Berth is not running.');
    return pid;
  }

  /** The `berth` command of this build, to be run with {@link environment}. */
  get command(): readonly string[] {
    return [process.execPath, COMMAND];
  }

  get environment(): NodeJS.ProcessEnv {
    const tls = this.#options.tls;
    return {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      TMPDIR: process.env['TMPDIR'],
      LANG: 'C.UTF-8',
      BERTH_DATA: this.dataFolder,
      BERTH_HOST: '127.0.0.1',
      BERTH_HTTP_PORT: String(this.port),
      BERTH_METRICS_PORT: String(this.metricsPort),
      BERTH_ADMIN_PASSWORD: this.adminPassword,
      ...(tls === undefined ? {} : { BERTH_HTTPS_PORT: String(this.httpsPort), BERTH_TLS_CERT: tls.cert, BERTH_TLS_KEY: tls.key }),
      ...this.#options.env,
    };
  }

  /** Starts the server and waits until it is ready; after `kill` or `stop` it finds its data again. */
  async start(): Promise<void> {
    const [command, ...args] = [...(this.#options.wrapper ?? []), process.execPath, ...(this.#options.nodeFlags ?? []), COMMAND, 'serve'];
    if (command === undefined) throw new Error('There is always a command.');
    const begun = performance.now();
    const child = startService(command, args, {
      cwd: this.folder,
      env: this.environment,
      onOutput: (text) => this.#log.add(text),
    });
    this.#child = child;
    await waitFor(
      'Berth to be ready',
      START_LIMIT_MS,
      async () => child.exitCode !== null || child.signalCode !== null || (await this.#probe()),
    ).catch((error: unknown) => {
      throw new Error(`Berth did not become ready. Its log ends:\n${this.log.slice(-4000)}`, { cause: error });
    });
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`Berth ended with ${child.exitCode ?? child.signalCode} while starting. Its log ends:\n${this.log.slice(-4000)}`);
    }
    this.startedInMs = performance.now() - begun;
  }

  async #probe(): Promise<boolean> {
    const response = await fetch(`${this.url}/readyz`, { signal: AbortSignal.timeout(2000) });
    await response.arrayBuffer();
    return response.ok;
  }

  /** All processes of the server, the main one first. */
  processes(): ProcessFacts[] {
    return this.#child?.pid === undefined ? [] : processTree(this.#child.pid);
  }

  /** Resident bytes of the Node processes and, apart from them, of Postgres. */
  memory(): { readonly node: number; readonly postgres: number } {
    let node = 0;
    let postgres = 0;
    for (const facts of this.processes()) {
      if (facts.program === 'postgres') postgres += facts.residentBytes;
      else node += facts.residentBytes;
    }
    return { node, postgres };
  }

  /** Bytes under the data folder apart from the database: what pushes have written so far, sealed or not. */
  async uploadedBytes(): Promise<number> {
    const result = await tryRun('du', ['-sb', '--exclude=postgres', this.dataFolder]);
    return Number(result.stdout.split('\t')[0]);
  }

  /** Ends the server as a service manager does. Answers whether it ended by itself within the limit. */
  async stop(): Promise<boolean> {
    if (this.#child?.pid === undefined) return true;
    const clean = await endProcess(this.#child.pid, STOP_LIMIT_MS);
    this.#child = undefined;
    return clean;
  }

  /**
   * kill -9, without any warning: of the server's own processes (its database may live on as an orphan), or of everything.
   * Returns when they are gone.
   */
  async kill(what: 'server' | 'everything' = 'server'): Promise<void> {
    const doomed = this.processes().filter((facts) => what === 'everything' || facts.program !== 'postgres');
    for (const facts of doomed) signal(facts.pid, 'SIGKILL');
    await waitFor('killed processes to go', 10_000, () => doomed.every((facts) => !isAlive(facts.pid)));
    this.#child = undefined;
  }

  /** Ends everything that the server started, orphans included, and removes its folder. */
  async dispose(): Promise<void> {
    await this.stop();
    const orphan = this.#databasePid();
    if (orphan !== undefined) {
      signal(orphan, 'SIGQUIT');
      await waitFor('the orphaned database to end', 10_000, () => !isAlive(orphan)).catch(() => signal(orphan, 'SIGKILL'));
    }
    await removeFolder(this.folder);
  }

  /** The embedded database's postmaster, when it outlived the server. */
  #databasePid(): number | undefined {
    const file = ['postgres/postmaster.pid', 'postgres/data/postmaster.pid']
      .map((name) => join(this.dataFolder, name))
      .find((path) => existsSync(path));
    if (file === undefined) return undefined;
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    return processFacts(pid)?.program === 'postgres' ? pid : undefined;
  }
}
