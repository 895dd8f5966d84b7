import { randomBytes } from 'node:crypto';
import { useTestDatabase } from '@berth/database/testing';
import { digestOfBytes, OCI_MANIFEST } from '@berth/oci';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { EventStream } from '../../testing/event-stream.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';
import { Pusher } from '../../testing/pushed-content.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const open: EventStream[] = [];
let pusher: Pusher;
let teamId = 0;
let guest = { userId: 0, memberId: 0 };

beforeAll(async () => {
  await server.start(database.url);
  const admin = await server.addUser('admin', true);
  teamId = await server.addProject('team', admin);
  guest = (await server.addMembers(teamId)).guest;
  await server.addProject('other', admin);
  pusher = new Pusher(server);
});
afterEach(() => {
  for (const stream of open.splice(0)) stream.close();
  expect(server.failures).toEqual([]);
});
afterAll(() => server.stop());

async function watch(query = '', options: { as?: string; headers?: Record<string, string> } = { as: 'admin' }): Promise<EventStream> {
  const stream = await EventStream.open(server, query, options);
  open.push(stream);
  return stream;
}

const kinds = (stream: EventStream): unknown[] =>
  stream.of('content').map(({ data }) => `${data['kind']} ${data['repository']}:${data['tag'] ?? ''}`);

describe('the stream of events', () => {
  it('tells what is committed, of one repository where that is asked for', async () => {
    const [all, one] = [await watch(), await watch('?repository=team/one')];
    const image = await pusher.image('team/one', 'v1');
    await pusher.image('team/two', 'v1');
    await pusher.image('team/one', 'v2');
    await all.until(() => kinds(all).length >= 3);
    await one.until(() => kinds(one).length >= 2);
    expect(kinds(all)).toEqual(['manifest pushed team/one:v1', 'manifest pushed team/two:v1', 'manifest pushed team/one:v2']);
    expect(kinds(one)).toEqual(['manifest pushed team/one:v1', 'manifest pushed team/one:v2']);
    expect(one.of('content')[0]?.data).toMatchObject({ digest: image.digest, actor: 'admin' });
  });

  it('goes on after the last id, missing nothing and repeating nothing', async () => {
    const first = await watch('?project=team');
    await pusher.image('team/resume', 'v1');
    await first.until(() => kinds(first).length === 1);
    const last = first.of('content')[0]?.id ?? '';
    first.close();
    await pusher.image('team/resume', 'v2');
    await pusher.image('team/resume', 'v3');
    const second = await watch('?project=team', { as: 'admin', headers: { 'last-event-id': last } });
    await pusher.image('team/resume', 'v4');
    await second.until(() => kinds(second).length >= 3);
    expect(kinds(second)).toEqual(['v2', 'v3', 'v4'].map((tag) => `manifest pushed team/resume:${tag}`));
    const byQuery = await watch(`?project=team&after=${last}`);
    await byQuery.until(() => kinds(byQuery).length >= 3);
    expect(kinds(byQuery)).toEqual(kinds(second));
  });

  it('does not pass over a transaction that began earlier and commits later', async () => {
    const stream = await watch('?project=team');
    const slow = await server.knex.transaction();
    await slow.raw('select pg_current_xact_id()');
    await pusher.image('team/order', 'quick');
    const [{ id: repositoryId }] = (await server.knex('repositories').where({ name: 'team/order' }).select('id')) as [{ id: number }];
    await slow('events').insert({ kind: 'tag moved', project_id: teamId, repository_id: repositoryId, tag: 'slow', actor: 'user:1' });
    // The quick one is held back until the slow one is over: else its id would lead past the slow one.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(kinds(stream)).toEqual([]);
    await slow.commit();
    await stream.until(() => kinds(stream).length >= 2);
    expect(kinds(stream)).toEqual(['tag moved team/order:slow', 'manifest pushed team/order:quick']);
  });

  it('tells each only what he may pull, and less as soon as he may less', async () => {
    const stream = await watch('', { as: 'guest' });
    await pusher.image('other/secret', 'v1');
    await pusher.image('team/open', 'v1');
    await stream.until(() => kinds(stream).length >= 1);
    expect(kinds(stream)).toEqual(['manifest pushed team/open:v1']);
    await server.stores.members.remove(teamId, guest.memberId);
    server.passFiveSeconds();
    const admin = await watch();
    // Within the seconds for which a stream remembers what it may tell.
    const deadline = performance.now() + 10_000;
    let told = 1;
    for (let count = 0; performance.now() < deadline; count += 1) {
      const before = kinds(stream).length;
      await pusher.image('team/open', `later${count}`);
      await admin.until(() => kinds(admin).length > count);
      await new Promise((resolve) => setTimeout(resolve, 300));
      told = kinds(stream).length - before;
      if (told === 0) break;
    }
    expect(told).toBe(0);
  }, 30_000);

  it('ends when the account does', async () => {
    const id = await server.addUser('leaver');
    const stream = await watch('', { as: 'leaver' });
    await server.stores.users.remove(id);
    server.passFiveSeconds();
    await stream.until(() => stream.ended);
  }, 30_000);

  it('refuses nobody, what is no topic, and administrators’ work to others', async () => {
    const refused = (query: string, as?: string): Promise<unknown> =>
      EventStream.open(server, query, as === undefined ? {} : { as }).catch((error: Error) => error.message.slice(0, 3));
    expect(await refused('')).toBe('401');
    expect(await refused('?topic=none', 'admin')).toBe('400');
    expect(await refused('?repository=Not!', 'admin')).toBe('400');
    expect(await refused('?topic=work', 'developer')).toBe('403');
    expect(await refused('?topic=content,collection', 'developer')).toBe('403');
  });

  it('bounds the streams of an account, and gives places back', async () => {
    await server.addUser('greedy');
    const streams = await Promise.all(Array.from({ length: 20 }, () => watch('', { as: 'greedy' })));
    const refused = await EventStream.open(server, '', { as: 'greedy' }).catch((error: Error) => error.message.slice(0, 3));
    expect(refused).toBe('429');
    streams[0]?.close();
    let again: unknown = '429';
    while (again === '429') again = await watch('', { as: 'greedy' }).catch((error: Error) => error.message.slice(0, 3));
    expect(again).toBeInstanceOf(EventStream);
  });

  it('tells long work to administrators', async () => {
    const stream = await watch('?topic=work');
    const id = await server.longWork.work.start('storage-scrub', { rate_mib: 1 }, 'user:1');
    await stream.until(() => stream.of('work').length > 0);
    expect(stream.of('work')[0]?.data).toMatchObject({ id, kind: 'storage-scrub', status: 'Pending' });
  });
});

describe('a push that somebody watches', () => {
  const steps = (stream: EventStream): string[] => stream.of('push').map(({ data }) => `${data['state']} ${data['bytes'] ?? ''}`.trim());

  it('tells bytes, mounts with what they saved, what was there, and the refusal as the client reads it', async () => {
    const stream = await watch('?repository=team/pushed');
    const bytes = randomBytes(300_000);
    const digest = digestOfBytes(bytes);
    await pusher.blob('team/pushed', bytes);
    await stream.until(() => steps(stream).includes('stored 300000'));
    expect(stream.of('push').at(-1)?.data).toMatchObject({ repository: 'team/pushed', digest, actor: 'admin' });
    await server.ask('HEAD', `/v2/team/pushed/blobs/${digest}`, { as: 'admin' });
    await stream.until(() => steps(stream).includes('present 300000'));
    const other = randomBytes(1000);
    await pusher.blob('team/source', other);
    await server.ask('POST', `/v2/team/pushed/blobs/uploads/?mount=${digestOfBytes(other)}&from=team/source`, { as: 'admin' });
    await stream.until(() => steps(stream).includes('mounted 1000'));
    const refused = await server.ask('PUT', '/v2/team/pushed/manifests/v1', {
      as: 'admin',
      body: JSON.stringify({
        schemaVersion: 2,
        mediaType: OCI_MANIFEST,
        config: { mediaType: 'x/y', digest: `sha256:${'0'.repeat(64)}`, size: 1 },
        layers: [],
      }),
      headers: { 'content-type': OCI_MANIFEST },
    });
    await stream.until(() => steps(stream).includes('refused'));
    const { message } = refused.json<{ errors: [{ message: string }] }>().errors[0];
    expect(stream.of('push').at(-1)?.data).toMatchObject({ part: 'v1', problem: message });
    expect(steps(stream)).not.toContain('stored 1000');
  });

  it('tells the bytes while they come', async () => {
    const stream = await watch('?project=team');
    const started = await server.ask('POST', '/v2/team/slowly/blobs/uploads/', { as: 'admin' });
    const bytes = randomBytes(200_000);
    let more: () => void = () => undefined;
    const half = new Promise<void>((resolve) => {
      more = resolve;
    });
    async function* body() {
      yield bytes.subarray(0, 100_000);
      await half;
      yield bytes.subarray(100_000);
    }
    const { authorization } = { authorization: `Basic ${Buffer.from('admin:Right-Password-1').toString('base64')}` };
    const patching = fetch(server.url + started.headers.location, {
      method: 'PATCH',
      headers: { authorization },
      body: ReadableStream.from(body()),
      duplex: 'half',
    } as RequestInit);
    await stream.until(() => steps(stream).includes('uploading 100000'));
    more();
    expect((await patching).status).toBe(202);
    await stream.until(() => steps(stream).includes('uploading 200000'));
  });

  it('leaves nothing in the database when nobody watches', async () => {
    await server.knex.raw(`truncate push_steps, push_watches`);
    await pusher.blob('team/unseen', randomBytes(1000));
    await server.progress.flush();
    expect(await server.knex('push_steps').count('* as rows')).toEqual([{ rows: 0 }]);
  });
});

it('ends with the server, also while nothing happens', async () => {
  const stream = await watch();
  await server.feed.close();
  await stream.until(() => stream.ended);
  expect(server.feed.members).toBe(0);
});
