import { useTestDatabase } from '@berth/database/testing';
import type { Digest } from '@berth/oci';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiCalls, codeOf } from '../../testing/api-calls.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';
import { Pusher } from '../../testing/pushed-content.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const push = new Pusher(server);
const { ask } = apiCalls(server);
const SIGNATURE = 'application/vnd.cncf.notary.signature';

beforeAll(async () => {
  await server.start(database.url);
  const admin = await server.addUser('admin', true);
  const team = await server.addProject('team', admin);
  await server.addMembers(team);
  await server.addProject('other', admin);
}, 60_000);
afterAll(() => server.stop());
beforeEach(() => server.passFiveSeconds());

const at = (repository: string, rest = ''): string =>
  `/projects/team/repositories/${encodeURIComponent(encodeURIComponent(repository))}${rest}`;
const as = (user: string) => ({ as: user });

async function tagsOf(repository: string): Promise<string[]> {
  const answer = await server.ask('GET', `/v2/${repository}/tags/list`, { as: 'admin' });
  return answer.status === 404 ? [] : answer.json<{ tags: string[] }>().tags;
}

async function pull(repository: string, reference: string): Promise<number> {
  return (await server.ask('GET', `/v2/${repository}/manifests/${reference}`, { as: 'admin' })).status;
}

describe('tags', () => {
  it('are made and deleted, never moved by the way', async () => {
    const image = await push.image('team/tags', 'one');
    const other = await push.image('team/tags', 'other');
    const made = await ask('POST', at('tags', `/artifacts/${image.digest}/tags`), { ...as('developer'), body: { name: 'two' } });
    expect([made.status, made.text]).toEqual([201, '']);
    expect(await tagsOf('team/tags')).toEqual(['one', 'other', 'two']);
    const again = await ask('POST', at('tags', `/artifacts/${other.digest}/tags`), { ...as('developer'), body: { name: 'two' } });
    expect([again.status, codeOf(again)]).toEqual([409, 'CONFLICT']);
    for (const name of ['-bad', 'a/b', ''])
      expect((await ask('POST', at('tags', '/artifacts/one/tags'), { ...as('developer'), body: { name } })).status).toBe(400);
    expect((await ask('POST', at('tags', '/artifacts/none/tags'), { ...as('developer'), body: { name: 'x' } })).status).toBe(404);
    expect((await ask('DELETE', at('tags', '/artifacts/other/tags/two'), as('maintainer'))).status).toBe(404);
    expect((await ask('DELETE', at('tags', '/artifacts/one/tags/two'), as('maintainer'))).status).toBe(200);
    expect(await tagsOf('team/tags')).toEqual(['one', 'other']);
    expect(await pull('team/tags', image.digest)).toBe(200);
  });

  it('keep every move, and go back to where they were', async () => {
    const first = await push.image('team/moves', 'latest', { layers: ['1'] });
    const second = await push.image('team/moves', 'latest', { layers: ['2'] });
    const path = at('moves', '/tags/latest');
    const history = (await ask('GET', `${path}/history`, as('guest'))).json();
    expect(history).toMatchObject([
      { tag: 'latest', digest: second.digest, previous_digest: first.digest, actor: 'admin', available: true },
      { digest: first.digest, available: true },
    ]);
    const roll = (digest: string) => ask('POST', `${path}/rollback`, { ...as('developer'), body: { digest } });
    expect((await roll(first.digest)).status).toBe(200);
    expect((await ask('GET', at('moves', '/artifacts/latest'), as('guest'))).json()).toMatchObject({ digest: first.digest });
    const stranger = await push.image('team/moves', undefined, { layers: ['3'] });
    expect((await roll(stranger.digest)).status).toBe(409);
    expect((await ask('DELETE', at('moves', `/artifacts/${second.digest}`), as('maintainer'))).status).toBe(200);
    expect((await roll(second.digest)).status).toBe(404);
    expect((await ask('GET', `${path}/history?page_size=1`, as('guest'))).headers['x-total-count']).toBe('3');
  });
});

describe('copies', () => {
  it('bring children, signatures and tags, and move no bytes', async () => {
    const index = await push.index('team/source', 'v1', ['linux/amd64', 'linux/arm64']);
    await push.image('team/source', undefined, {
      config: '{}',
      configType: 'application/vnd.oci.empty.v1+json',
      more: {
        artifactType: SIGNATURE,
        subject: { mediaType: 'application/vnd.oci.image.index.v1+json', digest: index.digest, size: index.size },
      },
    });
    const blobs = await server.knex('blobs').count();
    const copied = await ask('POST', at('deep/target', '/artifacts?from=team/source:v1'), as('developer'));
    expect([copied.status, copied.headers.location]).toEqual([
      201,
      `/api/v2.0/projects/team/repositories/deep%252Ftarget/artifacts/${index.digest}`,
    ]);
    expect(await server.knex('blobs').count()).toEqual(blobs);
    expect(await tagsOf('team/deep/target')).toEqual(['v1']);
    for (const { digest } of index.children) expect(await pull('team/deep/target', digest)).toBe(200);
    const shown = (await ask('GET', at('deep/target', '/artifacts/v1?with_accessory=true'), as('guest'))).json();
    expect(shown).toMatchObject({ size: index.totalSize, accessories: [{ type: 'signature.notation' }] });
    expect((await ask('POST', at('deep/target', '/artifacts?from=team/source:v1'), as('developer'))).status).toBe(201);
  });

  it('come only from what the caller may pull', async () => {
    await push.image('other/secret', 'v1');
    const answers = [];
    for (const from of ['other/secret:v1', 'other/none:v1', 'nowhere/none:v1'])
      answers.push((await ask('POST', at('copy', `/artifacts?from=${from}`), as('developer'))).status);
    expect(answers).toEqual([404, 404, 404]);
    for (const from of ['', 'team/source', 'source:v1', 'team/source:-', 'team/source@sha256:1', ':v1'])
      expect([400, 422], from).toContain((await ask('POST', at('copy', `/artifacts?from=${from}`), as('developer'))).status);
    expect((await ask('POST', at('copy', '/artifacts?from=other/secret:v1'), as('admin'))).status).toBe(201);
  });
});

describe('counts', () => {
  it('of pulls are written in batches, by tag, artifact and repository', async () => {
    const image = await push.image('team/pulled', 'v1');
    for (const reference of ['v1', 'v1', image.digest]) await pull('team/pulled', reference);
    expect((await ask('GET', at('pulled'), as('guest'))).json()).toMatchObject({ pull_count: 0 });
    await server.traffic.flush();
    expect((await ask('GET', at('pulled'), as('guest'))).json()).toMatchObject({ pull_count: 3 });
    expect((await ask('GET', at('pulled', '/tags'), as('guest'))).json()).toMatchObject([
      { pull_count: 3, pull_time: expect.stringMatching(/^20/) },
    ]);
    expect((await ask('GET', at('pulled', '/artifacts/v1'), as('guest'))).json()).toMatchObject({ pull_count: 3 });
    await pull('team/pulled', 'v1');
    await server.traffic.flush();
    expect((await ask('GET', at('pulled'), as('guest'))).json()).toMatchObject({ pull_count: 4 });
  });
});

describe('a tag', () => {
  it('counts as pulled when what it points at is pulled by digest, as docker does after asking for the tag by HEAD', async () => {
    await push.image('team/engine', 'older', { layers: ['1'] });
    const { digest } = await push.image('team/engine', 'newer', { layers: ['2'] });
    await server.ask('HEAD', '/v2/team/engine/manifests/newer', { as: 'guest' });
    await pull('team/engine', digest);
    await server.traffic.flush();
    const tags = (await ask('GET', at('engine', '/tags?sort=-pull_time'), as('guest'))).json<{ name: string }[]>();
    expect(tags).toMatchObject([{ name: 'newer', pull_count: 1, pull_time: expect.stringMatching(/^20/) }, { name: 'older' }]);
    expect(tags[1]).not.toHaveProperty('pull_time');
    expect((await ask('GET', at('engine', '/artifacts/newer/tags'), as('guest'))).json()).toMatchObject([
      { name: 'newer', pull_time: expect.stringMatching(/^20/) },
    ]);
    const artifact = (await ask('GET', at('engine', '/artifacts/newer'), as('guest'))).json();
    expect(artifact).toMatchObject({ tags: [{ name: 'newer', pull_time: expect.stringMatching(/^20/) }] });
  });
});

describe('the job that reads facts', () => {
  it('reads what was pushed before anybody lists it, once', async () => {
    const image = await push.image('team/facts', 'v1', { config: { os: 'linux', architecture: 'riscv64' } });
    const facts = () =>
      server
        .knex('manifest_facts')
        .join('manifest_contents', 'manifest_contents.id', 'manifest_facts.content_id')
        .where({ digest: image.digest })
        .select<{ facts: string; read_at: Date }[]>('facts', 'read_at');
    expect(await facts()).toEqual([]);
    while ((await server.content.facts.work(3)).more);
    const read = await facts();
    expect(JSON.parse(read[0]?.facts ?? '{}')).toMatchObject({ platforms: [{ os: 'linux', architecture: 'riscv64' }] });
    expect(await server.content.facts.work(3)).toEqual({ more: false });
    expect(await facts()).toEqual(read);
  });

  /** Pushes `team/<name>:v1` and takes its config out of the storage. */
  async function pushWithoutConfig(name: string) {
    const image = await push.image(`team/${name}`, 'v1', { config: { os: 'linux', architecture: 'mips', only: name } });
    const manifest = (await server.ask('GET', `/v2/team/${name}/manifests/v1`, as('admin'))).json<{ config: { digest: Digest } }>();
    const { digest } = manifest.config;
    await server
      .knex('blobs')
      .where({ digest })
      .update({ storage_key: digest.slice(-32) });
    return { image, config: digest };
  }

  it('needs no read from the storage for what this process received a moment ago', async () => {
    await pushWithoutConfig('recent');
    expect((await ask('GET', at('recent', '/artifacts/v1'), as('guest'))).json()).toMatchObject({
      platforms: [{ os: 'linux', architecture: 'mips' }],
    });
    expect(server.failures).toEqual([]);
  });

  it('shows a manifest whose config is damaged without it', async () => {
    const { image, config } = await pushWithoutConfig('damaged');
    server.recentConfigs.take(config);
    const shown = await ask('GET', at('damaged', '/artifacts/v1'), as('guest'));
    expect([shown.status, shown.json()]).toEqual([200, expect.objectContaining({ digest: image.digest, platforms: [], extra_attrs: {} })]);
    expect(server.failures.splice(0).map((error) => (error as Error).name)).toEqual(['StoredObjectMissingError']);
  });
});

describe('the summary of a project', () => {
  it('counts repositories, bytes and members by role', async () => {
    const summary = (await ask('GET', '/projects/team/summary', as('guest'))).json<Record<string, unknown>>();
    const listed = (await ask('GET', '/projects/team/repositories?page_size=1', as('guest'))).headers['x-total-count'];
    expect(summary).toMatchObject({ repo_count: Number(listed), project_admin_count: 2, maintainer_count: 1, limited_guest_count: 1 });
    expect(summary['quota']).toMatchObject({ hard: { storage: -1 }, used: { storage: expect.any(Number) } });
  });
});

describe('a description', () => {
  it('is kept, and nothing else can be changed', async () => {
    await push.image('team/described', 'v1');
    const body = { description: 'What it is for', name: 'team/else', id: 1, pull_count: 99, project_id: 99 };
    expect((await ask('PUT', at('described'), { ...as('developer'), body })).status).toBe(200);
    expect((await ask('GET', at('described'), as('guest'))).json()).toMatchObject({
      name: 'team/described',
      description: 'What it is for',
      pull_count: 0,
    });
  });
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
