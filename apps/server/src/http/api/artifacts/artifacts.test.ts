import { useTestDatabase } from '@berth/database/testing';
import { OCI_INDEX, OCI_MANIFEST } from '@berth/oci';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiCalls } from '../../testing/api-calls.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';
import { descriptor, Pusher, type PushedImage } from '../../testing/pushed-content.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const push = new Pusher(server);
const { ask } = apiCalls(server);
const REPO = '/projects/team/repositories/app%252Fweb';
let team = 0;
let image: PushedImage;
let index: Awaited<ReturnType<Pusher['index']>>;
let signature: PushedImage;

interface Shown {
  readonly digest: string;
  readonly tags: { name: string }[] | null;
  readonly [key: string]: unknown;
}

beforeAll(async () => {
  await server.start(database.url);
  const admin = await server.addUser('admin', true);
  team = await server.addProject('team', admin);
  await server.addMembers(team);
  image = await push.image('team/app/web', 'v1.9.0', { config: { architecture: 'arm64', os: 'linux', config: { Env: ['A=1'] } } });
  await push.manifest(
    'team/app/web',
    'same',
    JSON.parse((await server.ask('GET', '/v2/team/app/web/manifests/v1.9.0', { as: 'admin' })).text),
  );
  index = await push.index('team/app/web', 'v1.10.0', ['linux/amd64', 'linux/arm64']);
  signature = await push.image('team/app/web', undefined, {
    config: '{}',
    configType: 'application/vnd.oci.empty.v1+json',
    more: {
      artifactType: 'application/vnd.cncf.notary.signature',
      subject: { mediaType: OCI_MANIFEST, digest: image.digest, size: image.size },
    },
  });
  await push.image('team/app/web', `${image.digest.replace(':', '-')}.sig`, { layers: ['cosign'] });
}, 60_000);
afterAll(() => server.stop());
beforeEach(() => server.passFiveSeconds());

async function list(path: string): Promise<Shown[]> {
  const answer = await ask('GET', path, { as: 'guest' });
  expect(answer.status, answer.text).toBe(200);
  const items = answer.json<Shown[]>();
  return items;
}

describe('a list of artifacts', () => {
  it('shows what stands by itself, the newest first, each with its tags', async () => {
    const answer = await ask('GET', `${REPO}/artifacts`, { as: 'guest' });
    expect(answer.headers['x-total-count']).toBe('2');
    expect(answer.json<Shown[]>().map(({ digest, tags }) => [digest, tags?.map(({ name }) => name).sort()])).toEqual([
      [index.digest, ['v1.10.0']],
      [image.digest, ['same', 'v1.9.0']],
    ]);
  });

  it('shows an image as Harbor does', async () => {
    const shown = (await list(`${REPO}/artifacts?q=digest=${image.digest}&with_label=true`))[0];
    expect(shown).toMatchObject({
      type: 'IMAGE',
      media_type: 'application/vnd.oci.image.config.v1+json',
      manifest_media_type: OCI_MANIFEST,
      project_id: team,
      repository_name: 'team/app/web',
      size: image.totalSize,
      pull_time: '0001-01-01T00:00:00.000Z',
      platforms: [{ os: 'linux', architecture: 'arm64' }],
      extra_attrs: { architecture: 'arm64', os: 'linux', config: { Env: ['A=1'] } },
      references: null,
      labels: null,
      accessories: null,
      addition_links: {
        build_history: {
          absolute: false,
          href: `/api/v2.0/projects/team/repositories/app%252Fweb/artifacts/${image.digest}/additions/build_history`,
        },
      },
    });
  });

  it('shows an index with its children and the platforms of its descriptors', async () => {
    const shown = (await ask('GET', `${REPO}/artifacts/v1.10.0`, { as: 'guest' })).json<Shown>();
    expect(shown).toMatchObject({
      manifest_media_type: OCI_INDEX,
      size: index.totalSize,
      platforms: [
        { os: 'linux', architecture: 'amd64' },
        { os: 'linux', architecture: 'arm64' },
      ],
      references: index.children.map(({ digest }) => ({ child_digest: digest, child_id: expect.any(Number), parent_id: shown['id'] })),
    });
  });

  it.each([
    ['tags=*', 2],
    ['tags=nil', 0],
    ['tags=same', 1],
    ['tags=~v1', 2],
    ['type=image', 2],
    ['type=CHART', 0],
    [`media_type=${encodeURIComponent(OCI_INDEX)}`, 1],
    ['push_time=[2020-01-01~2021-01-01]', 0],
    ['push_time=[2020-01-01 00:00:00~]', 2],
    ['labels=(999)', 0],
  ])('is narrowed by q=%s', async (q, count) => {
    expect(await list(`${REPO}/artifacts?q=${encodeURIComponent(q)}`)).toHaveLength(count);
  });

  it.each(['labels=(a)', 'push_time=[x~y]', 'push_time=2020', 'id=1', 'tags={a b}', 'labels=(1),labels=(2)'])('refuses q=%s', async (q) => {
    expect((await ask('GET', `${REPO}/artifacts?q=${encodeURIComponent(q)}`, { as: 'guest' })).status).toBe(400);
  });

  it('shows accessories by subject and by the tag that cosign makes', async () => {
    const shown = (await ask('GET', `${REPO}/artifacts/same?with_accessory=true`, { as: 'guest' })).json<{ accessories: object[] }>();
    expect(shown.accessories).toMatchObject([
      {
        digest: signature.digest,
        type: 'signature.notation',
        subject_artifact_digest: image.digest,
        subject_artifact_repo: 'team/app/web',
      },
      { type: 'signature.cosign' },
    ]);
    const answer = await ask('GET', `${REPO}/artifacts/same/accessories?page_size=1&page=2`, { as: 'guest' });
    expect([answer.headers['x-total-count'], answer.json()]).toEqual(['2', [shown.accessories[1]]]);
  });

  it('of a project, and of each repository only the newest', async () => {
    await push.image('team/other', 'x');
    expect(await list(`/projects/${team}/artifacts`)).toHaveLength(3);
    const latest = await list('/projects/team/artifacts?latest_in_repository=true&sort=repository_name');
    expect(latest.map((one) => [one['repository_name'], one.tags?.[0]?.name])).toEqual([
      ['team/app/web', 'v1.10.0'],
      ['team/other', 'x'],
    ]);
  });

  it('takes names that are encoded once too, and answers what is absent alike', async () => {
    expect((await ask('GET', `/projects/team/repositories/app%2Fweb/artifacts/v1.10.0`, { as: 'guest' })).status).toBe(200);
    for (const path of [
      `${REPO}/artifacts/none`,
      `${REPO}/artifacts/sha256:${'0'.repeat(64)}`,
      '/projects/team/repositories/none/artifacts',
    ])
      expect((await ask('GET', path, { as: 'guest' })).status, path).toBe(404);
    for (const path of [`${REPO}/artifacts/-bad`, `${REPO}/artifacts/sha256:1`, '/projects/team/repositories/No/artifacts'])
      expect((await ask('GET', path, { as: 'guest' })).status, path).toBe(400);
  });
});

describe('tags first', () => {
  it('are listed with what they point at; those of signatures are folded away', async () => {
    const answer = await ask('GET', `${REPO}/tags`, { as: 'guest' });
    expect(answer.headers['x-total-count']).toBe('3');
    expect(answer.json()).toMatchObject([
      { name: 'same', digest: image.digest, size: image.totalSize, accessory_count: 2, platforms: [{ architecture: 'arm64' }] },
      { name: 'v1.10.0', digest: index.digest, size: index.totalSize, accessory_count: 0, platforms: [{}, {}] },
      { name: 'v1.9.0' },
    ]);
    expect(await list(`${REPO}/tags?with_accessory=true`)).toHaveLength(4);
  });

  it('are sorted as versions, and narrowed by a pattern', async () => {
    const names = async (query: string): Promise<unknown[]> => (await list(`${REPO}/tags?${query}`)).map((one) => one['name']);
    expect(await names('sort=version')).toEqual(['v1.9.0', 'v1.10.0', 'same']);
    expect(await names('sort=-version')).toEqual(['v1.10.0', 'v1.9.0', 'same']);
    expect(await names('sort=-push_time')).toEqual(['v1.10.0', 'same', 'v1.9.0']);
    expect(await names('q=name%3Dv1.*')).toEqual(['v1.10.0', 'v1.9.0']);
    expect(await names('q=name%3Dv1.%3F.0')).toEqual(['v1.9.0']);
    expect(await names('q=name%3D~ame')).toEqual(['same']);
    expect(await names('q=name%3D_ame')).toEqual([]);
    expect(await names('page=2&page_size=2')).toEqual(['v1.9.0']);
  });

  it('of one artifact are listed in the shape of Harbor', async () => {
    const tags = await list(`${REPO}/artifacts/same/tags`);
    expect(tags).toMatchObject([{ name: 'same', artifact_id: expect.any(Number), immutable: false }, { name: 'v1.9.0' }]);
  });
});

describe('tags that a rule keeps', () => {
  it('are shown as such: always in the list of tags, elsewhere when asked for', async () => {
    const matches = (kind: string, pattern: string) => [{ kind: 'doublestar', decoration: kind, pattern }];
    const rule = { tag_selectors: matches('matches', 'v1.9*'), scope_selectors: { repository: matches('repoMatches', 'app/**') } };
    const made = await ask('POST', '/projects/team/immutabletagrules', { as: 'maintainer', body: rule });
    expect(made.status, made.text).toBe(201);
    const kept = (tags: readonly object[] | null | undefined): unknown[] =>
      ((tags ?? []) as { name: unknown; immutable: unknown }[]).filter(({ immutable }) => immutable === true).map(({ name }) => name);
    expect(kept(await list(`${REPO}/tags`))).toEqual(['v1.9.0']);
    expect(kept(await list(`${REPO}/artifacts/same/tags?with_immutable_status=true`))).toEqual(['v1.9.0']);
    expect(kept(await list(`${REPO}/artifacts/same/tags`))).toEqual([]);
    const shown = await list(`${REPO}/artifacts?q=digest=${image.digest}&with_immutable_status=true`);
    expect(kept(shown[0]?.tags)).toEqual(['v1.9.0']);
  });
});

describe('repositories', () => {
  it('are listed with their counts, in their project and over all', async () => {
    const shown = { name: 'team/app/web', project_id: team, artifact_count: 2, pull_count: 0, description: '' };
    expect((await list('/projects/team/repositories?q=name%3D~web'))[0]).toMatchObject(shown);
    expect((await list('/repositories?q=name%3Dteam/app/web'))[0]).toMatchObject(shown);
    expect((await ask('GET', REPO, { as: 'guest' })).json()).toMatchObject(shown);
    await server.addUser('outsider');
    expect((await ask('GET', '/repositories', { as: 'outsider' })).json()).toEqual([]);
    expect((await ask('GET', '/repositories')).json()).toEqual([]);
  });
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});

it('shows an image whose foreign layers claim to be larger than any number, and what is in the trash of it', async () => {
  const foreign = (last: string) => ({
    mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
    digest: `sha256:${last.repeat(64)}`,
    size: Number.MAX_SAFE_INTEGER,
  });
  const config = Buffer.from('{}');
  await push.blob('team/foreign', config);
  await push.manifest('team/foreign', '1', {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config: descriptor(config, 'application/vnd.oci.image.config.v1+json'),
    layers: [foreign('a'), foreign('b')],
  });
  expect((await list('/projects/team/repositories/foreign/artifacts')).map(({ size }) => size)).toEqual([Number.MAX_SAFE_INTEGER]);
  await list('/projects/team/repositories/foreign/artifacts/1/tags');
  expect((await ask('DELETE', '/projects/team/repositories/foreign/artifacts/1', { as: 'admin' })).status).toBe(200);
  expect((await ask('GET', '/projects/team/trash', { as: 'admin' })).status).toBe(200);
});
