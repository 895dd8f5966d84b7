import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { berth, ServerProcess } from './testing/berth.ts';

const directories: string[] = [];
const running: ServerProcess[] = [];

function dataDirectory(): string {
  const path = mkdtempSync(join(tmpdir(), 'berth-serve-'));
  directories.push(path);
  return join(path, 'data');
}

async function start(...given: Parameters<typeof ServerProcess.start>): Promise<ServerProcess> {
  const server = await ServerProcess.start(...given);
  running.push(server);
  return server;
}

async function endAll(): Promise<void> {
  for (const server of running.splice(0)) await server.end();
}

afterAll(async () => {
  await endAll();
  for (const path of directories) rmSync(path, { recursive: true, force: true });
});

const PASSWORD = 'First-Passw0rd';

interface Told {
  readonly operation: string;
  readonly resource_type: string;
  readonly resource: string;
}

function basic(password: string): Record<string, string> {
  return { authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}` };
}

describe('the first start', () => {
  const dataDir = dataDirectory();
  let server: ServerProcess;
  let password = '';
  beforeAll(async () => {
    server = await start(dataDir);
    password = readFileSync(join(dataDir, 'initial-admin-password'), 'utf8').trim();
  });
  afterAll(endAll);

  it('writes a password that works, names its file and never logs it', async () => {
    expect(server.ready['initialPasswordFile']).toBe(join(dataDir, 'initial-admin-password'));
    const me = await fetch(`${server.url}/api/v2.0/users/current`, { headers: basic(password) });
    expect(await me.json()).toMatchObject({ username: 'admin', sysadmin_flag: true });
    expect(JSON.stringify(server.records)).not.toContain(password);
  });

  it('keeps every secret 0600', () => {
    for (const name of ['initial-admin-password', 'secret-key']) {
      expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600);
    }
  });

  it('answers health, refusals in the shape of the API with a strict policy, and request ids', async () => {
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
    const health = (await (await fetch(`${server.url}/api/v2.0/health`)).json()) as { components: { name: string }[] };
    expect(health.components.map(({ name }) => name)).toEqual(['database', 'storage', 'jobs', 'storage-space']);
    const nothing = `${server.url}/api/v2.0/nothing`;
    const absent = await fetch(nothing, { headers: { 'x-request-id': 'mine-1' } });
    expect(absent.status).toBe(404);
    expect(await absent.json()).toMatchObject({ errors: [{ code: 'NOT_FOUND' }] });
    expect(absent.headers.get('x-request-id')).toBe('mine-1');
    expect(absent.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(absent.headers.get('content-security-policy')).not.toContain('unsafe-inline');
    expect(absent.headers.get('strict-transport-security')).toBeNull();
    const forged = await fetch(nothing, { headers: { 'x-request-id': 'a b{}' } });
    expect(forged.headers.get('x-request-id')).toMatch(/^[0-9a-z-]+$/);
  });

  it('tells a Harbor that replicates to here which API it speaks', async () => {
    const answer = await fetch(`${server.url}/api/version`);
    expect([answer.status, await answer.json()]).toEqual([200, { version: 'v2.0' }]);
  });

  it.each(['/service/token?scope=x', '/api/v2.0/projects', '/'])('refuses a whole URL with an impossible port before %s', async (path) => {
    const status = await new Promise((resolve, reject) => {
      const asked = request(server.url, { path: `http://registry.lan:99999999${path}` }, (response) => {
        response.resume();
        resolve(response.statusCode);
      });
      asked.on('error', reject).end();
    });
    expect(status).toBe(400);
  });

  it('schedules its background jobs', async () => {
    expect(await server.says('background jobs are scheduled')).toMatchObject({ level: 'info' });
    expect(server.records.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('challenges on /v2/ with the realm of the host that was typed', async () => {
    const answer = await fetch(`${server.url}/v2/`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain(`realm="${server.url}/service/token"`);
  });

  it('counts requests by route, without raw paths', async () => {
    await fetch(`${server.url}/v2/`);
    const text = await (await fetch(server.metricsUrl)).text();
    expect(text).toMatch(/berth_http_request_duration_seconds_count\{route="end-1",method="GET",status="401"\} \d+/);
    expect(text).toMatch(/berth_process_resident_memory_bytes \d+/);
    expect(text).not.toContain('/nothing');
  });

  it('logs no credential of a request, whatever way it came', async () => {
    const [hidden, token] = ['Hunter2-in-basic', 'hunter2-in-query'];
    await fetch(`${server.url}/service/token?scope=x&refresh_token=${token}`, { method: 'PUT', headers: basic(hidden) });
    await fetch(`${server.url}/api/v2.0/users?token=${token}`, { method: 'POST', headers: basic(hidden), body: hidden });
    const logged = JSON.stringify(server.records);
    expect(logged).toContain('[redacted]');
    for (const secret of [hidden, token, Buffer.from(`admin:${hidden}`).toString('base64')]) expect(logged).not.toContain(secret);
  });

  it('refuses a second server on the same data directory with the directory and the process', async () => {
    const second = await berth(['serve'], { env: { BERTH_DATA: dataDir, BERTH_HTTP_PORT: '0', BERTH_METRICS_PORT: '0' } });
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(String(server.child.pid));
    expect(second.stderr).toContain(dataDir);
    expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  });

  it('lets the commands of the administrator work beside it', async () => {
    const given = { env: { BERTH_DATA: dataDir } };
    const created = await berth(['admin', 'create-user', 'alice', '--email', 'alice@example.com', '--generate', '--json'], given);
    expect(created.code).toBe(0);
    const alice = JSON.parse(created.stdout) as { password: string };
    const auth = { authorization: `Basic ${Buffer.from(`alice:${alice.password}`).toString('base64')}` };
    expect((await fetch(`${server.url}/api/v2.0/users/current`, { headers: auth })).status).toBe(200);
    const again = await berth(['admin', 'reset-password', 'alice', '--generate', '--json'], given);
    expect(JSON.parse(again.stdout)).toEqual({ username: 'alice', password: expect.any(String) });
    const reset = await berth(['admin', 'reset-password', 'admin', '--password-stdin'], { ...given, stdin: `${PASSWORD}\n` });
    expect([reset.code, reset.stdout]).toEqual([0, '']);
    expect((await fetch(`${server.url}/api/v2.0/users/current`, { headers: basic(PASSWORD) })).status).toBe(200);
    expect(statSync(join(dataDir, 'initial-admin-password'), { throwIfNoEntry: false })).toBeUndefined();
    const listed = await berth(['admin', 'list-users', '--json'], given);
    expect((JSON.parse(listed.stdout) as { username: string }[]).map(({ username }) => username)).toEqual(['admin', 'alice']);
    const query = new URLSearchParams({ q: 'username=~shell:', sort: 'op_time' });
    const told = (await (await fetch(`${server.url}/api/v2.0/auditlog-exts?${query}`, { headers: basic(PASSWORD) })).json()) as Told[];
    expect(told.map(({ operation, resource_type, resource }) => [operation, resource_type, resource])).toEqual([
      ['create', 'user', 'alice'],
      ['update', 'user', 'alice'],
      ['update', 'user', 'admin'],
    ]);
    expect(JSON.stringify(told)).not.toContain(alice.password);
  });

  it('ends with 0 on SIGTERM, and the commands of the administrator work without it too', async () => {
    expect(await server.end('SIGTERM')).toBe(0);
    expect(server.stderr).toBe('');
    const listed = await berth(['admin', 'list-users'], { env: { BERTH_DATA: dataDir } });
    expect([listed.code, listed.stderr]).toEqual([0, '']);
    expect(listed.stdout).toContain('alice@example.com');
  });
});

describe('a generated first password', () => {
  afterAll(endAll);

  it('leaves no file, and no start names one, once another was set over the API', async () => {
    const dataDir = dataDirectory();
    const server = await start(dataDir);
    const file = join(dataDir, 'initial-admin-password');
    const old = readFileSync(file, 'utf8').trim();
    const set = (old_password: string): Promise<Response> =>
      fetch(`${server.url}/api/v2.0/users/1/password`, {
        method: 'PUT',
        headers: { ...basic(old), 'content-type': 'application/json' },
        body: JSON.stringify({ old_password, new_password: PASSWORD }),
      });
    expect((await set('Wrong-Passw0rd')).status).toBe(403);
    expect(statSync(file).isFile()).toBe(true);
    expect((await set(old)).status).toBe(200);
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
    await server.end();
    expect((await start(dataDir)).ready['initialPasswordFile']).toBeUndefined();
  });
});

describe('a given first password', () => {
  it('is used and leaves no file; a weak one is refused before anything is made', async () => {
    const dataDir = dataDirectory();
    const weak = await berth(['serve'], { env: { BERTH_DATA: dataDir, BERTH_HTTP_PORT: '0', BERTH_ADMIN_PASSWORD: 'weak' } });
    expect(weak.code).toBe(1);
    expect(weak.stderr).toMatch(/password cannot be used/);
    const server = await start(dataDir, { env: { BERTH_ADMIN_PASSWORD: PASSWORD } });
    expect((await fetch(`${server.url}/api/v2.0/users/current`, { headers: basic(PASSWORD) })).status).toBe(200);
    expect(statSync(join(dataDir, 'initial-admin-password'), { throwIfNoEntry: false })).toBeUndefined();
    expect(JSON.stringify(server.records)).not.toContain(PASSWORD);
    await endAll();
  });
});

describe('stopping', () => {
  afterEach(endAll);

  it('lets an upload finish that began before', async () => {
    const server = await start(dataDirectory(), { env: { BERTH_ADMIN_PASSWORD: PASSWORD } });
    const content = randomBytes(256 * 1024);
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    const headers = { ...basic(PASSWORD), 'content-type': 'application/octet-stream', 'content-length': content.length };
    const upload = request(`${server.url}/v2/demo/app/blobs/uploads/?digest=${digest}`, { method: 'POST', headers });
    const answered = new Promise<number | undefined>((resolve, reject) => {
      upload.on('response', (response) => resolve(response.resume().statusCode));
      upload.on('error', reject);
    });
    await new Promise<void>((resolve, reject) => upload.write(content.subarray(0, 1000), (error) => (error ? reject(error) : resolve())));
    // Half of it is on its way when the stop comes; the rest follows after the server said that it is stopping.
    while (!(await (await fetch(server.metricsUrl)).text()).includes('berth_http_requests_under_way 1')) continue;
    const ended = server.end('SIGTERM');
    await server.says('stopping; requests under way get time to finish');
    await expect(fetch(`${server.url}/livez`)).rejects.toThrow();
    upload.end(content.subarray(1000));
    expect(await answered).toBe(201);
    expect(await ended).toBe(0);
  });

  it('keeps an upload that does not finish, for a resume after the next start', async () => {
    const dataDir = dataDirectory();
    const env = { BERTH_ADMIN_PASSWORD: PASSWORD, BERTH_DRAIN_SECONDS: '0' };
    const server = await start(dataDir, { env });
    const begun = await fetch(`${server.url}/v2/demo/app/blobs/uploads/`, { method: 'POST', headers: basic(PASSWORD) });
    const location = begun.headers.get('location') ?? '';
    const content = randomBytes(100_000);
    const patch = request(`${server.url}${location}`, {
      method: 'PATCH',
      headers: { ...basic(PASSWORD), 'content-type': 'application/octet-stream' },
    });
    patch.on('error', () => undefined);
    await new Promise((resolve) => patch.write(content, resolve));
    while (!(await (await fetch(server.metricsUrl)).text()).includes('berth_http_requests_under_way 1')) continue;
    // The bytes are read once the client has seen them leave; the stop then cuts the body short.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(await server.end('SIGTERM')).toBe(0);
    const again = await start(dataDir, { env });
    const status = await fetch(`${again.url}${location}`, { headers: basic(PASSWORD) });
    expect(status.status).toBe(204);
    expect(status.headers.get('range')).toBe('0-99999');
  });

  it('does not wait for requests when told twice', async () => {
    const server = await start(dataDirectory(), { env: { BERTH_ADMIN_PASSWORD: PASSWORD, BERTH_DRAIN_SECONDS: '600' } });
    const hanging = request(`${server.url}/v2/demo/app/blobs/uploads/`, {
      method: 'POST',
      headers: { ...basic(PASSWORD), 'content-length': 10 },
    });
    hanging.on('error', () => undefined);
    hanging.write('x');
    while (!(await (await fetch(server.metricsUrl)).text()).includes('berth_http_requests_under_way 1')) continue;
    server.child.kill('SIGTERM');
    await server.says('stopping; requests under way get time to finish');
    expect(await server.end('SIGINT')).toBe(0);
  });
});

describe('several workers', () => {
  it('share the port, are measured together and are replaced when they die', async () => {
    const server = await start(dataDirectory(), { env: { BERTH_WORKERS: '2', BERTH_ADMIN_PASSWORD: PASSWORD } });
    for (let count = 0; count < 6; count += 1) {
      const answer = await fetch(`${server.url}/v2/`, { headers: { ...basic(PASSWORD), connection: 'close' } });
      expect(answer.status).toBe(200);
    }
    const text = await (await fetch(server.metricsUrl)).text();
    expect(text).toMatch(/berth_http_request_duration_seconds_count\{route="end-1",method="GET",status="200"\} 6/);
    const pid = workerPids(server.child.pid ?? 0)[0] ?? 0;
    process.kill(pid, 'SIGKILL');
    await server.says('a worker process ended; it is replaced');
    expect((await fetch(`${server.url}/readyz`, { headers: { connection: 'close' } })).status).toBe(200);
    while (workerPids(server.child.pid ?? 0).length < 2) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await server.end('SIGTERM')).toBe(0);
    running.splice(0);
  });
});

/** Child processes of the server that run node. */
function workerPids(parent: number): number[] {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, 'utf8').trim().split(' ').map(Number);
  return children.filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('berth.mjs'));
}

describe('what stands in the way', () => {
  it('another storage than the database knows, such as an unmounted disk, ends the start and changes nothing', async () => {
    const dataDir = dataDirectory();
    await (await start(dataDir)).end();
    renameSync(join(dataDir, 'blobs'), join(dataDir, 'mounted-elsewhere'));
    const outcome = await berth(['serve'], { env: { BERTH_DATA: dataDir, BERTH_HTTP_PORT: '0', BERTH_METRICS_PORT: '0' } });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/another storage .* Is the disk with the blobs mounted/s);
    rmSync(join(dataDir, 'blobs'), { recursive: true });
    renameSync(join(dataDir, 'mounted-elsewhere'), join(dataDir, 'blobs'));
    expect(await (await start(dataDir)).end()).toBe(0);
  });

  it('a metrics port in use is a warning only', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const server = await start(dataDirectory(), { env: { BERTH_METRICS_PORT: String(port) } });
    expect(server.ready['metricsPort']).toBeUndefined();
    expect(server.records.some(({ level, msg }) => level === 'warn' && msg.startsWith('metrics are not served'))).toBe(true);
    await endAll();
    taken.close();
  });

  it.each([
    ['a wrong value', { BERTH_HTTP_PORT: 'x' }, /BERTH_HTTP_PORT is "x": give a port/],
    ['a data directory that cannot be made', { BERTH_DATA: '/etc/passwd/data' }, /data directory \/etc\/passwd\/data cannot be made/],
    ['a database that is not there', { BERTH_DATABASE_URL: 'postgres://a:hunter2@127.0.0.1:1/x' }, /database cannot be used/],
  ])('%s ends with 1 and a sentence', async (_what, env, sentence) => {
    const outcome = await berth(['serve'], { env: { BERTH_DATA: dataDirectory(), ...env } });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(sentence);
    expect(outcome.stderr + outcome.stdout).not.toContain('hunter2');
    expect(outcome.stderr).not.toMatch(/\n\s+at /);
  });
});
