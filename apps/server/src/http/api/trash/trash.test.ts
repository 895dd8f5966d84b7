import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiCalls, idFrom } from '../../testing/api-calls.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';
import { Pusher } from '../../testing/pushed-content.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const push = new Pusher(server);
const { ask } = apiCalls(server);

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
    const artifact = `/projects/team/repositories/bytes/artifacts/${image.digest}`;
    const labelled: number[] = [];
    for (const name of ['stays', 'goes']) {
      const made = await ask('POST', '/labels', { ...as('admin'), body: { name, scope: 'g' } });
      labelled.push(idFrom(made));
      expect((await ask('POST', `${artifact}/labels`, { ...as('admin'), body: { id: labelled.at(-1) } })).status).toBe(200);
    }
    await server.ask('DELETE', `/v2/team/bytes/manifests/${image.digest}`, as('admin'));
    expect((await ask('DELETE', `/labels/${labelled[1]}`, as('admin'))).status).toBe(200);
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
    // It has its labels again, but for the one that is no more.
    const shown = (await ask('GET', `${artifact}?with_label=true`, as('admin'))).json<{ labels: { id: number }[] }>();
    expect(shown.labels.map(({ id }) => id)).toEqual([labelled[0]]);
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

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
