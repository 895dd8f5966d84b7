import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { buildPostgresProgram, type PostgresProgram, type ServeEvent } from '../testing/postgres-process.ts';
import { DataDirectoryInUseError, type EmbeddedPostgres, findRunningPostgres, startEmbeddedPostgres } from './index.ts';

const isRoot = process.getuid?.() === 0;
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let scratch: string;
let dataDir: string;
let program: PostgresProgram;
const started: EmbeddedPostgres[] = [];

/** Without fsync, which a kill of a process cannot tell; the settings of a real start have a test of their own. */
const start = async (directory = dataDir, durable = false): Promise<EmbeddedPostgres> => {
  const postgres = await startEmbeddedPostgres({ dataDir: directory, durable });
  started.push(postgres);
  return postgres;
};

const query = async (url: string, text: string): Promise<readonly Record<string, unknown>[]> => {
  const client = new pg.Client({ connectionString: url });
  // A server that is stopped under us ends the session; what matters is what the statements answer.
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
};

const urlOf = (event: ServeEvent): string => {
  if (event.url === undefined) throw new Error(`Expected a running database, but: ${JSON.stringify(event)}`);
  return event.url;
};

const isAlive = (pid: number): boolean => {
  const stat = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : undefined;
  return stat !== undefined && !/\) Z /.test(stat);
};

/** Servers that a test killed leave their Postgres behind, as they should. */
const endOrphans = (directory: string): void => {
  for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('cluster/postmaster.pid')) continue;
    const pid = Number.parseInt(readFileSync(join(directory, name), 'utf8'), 10);
    const runtime = join(directory, dirname(dirname(name)), 'runtime-directory');
    if (existsSync(runtime)) rmSync(readFileSync(runtime, 'utf8').trim(), { recursive: true, force: true });
    if (pid !== process.pid && isAlive(pid)) process.kill(pid, 'SIGQUIT');
  }
};

beforeAll(async () => {
  program = await buildPostgresProgram();
});
afterAll(() => program.dispose());
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'berth-embedded-'));
  dataDir = join(scratch, 'postgres');
});
afterEach(async () => {
  for (const postgres of started.splice(0)) await postgres.stop();
  endOrphans(scratch);
  await rm(scratch, { recursive: true, force: true, maxRetries: 10 });
});

describe('the cluster', () => {
  it('is UTF-8, ordered by bytes, checksummed, durable, and reachable over its socket only', async () => {
    const postgres = await start(dataDir, true);
    const [settings] = await query(
      postgres.url,
      `SELECT current_setting('server_encoding') AS encoding, current_setting('data_checksums') AS checksums, current_setting('fsync') AS fsync,
        current_setting('synchronous_commit') AS commits, current_setting('full_page_writes') AS pages, current_setting('listen_addresses') AS addresses,
        current_setting('password_encryption') AS passwords, current_setting('is_superuser') AS super, 'Z' < 'a' COLLATE "default" AS by_bytes, lower('Ä') AS lower`,
    );
    expect(settings).toEqual({
      ...{ encoding: 'UTF8', checksums: 'on', fsync: 'on', commits: 'on', pages: 'on', addresses: '' },
      ...{ passwords: 'scram-sha-256', super: 'off', by_bytes: true, lower: 'ä' },
    });
  });

  it('keeps its data over a stop and a start, and leaves nothing outside the data directory', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    expect(existsSync(dirname(first.connection.host))).toBe(false);
    expect(isAlive(first.pid)).toBe(false);
    const second = await start();
    expect(await query(second.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('asks every connection for the password', async () => {
    const postgres = await start();
    for (const user of ['berth', 'postgres']) {
      const client = new pg.Client({ ...postgres.connection, user, password: 'guess' });
      await expect(client.connect()).rejects.toMatchObject({ code: '28P01' });
    }
  });

  it('shows its secrets to nobody: files 0600, nothing in arguments or environment', async () => {
    const before = process.umask(0);
    const postgres = await start().finally(() => process.umask(before));
    for (const name of ['password', 'superuser-password']) expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600);
    expect(statSync(join(dataDir, 'cluster')).mode & 0o777).toBe(0o700);
    expect(statSync(postgres.connection.host).mode & 0o777).toBe(0o700);
    for (const file of ['cmdline', 'environ']) {
      const text = await readFile(`/proc/${postgres.pid}/${file}`, 'utf8');
      for (const options of [postgres.connection, postgres.superuser]) expect(text).not.toContain(options.password);
    }
    expect((await readdir(dataDir)).sort()).toEqual([
      'binaries-18',
      'cluster',
      'locks',
      'password',
      'runtime-directory',
      'superuser-password',
    ]);
  });

  it('tells the caller when Postgres dies, and starts again after it', async () => {
    const onExit = vi.fn();
    const postgres = await startEmbeddedPostgres({ dataDir, onExit });
    started.push(postgres);
    const session = new pg.Client(postgres.url);
    session.on('error', () => undefined);
    await session.connect();
    process.kill(postgres.pid, 'SIGKILL');
    await vi.waitFor(() => expect(onExit).toHaveBeenCalledWith(expect.objectContaining({ signal: 'SIGKILL' })), { timeout: 20_000 });
    await postgres.stop();
    const again = await start();
    expect(await query(again.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(onExit).toHaveBeenCalledTimes(1);
  });

  it('does not report a stop that was asked for', async () => {
    const onExit = vi.fn();
    const postgres = await startEmbeddedPostgres({ dataDir, onExit });
    await Promise.all([postgres.stop(), postgres.stop()]);
    await sleep(20);
    expect(onExit).not.toHaveBeenCalled();
  });
});

describe('where it lives', () => {
  it('a data directory whose path is far beyond the 107 bytes of a socket', async () => {
    const postgres = await start(join(scratch, 'a'.repeat(120), 'b'.repeat(120), 'postgres'));
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('a path with spaces, quotes and letters beyond ASCII', async () => {
    const postgres = await start(join(scratch, `it's a "däta" $(dir)`, 'postgres'));
    expect(await query(postgres.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it.runIf(isRoot)('started by root it runs as a user that nobody else is, even below a directory closed to that user', async () => {
    await chmod(scratch, 0o700);
    const postgres = await start();
    const { uid } = statSync(`/proc/${postgres.pid}`);
    expect(uid).not.toBe(0);
    expect(statSync(join(dataDir, 'cluster')).uid).toBe(uid);
    const accounts = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'));
    expect(accounts.find((fields) => fields[2] === String(uid))?.[0] ?? 'berth').toBe('berth');
    await postgres.stop();
    const again = await start();
    expect(statSync(`/proc/${again.pid}`).uid).toBe(uid);
  });

  it.runIf(isRoot)('started by an ordinary user it runs as that user', async () => {
    const nobody = { uid: 65_534, gid: 65_534 };
    await chmod(scratch, 0o755);
    await mkdir(dataDir);
    await chown(dataDir, nobody.uid, nobody.gid);
    const server = program.start(dataDir, nobody);
    const ready = await server.next();
    expect(await query(urlOf(ready), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(statSync(`/proc/${ready.postmaster}`).uid).toBe(nobody.uid);
    server.child.kill('SIGTERM');
    expect((await server.next()).event).toBe('stopped');
  });

  it.runIf(isRoot)('refuses in words what it cannot do: a user without a name, a directory of somebody else', async () => {
    await chmod(scratch, 0o777);
    const stranger = { uid: 60_700, gid: 60_700 };
    expect((await program.start(dataDir, stranger).next()).message).toContain('no entry in /etc/passwd');
    await start(join(scratch, 'roots'));
    const refused = await program.start(join(scratch, 'roots'), stranger).next();
    expect(refused).toMatchObject({
      name: 'EmbeddedPostgresError',
      message: expect.stringContaining('Start Berth as the user who owns it'),
    });
  });
});

describe('one server per data directory', () => {
  it('refuses the second with the first one and the directory named, and disturbs nothing', async () => {
    const server = program.start(dataDir);
    const ready = await server.next();
    const refusal = await startEmbeddedPostgres({ dataDir }).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DataDirectoryInUseError);
    expect((refusal as DataDirectoryInUseError).pid).toBe(server.pid);
    expect((refusal as Error).message).toContain(`process ${server.pid}`);
    expect((refusal as Error).message).toContain(dataDir);
    expect(await query(urlOf(ready), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.kill('SIGKILL');
  });

  it('refuses it while the first is stopped in its tracks (SIGSTOP)', async () => {
    const server = program.start(dataDir);
    await server.next();
    server.child.kill('SIGSTOP');
    await expect(startEmbeddedPostgres({ dataDir })).rejects.toBeInstanceOf(DataDirectoryInUseError);
    await server.kill('SIGKILL');
  });

  it('of many that start at once exactly one serves', async () => {
    const servers = Array.from({ length: 6 }, () => program.start(dataDir));
    const events = await Promise.all(servers.map((server) => server.next()));
    expect(events.map((event) => event.event).sort()).toEqual(['ready', ...Array<string>(5).fill('refused')]);
    for (const event of events) if (event.event === 'refused') expect(event.name).toBe('DataDirectoryInUseError');
    await Promise.all(servers.map((server) => server.kill('SIGKILL')));
  });

  it('lets a command beside the server find the database, and nothing when none runs', async () => {
    expect(await findRunningPostgres(dataDir)).toBeUndefined();
    const server = program.start(dataDir);
    const ready = await server.next();
    const found = await findRunningPostgres(dataDir);
    expect(found?.host).toBe(ready.socketDirectory);
    const client = new pg.Client(found);
    await client.connect();
    await client.end();
    server.child.kill('SIGTERM');
    await server.next();
    expect(await findRunningPostgres(dataDir)).toBeUndefined();
  });
});

describe('after a kill', () => {
  it('of the server: the orphan is stopped and what was committed is there', async () => {
    const server = program.start(dataDir);
    const ready = await server.next();
    await query(urlOf(ready), 'CREATE TABLE kept AS SELECT 42 AS answer');
    await server.kill('SIGKILL');
    expect(isAlive(ready.postmaster ?? 0)).toBe(true);
    const again = await start();
    expect(isAlive(ready.postmaster ?? 0)).toBe(false);
    expect(existsSync(ready.socketDirectory ?? '')).toBe(false);
    expect(await query(again.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  });

  it('at any moment of the very first start: the next start succeeds', async () => {
    for (let delay = 60; delay <= 1000; delay += 180) {
      const directory = join(scratch, `after-${delay}`);
      const server = program.start(directory);
      await sleep(delay);
      await server.kill('SIGKILL');
      const again = await start(directory);
      expect(await query(again.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
      await again.stop();
      expect(readdirSync(directory).filter((name) => name.includes('new') || name.includes('initdb'))).toEqual([]);
    }
  });

  it('a Ctrl-C to the whole group does not take the database from under the server', async () => {
    const server = program.start(dataDir);
    const ready = await server.next();
    process.kill(-server.pid, 'SIGINT');
    await sleep(200);
    expect(await query(urlOf(ready), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    server.child.kill('SIGTERM');
    expect((await server.next()).event).toBe('stopped');
  });

  it('a process that got the old number is neither stopped nor mistaken for a database', async () => {
    const first = await start();
    await query(first.url, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const owner = statSync(join(dataDir, 'cluster'));
    const stranger = spawn('sleep', ['60'], { ...(isRoot ? { uid: owner.uid, gid: owner.gid } : {}) });
    const pidFile = join(dataDir, 'cluster', 'postmaster.pid');
    await writeFile(pidFile, `${stranger.pid}\n/somewhere\n1700000000\n5432\n/tmp\n\n 123456 78\nready   \n`);
    await chown(pidFile, owner.uid, owner.gid);
    try {
      const again = await start();
      expect(await query(again.url, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
      expect(isAlive(stranger.pid ?? 0)).toBe(true);
    } finally {
      stranger.kill();
    }
  });
});
