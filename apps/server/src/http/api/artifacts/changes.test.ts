import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiCalls, codeOf } from '../../testing/api-calls.ts';
import { type Answer, IdentityTestServer } from '../../testing/identity-test-server.ts';
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

async function trash(
  kind: string,
  name: string,
): Promise<{ id: number; tag?: string; digest?: string; tags: string[]; deleted_by: string; size: number }[]> {
  const answer = await ask('GET', `/projects/team/trash?q=kind%3D${kind},name%3D${encodeURIComponent(name)}`, as('maintainer'));
  expect(answer.status, answer.text).toBe(200);
  return answer.json();
}

function restore(id: number | undefined) {
  return ask('POST', `/projects/team/trash/${id}/restore`, as('maintainer'));
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

describe('deleting', () => {
  it('an index takes its children and signatures along, and restoring brings all back', async () => {
    const index = await push.index('team/deleted', 'v1', ['linux/amd64', 'linux/arm64']);
    const signature = await push.image('team/deleted', `${index.digest.replace(':', '-')}.sig`, { layers: ['signature'] });
    const [kept, gone] = index.children;
    await ask('POST', at('deleted', `/artifacts/${kept?.digest}/tags`), { ...as('developer'), body: { name: 'kept' } });
    expect((await ask('DELETE', at('deleted', `/artifacts/${gone?.digest}`), as('maintainer'))).status).toBe(412);
    expect((await ask('DELETE', at('deleted', '/artifacts/v1'), as('maintainer'))).status).toBe(200);
    expect(await tagsOf('team/deleted')).toEqual(['kept']);
    const there = (): Promise<number[]> =>
      Promise.all([index, kept, gone, signature].map((one) => pull('team/deleted', one?.digest ?? '')));
    expect(await there()).toEqual([404, 200, 404, 404]);
    const entries = await trash('artifact', 'deleted');
    expect(entries.map(({ digest, tags, deleted_by }) => [digest, tags.length, deleted_by]).sort()).toEqual(
      [
        [index.digest, 1, 'maintainer'],
        [signature.digest, 1, 'maintainer'],
      ].sort(),
    );
    expect((await restore(entries.find(({ digest }) => digest === index.digest)?.id)).status).toBe(200);
    expect(await there()).toEqual([200, 200, 200, 200]);
    expect(await tagsOf('team/deleted')).toEqual(['kept', `${index.digest.replace(':', '-')}.sig`, 'v1']);
    expect(await trash('artifact', 'deleted')).toEqual([]);
  });

  it('bytes in the trash outlive their links, and go with the entry', async () => {
    const image = await push.image('team/bytes', 'v1', {
      config: { os: 'linux', architecture: 'amd64', only: 'here' },
      layers: ['only here'],
    });
    const blobs = () => server.knex('blobs').count<{ count: number }[]>();
    const before = await blobs();
    await server.ask('DELETE', `/v2/team/bytes/manifests/${image.digest}`, as('admin'));
    const layers = await server
      .knex('trash_blobs')
      .join('blobs', 'blobs.id', 'trash_blobs.blob_id')
      .join('trash', 'trash.id', 'trash_blobs.trash_id')
      .where('trash.name', 'team/bytes')
      .select<{ digest: string }[]>('blobs.digest');
    expect(layers).toHaveLength(2);
    for (const { digest } of layers) expect((await server.ask('DELETE', `/v2/team/bytes/blobs/${digest}`, as('admin'))).status).toBe(202);
    for (const { digest } of layers) expect((await server.ask('HEAD', `/v2/team/bytes/blobs/${digest}`, as('admin'))).status).toBe(404);
    expect(await blobs()).toEqual(before);
    const [entry] = await trash('artifact', 'bytes');
    expect((await restore(entry?.id)).status).toBe(200);
    expect(await pull('team/bytes', 'v1')).toBe(200);
    expect((await server.ask('GET', `/v2/team/bytes/blobs/${layers[0]?.digest}`, as('admin'))).status).toBe(200);
    // Once more, and for good.
    await server.ask('DELETE', `/v2/team/bytes/manifests/${image.digest}`, as('admin'));
    for (const { digest } of layers) await server.ask('DELETE', `/v2/team/bytes/blobs/${digest}`, as('admin'));
    await server
      .knex('trash')
      .where({ name: 'team/bytes' })
      .update({ expires_at: new Date(0) });
    expect(await trash('artifact', 'bytes')).toEqual([]);
    await server.content.trash.purgeExpired(10);
    expect(
      await server.knex('blobs').whereIn(
        'digest',
        layers.map(({ digest }) => digest),
      ),
    ).toEqual([]);
    expect(
      await server.knex('blob_deletions').whereIn(
        'digest',
        layers.map(({ digest }) => digest),
      ),
    ).toHaveLength(2);
    expect(await server.knex('manifest_contents').where({ digest: image.digest })).toEqual([]);
  });

  it('a tag can be restored, unless it points elsewhere now; pushing the same again takes it out', async () => {
    const image = await push.image('team/tagtrash', 'v1', { layers: ['1'] });
    const other = await push.image('team/tagtrash', 'else', { layers: ['2'] });
    const remove = () => ask('DELETE', at('tagtrash', '/artifacts/v1/tags/v1'), as('maintainer'));
    expect((await remove()).status).toBe(200);
    const [entry] = await trash('tag', 'tagtrash');
    await ask('POST', at('tagtrash', `/artifacts/${other.digest}/tags`), { ...as('developer'), body: { name: 'v1' } });
    expect((await restore(entry?.id)).status).toBe(409);
    await remove();
    expect((await restore(entry?.id)).status).toBe(200);
    expect((await ask('GET', at('tagtrash', '/artifacts/v1'), as('guest'))).json()).toMatchObject({ digest: image.digest });
    await remove();
    expect((await trash('tag', 'tagtrash')).filter(({ digest }) => digest === image.digest)).toHaveLength(1);
    await push.image('team/tagtrash', 'v1', { layers: ['1'] });
    expect((await trash('tag', 'tagtrash')).filter(({ digest }) => digest === image.digest)).toHaveLength(0);
  });

  it('a repository hides it at once; its name is free, and it comes back where nobody took it', async () => {
    const image = await push.image('team/whole', 'v1');
    expect((await ask('DELETE', at('whole'), as('maintainer'))).status).toBe(200);
    expect([await pull('team/whole', 'v1'), (await ask('GET', at('whole'), as('guest'))).status]).toEqual([404, 404]);
    expect((await ask('DELETE', at('whole'), as('maintainer'))).status).toBe(404);
    await push.image('team/whole', 'new');
    const [entry] = await trash('repository', 'whole');
    expect((await restore(entry?.id)).status).toBe(409);
    await ask('DELETE', at('whole'), as('maintainer'));
    expect((await restore(entry?.id)).status).toBe(200);
    expect(await tagsOf('team/whole')).toEqual(['v1']);
    expect(await pull('team/whole', image.digest)).toBe(200);
    expect((await restore(entry?.id)).status).toBe(404);
    const [second] = await trash('repository', 'whole');
    expect((await ask('DELETE', `/projects/team/trash/${second?.id}`, as('maintainer'))).status).toBe(200);
    expect(await trash('repository', 'whole')).toEqual([]);
    expect(await pull('team/whole', 'v1')).toBe(200);
  });

  it('a project needs it empty, and an administrator brings it back with its members', async () => {
    const admin = (await server.stores.users.list({ page: 1, pageSize: 1, username: 'admin' })).items[0]?.id ?? 0;
    const id = await server.addProject('passing', admin);
    await push.image('passing/app', 'v1');
    expect((await ask('GET', '/projects/passing/_deletable', as('admin'))).json()).toMatchObject({ deletable: false });
    expect((await ask('DELETE', '/projects/passing', as('admin'))).status).toBe(412);
    await ask('DELETE', '/projects/passing/repositories/app', as('admin'));
    expect((await ask('GET', '/projects/passing/_deletable', as('admin'))).json()).toMatchObject({ deletable: true });
    expect((await ask('DELETE', '/projects/passing', as('admin'))).status).toBe(200);
    const entries = (await ask('GET', '/trash?q=name%3Dpassing&sort=id', as('admin'))).json<{ id: number; kind: string }[]>();
    expect(entries.map(({ kind }) => kind)).toEqual(['repository', 'project']);
    expect((await ask('POST', `/trash/${entries[0]?.id}/restore`, as('admin'))).status).toBe(412);
    expect((await ask('POST', `/trash/${entries[1]?.id}/restore`, as('admin'))).status).toBe(200);
    expect((await ask('GET', `/projects/${id}`, as('admin'))).json()).toMatchObject({ name: 'passing', current_user_role_id: 1 });
    expect((await ask('POST', `/trash/${entries[0]?.id}/restore`, as('admin'))).status).toBe(200);
    expect(await pull('passing/app', 'v1')).toBe(200);
  });

  it('an entry of another project is not there', async () => {
    await push.image('other/gone', 'v1');
    await ask('DELETE', '/projects/other/repositories/gone', as('admin'));
    const [entry] = (await ask('GET', '/projects/other/trash', as('admin'))).json<{ id: number }[]>();
    expect((await restore(entry?.id)).status).toBe(404);
    expect((await ask('DELETE', `/projects/team/trash/${entry?.id}`, as('projectAdmin'))).status).toBe(404);
  });
});

describe('labels', () => {
  it('are global or of a project, put on artifacts and found by them', async () => {
    await push.image('team/labelled', 'v1');
    const create = (user: string, body: object) => ask('POST', '/labels', { ...as(user), body });
    const team = (await ask('GET', '/projects/team', as('admin'))).json<{ project_id: number }>().project_id;
    expect((await create('projectAdmin', { name: 'g', scope: 'g' })).status).toBe(403);
    const global = await create('admin', { name: 'stable', scope: 'g', color: '#00AB9A' });
    expect([global.status, (await create('admin', { name: 'stable', scope: 'g' })).status]).toEqual([201, 409]);
    const own = await create('maintainer', { name: 'stable', scope: 'p', project_id: team });
    expect(own.status).toBe(201);
    expect((await create('developer', { name: 'x', scope: 'p', project_id: team })).status).toBe(403);
    const foreignProject = (await ask('GET', '/projects/other', as('admin'))).json<{ project_id: number }>().project_id;
    const foreign = await create('admin', { name: 'foreign', scope: 'p', project_id: foreignProject });
    for (const body of [{}, { name: 'x' }, { name: 'x', scope: 'p' }, { name: 'x', scope: 'g', color: 'red;background:url(x)' }])
      expect((await create('admin', body)).status).toBe(400);
    const idOf = (answer: Answer): number => Number(answer.headers.location?.split('/').at(-1));
    const put = (id: number) => ask('POST', at('labelled', '/artifacts/v1/labels'), { ...as('developer'), body: { id } });
    expect([(await put(idOf(global))).status, (await put(idOf(global))).status, (await put(idOf(own))).status]).toEqual([200, 409, 200]);
    expect([(await put(idOf(foreign))).status, (await put(999_999)).status]).toEqual([404, 404]);
    const statuses = (method: string, body?: object) =>
      Promise.all(
        (method === 'DELETE' ? ['limitedGuest', 'guest', 'developer'] : ['limitedGuest', 'guest', 'developer', 'maintainer', 'admin']).map(
          async (user) => (await ask(method, `/labels/${idOf(own)}`, { ...as(user), ...(body === undefined ? {} : { body }) })).status,
        ),
      );
    expect(await statuses('GET')).toEqual([404, 200, 200, 200, 200]);
    expect(await statuses('PUT', {})).toEqual([404, 403, 403, 200, 200]);
    expect(await statuses('DELETE')).toEqual([404, 403, 403]);
    expect((await ask('GET', `/labels/${idOf(foreign)}`, as('developer'))).status).toBe(404);
    expect((await ask('DELETE', `/labels/${idOf(foreign)}`, as('projectAdmin'))).status).toBe(404);
    const q = encodeURIComponent(`labels=(${idOf(global)} ${idOf(own)})`);
    const found = (await ask('GET', at('labelled', `/artifacts?q=${q}&with_label=true`), as('guest'))).json<{ labels: object[] }[]>();
    expect(found[0]?.labels).toMatchObject([
      { name: 'stable', scope: 'g', project_id: 0, color: '#00AB9A' },
      { name: 'stable', scope: 'p', project_id: team },
    ]);
    expect((await ask('DELETE', at('labelled', `/artifacts/v1/labels/${idOf(own)}`), as('developer'))).status).toBe(200);
    expect((await ask('DELETE', at('labelled', `/artifacts/v1/labels/${idOf(own)}`), as('developer'))).status).toBe(404);
    expect(
      (await ask('PUT', `/labels/${idOf(own)}`, { ...as('maintainer'), body: { name: 'renamed', scope: 'g', project_id: 0 } })).status,
    ).toBe(200);
    expect((await ask('GET', `/labels?scope=p&project_id=${team}`, as('guest'))).json()).toMatchObject([{ name: 'renamed', scope: 'p' }]);
    expect((await ask('DELETE', `/labels/${idOf(global)}`, as('admin'))).status).toBe(200);
    expect((await ask('GET', at('labelled', '/artifacts/v1?with_label=true'), as('guest'))).json()).toMatchObject({ labels: null });
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
      { pull_count: 2, pull_time: expect.stringMatching(/^20/) },
    ]);
    expect((await ask('GET', at('pulled', '/artifacts/v1'), as('guest'))).json()).toMatchObject({ pull_count: 3 });
    await pull('team/pulled', 'v1');
    await server.traffic.flush();
    expect((await ask('GET', at('pulled'), as('guest'))).json()).toMatchObject({ pull_count: 4 });
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

  it('shows a manifest whose config is damaged without it', async () => {
    const image = await push.image('team/damaged', 'v1', { config: { os: 'linux', architecture: 'mips', only: 'this' } });
    const manifest = (await server.ask('GET', '/v2/team/damaged/manifests/v1', as('admin'))).json<{ config: { digest: string } }>();
    await server
      .knex('blobs')
      .where({ digest: manifest.config.digest })
      .update({ storage_key: 'f'.repeat(32) });
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
