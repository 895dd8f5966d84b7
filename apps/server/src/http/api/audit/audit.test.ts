import { createServer, type Server } from 'node:net';
import type { AuditVerdict } from '@berth/access';
import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiCalls } from '../../testing/api-calls.ts';
import type { Answer } from '../../testing/ask.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';
import { csvLine } from './csv.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const { ask, asAdmin } = apiCalls(server);
const INDEX = 'application/vnd.oci.image.index.v1+json';

interface Shown {
  readonly id: number;
  readonly username: string;
  readonly operation: string;
  readonly resource: string;
  readonly resource_type: string;
  readonly operation_result: boolean;
  readonly status: number;
  readonly client_address: string;
}

beforeAll(async () => {
  await server.start(database.url);
  const admin = await server.addUser('admin', true);
  await server.addMembers(await server.addProject('team', admin));
  await server.addProject('other', admin);
  await server.addUser('outsider');
});
afterAll(() => server.stop());

function push(tag: string, as = 'admin'): Promise<Answer> {
  const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [], annotations: { tag } });
  return server.ask('PUT', `/v2/team/app/manifests/${tag}`, { as, body, headers: { 'content-type': INDEX } });
}

async function newest(count: number, as = 'admin', query = ''): Promise<Shown[]> {
  return (await ask('GET', `/auditlog-exts?page_size=${count}${query}`, { as })).json<Shown[]>();
}

/** Denials are written after their answer. */
async function eventually(check: () => Promise<void>): Promise<void> {
  await expect
    .poll(
      async () =>
        check().then(
          () => 'seen',
          (error: unknown) => String(error),
        ),
      { timeout: 10_000 },
    )
    .toBe('seen');
}

describe('the audit log', () => {
  it('tells of a push before it is acknowledged, of a deletion, and of who was denied', async () => {
    expect((await push('v1', 'developer')).status).toBe(201);
    expect((await newest(1))[0]).toMatchObject({
      ...{ username: 'developer', operation: 'create', resource: 'team/app:v1', resource_type: 'artifact' },
      ...{ operation_result: true, status: 201, client_address: '127.0.0.1' },
    });
    expect((await server.ask('DELETE', '/v2/team/app/manifests/v1', { as: 'guest' })).status).toBe(403);
    await eventually(async () =>
      expect((await newest(1))[0]).toMatchObject({
        username: 'guest',
        operation: 'delete',
        resource: 'team/app:v1',
        operation_result: false,
        status: 403,
      }),
    );
    expect((await server.ask('GET', '/v2/team/app/manifests/v1', { as: 'outsider' })).status).toBe(404);
    await eventually(async () =>
      expect((await newest(1))[0]).toMatchObject({ username: 'outsider', operation: 'pull', operation_result: false, status: 404 }),
    );
  });

  it('tells of every write of the API, done or refused, and of denied reads, not of reads', async () => {
    await asAdmin('POST', '/projects', { project_name: 'made' });
    expect((await newest(1))[0]).toMatchObject({
      username: 'admin',
      operation: 'create',
      resource_type: 'project',
      operation_result: true,
    });
    expect((await asAdmin('POST', '/projects', { project_name: 'made' })).status).toBe(409);
    expect((await newest(1))[0]).toMatchObject({ resource: '/projects/made', operation_result: false, status: 409 });
    expect((await ask('GET', '/quotas', { as: 'outsider' })).status).toBe(403);
    expect((await newest(1))[0]).toMatchObject({ username: 'outsider', operation: 'read', resource: '/quotas', status: 403 });
    const [last] = await newest(1);
    await asAdmin('GET', '/projects');
    await ask('GET', '/projects/team');
    expect((await newest(1))[0]?.id).toBe(last?.id);
  });

  it('is shown to system administrators whole, and to administrators of a project that of theirs', async () => {
    const seen = await newest(100, 'projectAdmin');
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.every(({ resource }) => resource.includes('team'))).toBe(true);
    expect(await newest(100, 'outsider')).toEqual([]);
    expect((await ask('GET', '/projects/team/auditlog-exts', { as: 'maintainer' })).status).toBe(403);
    const own = (await ask('GET', '/projects/team/logs?page_size=1&q=operation=create', { as: 'projectAdmin' })).json<object[]>();
    expect(Object.keys(own[0] ?? {}).sort()).toEqual(['id', 'op_time', 'operation', 'resource', 'resource_type', 'username']);
  });

  it('is filtered, sorted and exported', async () => {
    expect((await newest(10, 'admin', '&q=operation_result=false,username=guest')).map(({ username }) => username)).toEqual(['guest']);
    expect((await newest(10, 'admin', '&q=resource=~pp:v1,operation=create')).length).toBe(1);
    expect(await newest(10, 'admin', `&q=${encodeURIComponent('op_time=[2020-01-01~2020-02-01]')}`)).toEqual([]);
    expect((await newest(1, 'admin', '&sort=id'))[0]?.id).toBe(1);
    expect((await asAdmin('GET', '/auditlog-exts?q=actor=1')).status).toBe(400);
    const csv = await asAdmin('GET', '/auditlog-exts/export');
    expect(csv.headers['content-type']).toContain('text/csv');
    expect(csv.text.split('\r\n').length - 2).toBe(Number((await asAdmin('GET', '/auditlog-exts')).headers['x-total-count']));
    const lines = (await asAdmin('GET', '/auditlog-exts/export?format=jsonl&q=username=guest')).text.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as Shown)).toEqual(await newest(10, 'admin', '&q=username=guest'));
  });

  it.each([
    ['=1+1', `"'=1+1"`],
    ['  @SUM(A1)', `"'  @SUM(A1)"`],
    ['-5', '-5'],
    ['-a', `"'-a"`],
    ['a,"b"', '"a,""b"""'],
    ['two\r\nlines', '"two\r\nlines"'],
  ])('exports %j as a text that no spreadsheet runs', (text, cell) => {
    expect(csvLine([text])).toBe(`${cell}\r\n`);
  });

  it('tells of pulls where the setting wants it', async () => {
    expect((await server.ask('GET', '/v2/team/app/manifests/v1', { as: 'guest' })).status).toBe(200);
    await asAdmin('PUT', '/configurations', { audit_log_pulls: true });
    await asAdmin('GET', '/configurations');
    await eventually(async () => {
      await server.ask('GET', '/v2/team/app/manifests/v1', { as: 'guest' });
      await server.policy.audit.flush();
      expect((await newest(1))[0]).toMatchObject({ username: 'guest', operation: 'pull', resource: 'team/app:v1', operation_result: true });
    });
    await asAdmin('PUT', '/configurations', { audit_log_pulls: false, disabled_audit_log_event_types: 'create_artifact' });
    const [last] = await newest(1);
    expect((await push('quiet')).status).toBe(201);
    expect((await newest(1))[0]?.id).toBe(last?.id);
    await asAdmin('PUT', '/configurations', { disabled_audit_log_event_types: '' });
  });
});

describe('the chain of seals', () => {
  const log = () => server.policy.auditLog;
  const texts = ({ problems }: AuditVerdict): readonly string[] => problems.map(({ text }) => text);

  it('covers what was written, under parallel writers, and finds every change', async () => {
    await log().seal();
    await Promise.all(
      Array.from({ length: 20 }, async (_, index) => {
        await push(`p${index}`);
        if (index % 5 === 0) await log().seal();
      }),
    );
    await log().seal();
    const sound = await log().verify();
    expect(sound).toMatchObject({ problems: [], unsealed: 0 });
    expect((await asAdmin('GET', '/auditlog-exts/verify')).json()).toMatchObject({
      ...{ ok: true, head: sound.head, problems: [], problem_sentences: [] },
    });
    expect(texts(await log().verify('f'.repeat(64)))).toEqual([expect.stringContaining('cut short')]);

    const tamper = async (sql: string): Promise<readonly string[]> => {
      const transaction = await server.knex.transaction();
      try {
        await transaction.raw('alter table audit_log disable trigger audit_log_kept');
        await transaction.raw(sql);
        const { createAuditLog } = await import('@berth/database');
        return texts(await createAuditLog(transaction).verify());
      } finally {
        await transaction.rollback();
      }
    };
    expect(await tamper(`update audit_log set username = 'nobody' where id = 3`)).toEqual([expect.stringContaining('was changed')]);
    expect(await tamper('delete from audit_log where id = 3')).toEqual([expect.stringContaining('were sealed, but')]);
    expect((await tamper('delete from audit_seals where id = (select min(id) from audit_seals)')).length).toBeGreaterThan(0);
    expect(
      (await tamper('update audit_seals set row_count = row_count + 1 where id = (select min(id) from audit_seals)')).length,
    ).toBeGreaterThan(0);
  });

  it('the database refuses changes, and deletions but those of the purge, which keeps the chain whole', async () => {
    for (const sql of [`update audit_log set username = 'x'`, 'delete from audit_log', 'truncate audit_log']) {
      await expect(server.knex.raw(sql)).rejects.toThrow('The audit log can only grow.');
    }
    const before = await log().verify();
    const horizon = new Date(Date.now() + 60_000);
    expect(await log().purge(new Date(0), false)).toBe(0);
    expect(await log().purge(horizon, true)).toBe(before.records);
    expect(await log().purge(horizon, false)).toBe(before.records);
    expect(await log().verify()).toMatchObject({ problems: [], records: 0, head: before.head });
  });
});

describe('forwarding', () => {
  it('sends records to a syslog server, and can leave the database out', async () => {
    let received = '';
    const syslog: Server = createServer((socket) => socket.on('data', (chunk: Buffer) => (received += chunk.toString())));
    await new Promise<void>((resolve) => syslog.listen(0, '127.0.0.1', resolve));
    const { port } = syslog.address() as { port: number };
    try {
      const settings = { audit_log_forward_endpoint: `127.0.0.1:${port}`, skip_audit_log_database: true };
      expect((await asAdmin('PUT', '/configurations', settings)).status).toBe(200);
      const [last] = await newest(1);
      expect((await push('forwarded')).status).toBe(201);
      await expect
        .poll(() => received, { timeout: 10_000 })
        .toMatch(/\d+ <86>1 \S+ \S+ berth \d+ audit - \{.*"resource":"team\/app:forwarded"/);
      expect((await newest(1))[0]?.id).toBe(last?.id);
    } finally {
      await asAdmin('PUT', '/configurations', { audit_log_forward_endpoint: '', skip_audit_log_database: false });
      await server.policy.audit.close();
      await new Promise((resolve) => syslog.close(resolve));
    }
  });
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
