import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { digestHex, digestOfBytes } from '@berth/oci';
import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basic, PASSWORD } from '../../testing/ask.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';
import { tarEntry } from '../../testing/layer-tar.ts';
import { Pusher } from '../../testing/pushed-content.ts';

interface Imported {
  images: { repository: string; digest: string; tags: string[]; platforms: string[] }[];
  blobs_stored: number;
  blobs_existing: number;
  bytes_stored: number;
  warnings: string[];
}

const database = useTestDatabase();
const server = new IdentityTestServer();
let pusher: Pusher;
/** Of `app:both`, as it was downloaded. */
let archive: Buffer;
let index: Awaited<ReturnType<Pusher['index']>>;

beforeAll(async () => {
  await server.start(database.url);
  const admin = await server.addUser('admin', true);
  await server.addMembers(await server.addProject('team', admin));
  await server.addProject('other', admin);
  pusher = new Pusher(server);
  index = await pusher.index('team/app', 'both', ['linux/amd64', 'linux/arm64']);
  archive = (await download('/api/v2.0/projects/team/repositories/app/artifacts/both/archive')).body;
});
afterAll(() => server.stop());

function download(path: string, as = 'admin'): Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(server.url + path, { headers: { authorization: basic(as, PASSWORD) }, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
    });
    sent.on('error', reject).end();
  });
}

function upload(project: string, bytes: Buffer, more: { as?: string; query?: string; headers?: Record<string, string> } = {}) {
  return server.ask('POST', `/api/v2.0/projects/${project}/archives${more.query ?? ''}`, {
    as: more.as ?? 'admin',
    bytes,
    headers: { 'content-type': 'application/x-tar', ...more.headers },
  });
}

async function blobRows(project: string): Promise<number> {
  const { rows } = await server.knex.raw<{ rows: { count: string }[] }>(
    'select count(*) from repository_blobs l join repositories r on r.id = l.repository_id where r.name like ?',
    [`${project}/%`],
  );
  return Number(rows[0]?.count);
}

async function tagsOf(repository: string): Promise<unknown> {
  return (await server.ask('GET', `/v2/${repository}/tags/list`, { as: 'admin' })).json();
}

describe('download', () => {
  it('tells length and name beforehand', async () => {
    const { status, headers, body } = await download('/api/v2.0/projects/team/repositories/app/artifacts/both/archive');
    expect([status, headers['content-type'], headers['content-length']]).toEqual([200, 'application/x-tar', String(body.length)]);
    expect(headers['content-disposition']).toBe('attachment; filename="team_app_both.tar"');
    expect(body.equals(archive)).toBe(true);
    expect(body.toString('latin1')).toContain(`127.0.0.1:${server.port}/team/app:both`);
  });

  it('of one platform, and of none that is there', async () => {
    const path = '/api/v2.0/projects/team/repositories/app/artifacts/both/archive?platform=linux';
    expect((await download(`${path}/arm64`)).body.length).toBeLessThan(archive.length);
    const answer = await server.ask('GET', `${path}/s390x`, { as: 'admin' });
    expect([answer.status, answer.text.includes('linux/amd64, linux/arm64')]).toEqual([400, true]);
  });

  it('breaks off when stored bytes are damaged', async () => {
    const layer = randomBytes(50_000);
    await pusher.image('team/damaged', '1', { layers: [layer] });
    const names = await readdir(server.storageRoot, { recursive: true });
    const name = names.find((path) => path.includes(digestHex(digestOfBytes(layer))));
    const path = join(server.storageRoot, name ?? '');
    await writeFile(path, altered(await readFile(path), 40_000));
    await expect(download('/api/v2.0/projects/team/repositories/damaged/artifacts/1/archive')).rejects.toThrow();
  });
});

describe('import', () => {
  it('brings an index with all its images, by the same digests, and sends nothing again', async () => {
    const answer = await upload('other', archive);
    expect(answer.status, answer.text).toBe(201);
    expect(answer.json<Imported>()).toMatchObject({
      images: [{ repository: 'other/team/app', digest: index.digest, tags: ['both'], platforms: ['linux/amd64', 'linux/arm64'] }],
      blobs_stored: 0,
      blobs_existing: 3,
      warnings: [],
      warning_sentences: [],
    });
    const pulled = await server.ask('GET', '/v2/other/team/app/manifests/both', { as: 'admin' });
    expect(pulled.headers['docker-content-digest']).toBe(index.digest);
    expect((await download('/api/v2.0/projects/other/repositories/team%252Fapp/artifacts/both/archive')).body.length).toBe(archive.length);
  });

  it('puts everything into one repository, also when compressed', async () => {
    const answer = await upload('other', gzipSync(archive), { query: '?repository=one' });
    expect(answer.status, answer.text).toBe(201);
    expect(await tagsOf('other/one')).toEqual({ name: 'other/one', tags: ['both'] });
  });

  it('shows no staging repository and keeps its blobs for the collector only', async () => {
    const listed = await server.ask('GET', '/api/v2.0/projects/other/repositories', { as: 'admin' });
    expect(listed.json<{ name: string }[]>().map(({ name }) => name)).not.toContain('other/berth-archive-import');
    expect((await server.ask('GET', '/v2/_catalog', { as: 'admin' })).text).not.toContain('berth-archive-import');
  });

  it('tells the audit log of every image', async () => {
    const log = await server.ask('GET', '/api/v2.0/projects/other/auditlog-exts?page_size=100', { as: 'admin' });
    const told = log.json<{ resource: string; operation_description: string }[]>();
    const bySending = told.filter(({ operation_description: description }) => description.endsWith('by an archive'));
    expect(bySending.map(({ resource }) => resource)).toEqual(expect.arrayContaining(['other/team/app:both', 'other/one:both']));
  });

  it('tells progress in lines, the result in the last', async () => {
    const answer = await upload('other', archive, { query: '?repository=lines', headers: { accept: 'application/x-ndjson' } });
    expect(answer.headers['content-type']).toContain('application/x-ndjson');
    const lines = answer.text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; result?: Imported });
    expect(lines.filter(({ event }) => event === 'blob')).toHaveLength(3);
    expect(lines.filter(({ event }) => event === 'image')).toHaveLength(1);
    expect(lines.at(-1)).toMatchObject({ event: 'done', result: { images: [{ repository: 'other/lines' }] } });
  });

  it('with progress tells a refusal in the last line', async () => {
    const answer = await upload('other', Buffer.from('no tar at all'.repeat(100)), { headers: { accept: 'application/x-ndjson' } });
    expect(JSON.parse(answer.text.trim().split('\n').at(-1) ?? '')).toMatchObject({ event: 'failed', code: 'BAD_REQUEST' });
  });

  it.each([
    ['no tar', Buffer.from('hello'.repeat(1000)), /no tar/],
    ['nothing', Buffer.alloc(0), /neither/],
  ])('refuses %s in words', async (_what, bytes, sentence) => {
    const answer = await upload('other', bytes);
    expect([answer.status, sentence.test(answer.text)], answer.text).toEqual([400, true]);
  });

  it('lets the sender of a large archive read why it was refused', async () => {
    const answer = await upload('other', Buffer.alloc(60_000_000, 'no tar'));
    expect([answer.status, answer.headers['connection']], answer.text).toEqual([400, 'close']);
    expect(answer.text).toContain('no tar archive');
  });

  it('leaves nothing of an archive whose sender went away', async () => {
    // In a project that the sender may not pull from, so that the layer has to come; beyond what is held in memory, so that it goes to disk.
    const image = await pusher.image('other/leaving', '1', { layers: [randomBytes(8_000_000)] });
    const { body } = await download('/api/v2.0/projects/other/repositories/leaving/artifacts/1/archive');
    const sent = httpRequest(`${server.url}/api/v2.0/projects/team/archives`, {
      method: 'POST',
      headers: { authorization: basic('developer', PASSWORD), 'content-length': String(body.length) },
      agent: false,
    });
    sent.on('error', () => undefined);
    sent.write(body.subarray(0, 6_000_000));
    const sessions = async (): Promise<unknown> => (await server.knex('upload_sessions').count())[0]?.['count'];
    await expect.poll(sessions).toBe(1);
    sent.destroy();
    await expect.poll(sessions).toBe(0);
    expect((await server.ask('GET', `/v2/team/other/leaving/manifests/${image.digest}`, { as: 'admin' })).status).toBe(404);
  });

  it('leaves no upload of a layer whose digest was to be found out', async () => {
    const whole = tarEntry('layer.tar', randomBytes(6_000_000));
    const answer = await upload('team', whole.subarray(0, 5_000_000));
    expect([answer.status, answer.text.includes('cut short')], answer.text).toEqual([400, true]);
    expect(await server.knex('upload_sessions').count()).toEqual([{ count: 0 }]);
  });

  it('takes a few at a time, and others when those are through', async () => {
    // One more than are taken, none of which goes on sending.
    const hanging = Array.from({ length: 9 }, () =>
      httpRequest(`${server.url}/api/v2.0/projects/other/archives`, {
        method: 'POST',
        headers: { authorization: basic('admin', PASSWORD), 'content-length': '100000' },
        agent: false,
      }).on('error', () => undefined),
    );
    const answered = Promise.race(
      hanging.map((sent) => new Promise<number | undefined>((resolve) => sent.once('response', ({ statusCode }) => resolve(statusCode)))),
    );
    for (const sent of hanging) sent.write('a');
    expect(await answered).toBe(429);
    for (const sent of hanging) sent.destroy();
    await expect.poll(async () => (await upload('other', archive, { query: '?repository=many' })).status).toBe(201);
  });

  it('of a cut or altered archive nothing appears, and no upload is left', async () => {
    const fresh = await pusher.image('team/fresh', '1', { layers: [randomBytes(300_000)] });
    const { body } = await download('/api/v2.0/projects/team/repositories/fresh/artifacts/1/archive');
    await server.addProject('empty', 1);
    for (const bytes of [body.subarray(0, 200_000), body.subarray(0, 4096), altered(body, 200_000)]) {
      const answer = await upload('empty', bytes);
      expect(answer.status, answer.text).toBe(400);
      expect(answer.text).toContain('No image was imported');
    }
    expect((await server.ask('GET', `/v2/empty/team/fresh/manifests/${fresh.digest}`, { as: 'admin' })).status).toBe(404);
    expect(await server.knex('upload_sessions').count()).toEqual([{ count: 0 }]);
  });

  it('asks for the rights of a push, and to pull what is taken from elsewhere', async () => {
    expect((await upload('team', archive, { as: 'guest' })).status).toBe(403);
    expect((await upload('other', archive, { as: 'developer' })).status).toBe(403);
    const secret = await pusher.image('other/secret', '1', { config: { of: 'secret' }, layers: ['nobody of team may see this'] });
    const { body } = await download('/api/v2.0/projects/other/repositories/secret/artifacts/1/archive');
    const answer = await upload('team', body, { as: 'developer' });
    // The bytes were in the archive, so they come; but as new to the caller, not as known.
    expect(answer.json<Imported>()).toMatchObject({ blobs_stored: 2, images: [{ digest: secret.digest }] });
  });

  it('keeps immutable tags', async () => {
    const rule = {
      tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: '**' }],
      scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
    };
    const made = await server.ask('POST', '/api/v2.0/projects/other/immutabletagrules', { as: 'admin', body: rule });
    expect(made.status, made.text).toBe(201);
    await pusher.image('team/app2', 'both');
    const { body } = await download('/api/v2.0/projects/team/repositories/app2/artifacts/both/archive');
    const answer = await upload('other', body, { query: '?repository=one' });
    expect([answer.status, answer.text.includes('immutable')], answer.text).toEqual([412, true]);
    expect((await server.ask('GET', '/v2/other/one/manifests/both', { as: 'admin' })).headers['docker-content-digest']).toBe(index.digest);
  });

  it('keeps to the quota', async () => {
    const id = await server.addProject('small', 1);
    await server.knex('project_quotas').where({ project_id: id }).update({ hard_bytes: 1000 });
    await pusher.image('team/large', '1', { layers: [randomBytes(20_000)] });
    const { body } = await download('/api/v2.0/projects/team/repositories/large/artifacts/1/archive');
    const answer = await upload('small', body);
    expect([answer.status, answer.text.includes('quota')], answer.text).toEqual([403, true]);
    expect(await blobRows('small')).toBe(0);
  });
});

it('nothing failed inside the server', () => {
  expect(server.failures.map(String).filter((text) => !text.includes('is stored with other content'))).toEqual([]);
});

function altered(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.writeUInt8(copy.readUInt8(at) ^ 1, at);
  return copy;
}
