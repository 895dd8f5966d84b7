import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MigrationReport } from '@berth/migration';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { berth, type Outcome, ServerProcess } from './testing/berth.ts';
import { type Descriptor, RegistryScene } from './testing/registry-scene.ts';

const PASSWORD = 'Right-Password-1';

let folder: string;
let servers: [ServerProcess, ServerProcess];
let [source, destination] = [] as unknown as [RegistryScene, RegistryScene];
let [foreseen, first, second] = [] as unknown as [MigrationReport, MigrationReport, MigrationReport];
let pushed: Record<'image' | 'index' | 'child' | 'sbom' | 'ofChild' | 'ofSbom' | 'untagged', Descriptor>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-migrate-'));
  await writeFile(join(folder, 'password'), `${PASSWORD}\n`);
  const env = { BERTH_ADMIN_PASSWORD: PASSWORD };
  servers = await Promise.all([
    ServerProcess.start(join(folder, 'source'), { env }),
    ServerProcess.start(join(folder, 'destination'), { env }),
  ]);
  [source, destination] = servers.map(({ url }) => new RegistryScene(url, 'admin', PASSWORD)) as [RegistryScene, RegistryScene];
  await makePeople();
  await makeProject();
  await makeContent();
  foreseen = await report('--dry-run', '--project', 'team');
  expect(await destination.api('GET', '/projects?name=team')).toEqual([]);
  await expect(stat(join(folder, 'secrets.jsonl'))).rejects.toThrow('ENOENT');
  first = await report('--project', 'team');
  second = await report('--project', 'team');
});
afterAll(async () => {
  await Promise.all(servers.map((server) => server.end()));
  await rm(folder, { recursive: true });
});

async function makePeople(): Promise<void> {
  for (const username of ['alice', 'bob'])
    await source.api('POST', '/users', { username, email: `${username}@example.com`, realname: username, password: PASSWORD, comment: '' });
  const [alice] = await source.api<{ user_id: number }[]>('GET', '/users?q=username=alice');
  await source.api('PUT', `/users/${alice?.user_id}/sysadmin`, { sysadmin_flag: true });
  const group = await source.api<number>('POST', '/usergroups', { group_name: 'builders', group_type: 4 });
  await source.api('POST', `/usergroups/${group}/members`, { username: 'bob' });
}

async function makeProject(): Promise<void> {
  const id = await source.api<number>('POST', '/projects', {
    project_name: 'team',
    metadata: { public: 'true' },
    storage_limit: 5_000_000,
  });
  await source.api('POST', `/projects/${id}/members`, { role_id: 2, member_user: { username: 'bob' } });
  await source.api('POST', `/projects/${id}/members`, { role_id: 3, member_group: { group_name: 'builders' } });
  const tags = [{ kind: 'doublestar', decoration: 'matches', pattern: 'v*' }];
  const scope = { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] };
  await source.api('POST', `/projects/${id}/immutabletagrules`, { tag_selectors: tags, scope_selectors: scope });
  await source.api('POST', '/retentions', {
    ...{ algorithm: 'or', scope: { level: 'project', ref: id }, trigger: { kind: 'Schedule', settings: { cron: '0 0 3 * * *' } } },
    rules: [{ action: 'retain', template: 'latestPushedK', params: { latestPushedK: 10 }, tag_selectors: tags, scope_selectors: scope }],
  });
  const access = [{ resource: 'repository', action: 'pull' }];
  const permissions = [{ kind: 'project', namespace: 'team', access }];
  await source.api('POST', '/robots', { name: 'ci', level: 'project', duration: 30, description: 'builds', permissions });
  await source.api('POST', '/robots', { name: 'all', level: 'system', duration: -1, disable: true, permissions });
}

async function makeContent(): Promise<void> {
  const image = await source.pushImage('team/app', 'v1');
  await source.pushManifest(
    'team/app',
    'latest',
    JSON.parse(String((await source.client.manifest('team/app' as never, { kind: 'digest', digest: image.digest }))?.bytes)) as never,
  );
  const child = await source.pushImage('team/sub/tool');
  const index = await source.pushIndex('team/sub/tool', '2', [child, await source.pushImage('team/sub/tool')]);
  const sbom = await source.pushImage('team/app', undefined, { subject: image });
  const ofChild = await source.pushImage('team/sub/tool', undefined, { subject: child });
  const ofSbom = await source.pushImage('team/app', undefined, { subject: sbom });
  const untagged = await source.pushImage('team/app');
  pushed = { image, child, index, sbom, ofChild, ofSbom, untagged };
  await source.pushImage('team/app', `sha256-${image.digest.slice(7)}.sig`);
  await source.api('PUT', '/projects/team/repositories/app', { description: 'What *everyone* runs.' });
  const [{ project_id: id } = { project_id: 0 }] = await source.api<{ project_id: number }[]>('GET', '/projects?name=team');
  const global = await source.api<number>('POST', '/labels', { name: 'blessed', color: '#00AB9A', scope: 'g' });
  const own = await source.api<number>('POST', '/labels', { name: 'nightly', scope: 'p', project_id: id });
  for (const label of [global, own]) await source.api('POST', '/projects/team/repositories/app/artifacts/v1/labels', { id: label });
}

function migrate(...args: readonly string[]): Promise<Outcome> {
  const password = join(folder, 'password');
  return berth([
    ...['migrate', 'from-harbor', '--url', servers[0].url, '--user', 'admin', '--password-file', password],
    ...['--to', servers[1].url, '--to-user', 'admin', '--to-password-file', password],
    ...['--secrets-file', join(folder, 'secrets.jsonl'), ...args],
  ]);
}

async function report(...args: readonly string[]): Promise<MigrationReport> {
  const outcome = await migrate('--json', ...args);
  expect(outcome.code, outcome.stderr + outcome.stdout).toBe(0);
  return JSON.parse(outcome.stdout) as MigrationReport;
}

describe('berth migrate from-harbor', () => {
  it('tells in a dry run what it would do', () => {
    expect(foreseen.things).toMatchObject({ user: { made: 2 }, project: { made: 1 }, robot: { made: 2 }, tag: { made: 4 } });
    expect(foreseen.bytes).toBeGreaterThan(10_000);
  });

  it('copies everything, and a second time nothing', () => {
    expect(first.problems).toEqual([]);
    const counts = Object.fromEntries(Object.entries(first.things).map(([thing, { made }]) => [thing, made]));
    expect(counts).toEqual({
      ...{ user: 2, 'system administrator': 1, group: 1, 'group member': 1, label: 2, project: 1, member: 2, robot: 2 },
      ...{ manifest: 9, blob: 10, tag: 4, description: 1, 'label on an artifact': 2 },
      ...{ 'immutable rule': 1, 'retention policy': 1, quota: 1 },
    });
    expect(Object.entries(second.things).filter(([, { made, failed }]) => made + failed > 0)).toEqual([]);
    expect([second.bytes, second.problems]).toEqual([0, []]);
    expect(second.differences.map(({ about, name }) => `${about} ${name}`)).toEqual([]);
  });

  it('has brought every artifact with its digest: tags, platforms, what refers to what', async () => {
    for (const repository of ['team/app', 'team/sub/tool'])
      expect(await destination.tags(repository)).toEqual(await source.tags(repository));
    expect(await destination.tags('team/app')).toMatchObject({ v1: pushed.image.digest, latest: pushed.image.digest });
    for (const name of ['image', 'sbom', 'ofSbom', 'untagged'] as const)
      expect(await destination.has('team/app', pushed[name]), name).toBe(true);
    for (const name of ['index', 'child', 'ofChild'] as const)
      expect(await destination.has('team/sub/tool', pushed[name]), name).toBe(true);
    const [repository] = await destination.api<{ description: string }[]>('GET', '/projects/team/repositories?q=name=team/app');
    expect(repository?.description).toBe('What *everyone* runs.');
    const artifact = await destination.api<{ labels: { name: string }[] }>(
      'GET',
      '/projects/team/repositories/app/artifacts/v1?with_label=true',
    );
    expect(artifact.labels.map(({ name }) => name).sort()).toEqual(['blessed', 'nightly']);
  });

  it('has brought what a project is: openness, members, rules, quota', async () => {
    const [project] = await destination.api<{ project_id: number; metadata: Record<string, string> }[]>('GET', '/projects?name=team');
    expect(project?.metadata).toMatchObject({ public: 'true', retention_id: expect.stringMatching(/^\d+$/) as string });
    const members = await destination.api<{ entity_name: string; role_id: number }[]>('GET', '/projects/team/members');
    expect(members.map(({ entity_name: name, role_id: role }) => `${name} ${role}`).sort()).toEqual(['admin 1', 'bob 2', 'builders 3']);
    expect(await destination.api('GET', '/projects/team/immutabletagrules')).toMatchObject([{ tag_selectors: [{ pattern: 'v*' }] }]);
    expect(await destination.api('GET', `/retentions/${project?.metadata['retention_id']}`)).toMatchObject({
      ...{ rules: [{ template: 'latestPushedK', params: { latestPushedK: 10 } }], trigger: { settings: { cron: '0 0 3 * * *' } } },
    });
    const quotas = await destination.api('GET', `/quotas?reference=project&reference_id=${project?.project_id}`);
    expect(quotas).toMatchObject([{ hard: { storage: 5_000_000 } }]);
  });

  it('has given users and robots new secrets, which sign in, in a file for its owner alone', async () => {
    const file = join(folder, 'secrets.jsonl');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const lines = (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; secret: string });
    expect(lines.map(({ name }) => name).sort()).toEqual(['alice', 'bob', 'robot$all', 'robot$team+ci']);
    const as = (name: string): RegistryScene =>
      new RegistryScene(servers[1].url, name, lines.find((line) => line.name === name)?.secret ?? '');
    expect(await as('alice').api('GET', '/users/current')).toMatchObject({ username: 'alice', sysadmin_flag: true });
    expect(await as('robot$team+ci').has('team/app', pushed.image)).toBe(true);
    // It is disabled, as at the source.
    await expect(as('robot$all').has('team/app', pushed.image)).rejects.toThrow(/password|sign/i);
  });

  it('copies what came meanwhile, moves tags that moved, and leaves them with --keep-tags', async () => {
    await source.api('POST', '/projects', { project_name: 'moving' });
    await source.pushImage('moving/app', 'latest');
    await report('--project', 'moving');
    const moved = await source.pushImage('moving/app', 'latest');
    const kept = await report('--keep-tags', '--project', 'moving');
    expect(kept.things).toMatchObject({ manifest: { made: 1 }, tag: { made: 0, failed: 0 } });
    expect(kept.differences).toMatchObject([
      { about: 'tag', name: 'moving/app:latest', sentence: expect.stringContaining('left so') as string },
    ]);
    expect((await report('--project', 'moving')).things).toMatchObject({ manifest: { made: 0 }, tag: { made: 1 } });
    expect(await destination.tags('moving/app')).toEqual({ latest: moved.digest });
  });

  it('goes on after a refusal, and names it: a tag that may not move here, a quota that is full', async () => {
    await source.api('POST', '/projects', { project_name: 'mixed' });
    await destination.api('POST', '/projects', { project_name: 'mixed', storage_limit: 100_000 });
    const [before, after] = [await destination.pushImage('mixed/fixed', '1'), await source.pushImage('mixed/fixed', '1')];
    const tag_selectors = [{ kind: 'doublestar', decoration: 'matches', pattern: '*' }];
    await destination.api('POST', '/projects/mixed/immutabletagrules', { tag_selectors });
    await source.pushImage('mixed/large', '1', { layer: randomBytes(200_000) });
    const small = await source.pushImage('mixed/small', '1');
    const outcome = await migrate('--project', 'mixed', '--json');
    expect(outcome.code).toBe(1);
    const { problems } = JSON.parse(outcome.stdout) as MigrationReport;
    expect(problems.map(({ name }) => name)).toEqual(['mixed/fixed:1', 'mixed/large:1']);
    expect(problems[0]?.sentence).toMatch(/immutable/);
    expect(problems[1]?.sentence).toMatch(/quota/);
    expect(outcome.stderr).toMatch(/2 problems.*run the same command again/);
    expect(await destination.tags('mixed/fixed')).toEqual({ 1: before.digest });
    expect(await destination.has('mixed/fixed', after)).toBe(true);
    expect(await destination.tags('mixed/small')).toEqual({ 1: small.digest });
  });

  it.each<[string, () => string[], number, RegExp]>([
    ['a wrong password', () => ['--password-file', join(folder, 'wrong')], 1, /admin could not sign in to the source.*Nothing was copied/],
    ['somebody who is no administrator', () => ['--user', 'bob'], 1, /bob is no system administrator of the source/],
    ['a source that is not there', () => ['--url', 'http://127.0.0.1:9'], 1, /127\.0\.0\.1:9 cannot be reached.*Nothing was copied/],
    ['a source that is no Harbor', () => ['--url', servers[0].metricsUrl], 1, /source refuses|Is .* a Harbor\?/],
    ['no URL', () => ['--url', 'http://'], 2, /no URL of a registry/],
    ['a login in a URL', () => ['--url', 'https://admin:secret@harbor.example.com'], 2, /no place for a login/],
    ['a project that is not there', () => ['--project', 'nowhere'], 1, /no project nowhere/],
    ['the same server twice', () => ['--to', servers[0].url], 1, /same registry/],
    ['no login', () => ['--to', 'registry.example.com', '--to-user', 'x', '--to-password-file', join(folder, 'none')], 2, /cannot be read/],
    ['a file that holds other things', () => ['--secrets-file', join(folder, 'password')], 2, /no file of secrets/],
  ])('says in words what is wrong: %s', async (_what, args, code, sentence) => {
    await writeFile(join(folder, 'wrong'), 'Wrong-Password-1\n');
    const outcome = await migrate(...args());
    expect([outcome.code, outcome.stderr]).toEqual([code, expect.stringMatching(sentence)]);
  });
});
