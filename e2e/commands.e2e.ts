import { type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Berth } from './harness/berth.ts';
import { freePort } from './harness/ports.ts';
import { endProcess, run, startService, tryRun, waitFor } from './harness/processes.ts';
import { expectStatus, RegistryClient } from './harness/registry-client.ts';
import { CHECKOUT, removeFolder, scratchFolder } from './harness/scratch.ts';

const BERTH = join(CHECKOUT, 'apps/cli/bin/berth.js');

describe('the two commands of the README', () => {
  let folder: string;
  let service: ChildProcess | undefined;

  beforeAll(async () => {
    folder = await scratchFolder('start');
  });
  afterAll(async () => {
    if (service?.pid !== undefined) await endProcess(service.pid, 30_000);
    await removeFolder(folder);
  });

  it('npm start serves, with a generated password that only its owner may read', async () => {
    const port = await freePort();
    const { BERTH_ADMIN_PASSWORD: _, ...inherited } = process.env;
    let log = '';
    service = startService('npm', ['start'], {
      cwd: CHECKOUT,
      env: { ...inherited, BERTH_DATA: join(folder, 'data'), BERTH_HTTP_PORT: String(port), BERTH_METRICS_PORT: String(await freePort()) },
      onOutput: (text) => (log += text),
    });
    await waitFor('npm start', 100_000, async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok).catch((error: unknown) => {
      throw new Error(`npm start did not serve:\n${log.slice(-3000)}`, { cause: error });
    });
    const file = join(folder, 'data/initial-admin-password');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const password = (await readFile(file, 'utf8')).trim();
    expect(password.length).toBeGreaterThan(15);
    expect(log).toContain('initial-admin-password');
    expect(log).not.toContain(password);
    const client = new RegistryClient(`http://127.0.0.1:${port}`, { user: 'admin', password });
    expectStatus('GET /v2/', await client.ask('GET', '/v2/'), 200);
    client.close();
  });

  it('npm has linked the command', () => {
    expect(existsSync(join(CHECKOUT, 'node_modules/.bin/berth'))).toBe(true);
  });
});

describe('the berth command', () => {
  let berth: Berth;

  beforeAll(async () => {
    berth = await Berth.start();
  });
  afterAll(async () => {
    await berth?.dispose();
  });

  const command = async (args: readonly string[], input = ''): ReturnType<typeof run> =>
    run(process.execPath, [BERTH, ...args], { env: berth.environment, cwd: berth.folder, input });

  it('prints help with examples, and answers wrong usage with 2', async () => {
    expect((await command(['--help'])).stdout).toContain('Examples:');
    const wrong = await tryRun(process.execPath, [BERTH, 'serve', '--no-such-flag'], { env: berth.environment });
    expect(wrong.code).toBe(2);
    expect(wrong.stdout).toBe('');
    expect((await tryRun(process.execPath, [BERTH, 'no-such-verb'], { env: berth.environment })).code).toBe(2);
  });

  it('creates a user who can then sign in, and lists users as JSON', async () => {
    await command(['admin', 'create-user', 'alice', '--email', 'alice@example.com', '--password-stdin'], 'Alice-12345\n');
    const users = JSON.parse((await command(['admin', 'list-users', '--json'])).stdout) as { username: string }[];
    expect(users.map((user) => user.username).sort()).toEqual(['admin', 'alice']);
    const client = new RegistryClient(berth.url, { user: 'alice', password: 'Alice-12345' });
    expectStatus('GET /v2/', await client.ask('GET', '/v2/'), 200);
    client.close();
  });

  it('resets a password beside the running server; the old one and its tokens end within ten seconds', async () => {
    const old = new RegistryClient(berth.url, { user: 'alice', password: 'Alice-12345' });
    const token = await old.token([]);
    await command(['admin', 'reset-password', 'alice', '--password-stdin'], 'Alice-67890\n');
    await waitFor('the old credentials to end', 10_000, async () => {
      const byToken = await old.plain('GET', '/v2/', { headers: { authorization: `Bearer ${token}` } });
      const byPassword = await old.plain('GET', '/v2/', { headers: old.basic() });
      return byToken.status === 401 && byPassword.status === 401;
    });
    old.close();
    const fresh = new RegistryClient(berth.url, { user: 'alice', password: 'Alice-67890' });
    expectStatus('GET /v2/', await fresh.ask('GET', '/v2/'), 200);
    fresh.close();
  });

  it('refuses a second server on the same data, in words, and leaves the first alone', async () => {
    const second = await tryRun(process.execPath, [BERTH, 'serve'], {
      env: { ...berth.environment, BERTH_HTTP_PORT: String(await freePort()), BERTH_METRICS_PORT: String(await freePort()) },
      cwd: berth.folder,
      timeoutMs: 30_000,
    });
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/already|another|in use|running/i);
    const client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    expectStatus('GET /v2/', await client.ask('GET', '/v2/'), 200);
    client.close();
  });

  it('refuses a taken port in words', async () => {
    const folder = await scratchFolder('taken');
    const taken = await tryRun(process.execPath, [BERTH, 'serve'], {
      env: { ...berth.environment, BERTH_DATA: join(folder, 'data'), BERTH_METRICS_PORT: String(await freePort()) },
      cwd: folder,
      timeoutMs: 30_000,
    });
    await removeFolder(folder);
    expect(taken.code).toBe(1);
    expect(taken.stderr).toContain(String(berth.port));
  });

  it('checks the configuration and names where each value comes from', async () => {
    const checked = await command(['admin', 'check-config']);
    expect(checked.stdout).toContain(String(berth.port));
    expect(checked.stdout + checked.stderr).not.toContain(berth.adminPassword);
    const wrong = await tryRun(process.execPath, [BERTH, 'admin', 'check-config'], {
      env: { ...berth.environment, BERTH_HTTP_PORT: 'eighty' },
    });
    expect(wrong.code).not.toBe(0);
    expect(wrong.stdout + wrong.stderr).toContain('BERTH_HTTP_PORT');
  });

  it('stops gracefully while an upload runs, and lets it finish first', async () => {
    const client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    await client.pushImage('drain/app', '1', 'x');
    const location = await client.startUpload('drain/app');
    const { Readable } = await import('node:stream');
    const slow = Readable.from(
      (async function* () {
        for (let index = 0; index < 10; index += 1) {
          await new Promise((resolve) => setTimeout(resolve, 200));
          yield Buffer.alloc(100_000, index);
        }
      })(),
    );
    const uploading = client.ask('PATCH', location, { body: slow });
    await new Promise((resolve) => setTimeout(resolve, 600));
    const [answer, clean] = await Promise.all([uploading, berth.stop()]);
    expect(answer.status).toBe(202);
    expect(clean).toBe(true);
    client.close();
    await berth.start();
  });
});
