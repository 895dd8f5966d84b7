import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MigrationReport } from '@berth/migration';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { berth, ServerProcess } from './testing/berth.ts';
import { type Answers, HarborStandIn } from './testing/harbor-stand-in.ts';
import { type Descriptor, RegistryScene } from './testing/registry-scene.ts';

const PASSWORD = 'Right-Password-1';
const NEVER = '0001-01-01T00:00:00.000Z';

let folder: string;
let servers: [ServerProcess, ServerProcess];
let destination: RegistryScene;
let standIn: HarborStandIn;
let report: MigrationReport;
let images: Descriptor[];
let signature: Descriptor;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-migrate-'));
  await writeFile(join(folder, 'password'), `${PASSWORD}\n`);
  const env = { BERTH_ADMIN_PASSWORD: PASSWORD };
  const starting = ['source', 'destination'].map((name) => ServerProcess.start(join(folder, name), { env }));
  servers = (await Promise.all(starting)) as [ServerProcess, ServerProcess];
  destination = new RegistryScene(servers[1].url, 'admin', PASSWORD);
  const source = new RegistryScene(servers[0].url, 'admin', PASSWORD);
  await source.api('POST', '/projects', { project_name: 'team' });
  images = [];
  // More than a page.
  for (let number = 0; number < 104; number += 1) images.push(await source.pushImage('team/deep/er/app', `${number}`));
  signature = await source.pushImage('team/deep/er/app', `sha256-${String(images[0]?.digest.slice(7))}.sig`);
  standIn = await HarborStandIn.start(answers(images, signature), servers[0].url);
  const outcome = await berth([
    ...['migrate', 'from-harbor', '--url', standIn.url, '--user', 'admin', '--password-file', join(folder, 'password')],
    ...['--to', servers[1].url, '--to-user', 'admin', '--to-password-file', join(folder, 'password')],
    ...['--secrets-file', join(folder, 'secrets.jsonl'), '--json'],
  ]);
  expect(outcome.code, outcome.stderr).toBe(0);
  report = JSON.parse(outcome.stdout) as MigrationReport;
});
afterAll(async () => {
  await standIn.end();
  await Promise.all(servers.map((server) => server.end()));
  await rm(folder, { recursive: true });
});

/** A Harbor 2.11 whose users sign in by OIDC. */
function answers(pushed: readonly Descriptor[], signed: Descriptor): Answers {
  const robot = { duration: 30, editable: true, disable: false, creation_time: NEVER, update_time: NEVER };
  const inTeam = (...access: readonly [string, string][]): object[] => [
    { kind: 'project', namespace: 'team', access: access.map(([resource, action]) => ({ resource, action })) },
  ];
  const selectors = { tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: '**', extras: '{"untagged":true}' }] };
  return {
    '/users/current': { user_id: 1, username: 'admin', sysadmin_flag: true, admin_role_in_auth: false },
    '/systeminfo': { auth_mode: 'oidc_auth', harbor_version: 'v2.11.1-6b7ecba1', external_url: 'https://harbor.example.com' },
    '/configurations': { robot_name_prefix: { editable: true, value: 'bot$' }, oidc_name: { editable: true, value: 'sso' } },
    '/users': [{ user_id: 3, username: 'carol', email: 'carol@example.com', realname: 'Carol', creation_time: NEVER }],
    '/usergroups': [{ id: 2, group_name: 'platform', group_type: 3 }],
    '/labels?scope=g': [],
    '/projects': [
      { project_id: 2, name: 'team', owner_name: 'carol', metadata: { public: 'false', prevent_vul: 'true', retention_id: '4' } },
      { project_id: 3, name: 'hub', registry_id: 1, metadata: { public: 'true' } },
    ],
    '/labels?scope=p&project_id=2': [{ id: 9, name: 'ok', color: '#00AB9A', scope: 'p', project_id: 2 }],
    '/projects/2/members': [
      { id: 1, entity_name: 'admin', entity_type: 'u', role_id: 1, role_name: 'projectAdmin' },
      { id: 2, entity_name: 'carol', entity_type: 'u', role_id: 4, role_name: 'maintainer' },
      { id: 3, entity_name: 'platform', entity_type: 'g', role_id: 2, role_name: 'developer' },
    ],
    '/projects/team/repositories': [{ id: 5, project_id: 2, name: 'team/deep/er/app', artifact_count: 104, pull_count: 7 }],
    '/projects/team/repositories/deep%2Fer%2Fapp/artifacts': pushed.map(({ digest, mediaType }, index) => ({
      ...{ id: 100 + index, digest, manifest_media_type: mediaType, references: null, addition_links: {} },
      tags: [{ id: 200 + index, name: String(index), push_time: NEVER }],
      labels: index === 0 ? [{ id: 9, name: 'ok', scope: 'p' }] : null,
      accessories: index === 0 ? [{ id: 1, digest: signed.digest, type: 'signature.cosign' }] : null,
    })),
    '/projects/2/immutabletagrules': [],
    '/retentions/4': {
      ...{ id: 4, algorithm: 'or', scope: { level: 'project', ref: 2 } },
      trigger: { kind: 'Schedule', references: { job_id: 1 }, settings: { cron: '0 0 0 * * *' } },
      rules: [
        {
          ...{ id: 1, priority: 1, disabled: false, action: 'retain', template: 'nDaysSinceLastPull', params: { nDaysSinceLastPull: 90 } },
          ...{ ...selectors, scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] } },
        },
      ],
    },
    '/quotas?reference=project&reference_id=2': [{ id: 2, ref: { id: 2, name: 'team' }, hard: { storage: -1 }, used: { storage: 9 } }],
    '/robots?q=Level=project,ProjectID=2': [
      {
        ...robot,
        id: 1,
        name: 'bot$team+ci',
        level: 'project',
        expires_at: -1,
        permissions: inTeam(['repository', 'push'], ['repository', 'pull'], ['helm-chart', 'read']),
      },
      { ...robot, id: 2, name: 'bot$team+old', level: 'project', expires_at: 1_600_000_000, permissions: inTeam(['repository', 'pull']) },
    ],
    '/robots?q=Level=system': [
      {
        ...robot,
        id: 3,
        name: 'bot$mirror',
        level: 'system',
        expires_at: -1,
        permissions: [{ kind: 'project', namespace: 'hub', access: [{ resource: 'repository', action: 'pull' }] }],
      },
    ],
    '/replication/policies': [{ id: 1, name: 'to-dr', enabled: true }],
    '/registries': [{ id: 1, name: 'docker-hub', type: 'docker-hub' }],
    '/scanners': [{ uuid: 'x', name: 'Trivy', url: 'http://trivy-adapter:8080' }],
    '/p2p/preheat/instances': [],
    '/projects/2/webhook/policies': [{ id: 1, name: 'notify', enabled: true }],
    '/projects/team/preheat/policies': [],
  };
}

describe('berth migrate from-harbor, with answers as a Harbor gives them', () => {
  it('asks for nothing that a Harbor does not have', () => {
    expect([...standIn.missing]).toEqual([]);
  });

  it('brings every artifact of a list of several pages, and the signature that only its tag finds', async () => {
    const tags = await destination.tags('team/deep/er/app');
    expect(Object.keys(tags)).toHaveLength(105);
    expect(tags).toMatchObject({ 103: images[103]?.digest, [`sha256-${String(images[0]?.digest.slice(7))}.sig`]: signature.digest });
    expect(report.problems).toEqual([]);
    expect(report.things).toMatchObject({ 'label on an artifact': { made: 1 }, 'retention policy': { made: 1 }, robot: { made: 1 } });
  });

  it.each([
    ['user carol', /signs in by oidc_auth/],
    ['group platform', /nobody is in it here/],
    ['member carol in team', /No such user or group is here/],
    ['project hub', /proxy cache/],
    ['project team', /vulnerabilities cannot be pulled.*does nothing/],
    ['retention policy team', /begin with the copy/],
    ['robot bot$team+ci', /left out: helm-chart:read/],
    ['robot bot$team+old', /has expired/],
    ['robot bot$mirror', /the project hub were left out/],
    ['replication to-dr', /does not replicate/],
    ['registry endpoint docker-hub', /neither replicates nor caches/],
    ['scanner Trivy', /does not scan/],
    ['webhook team: notify', /does not call webhooks/],
  ])('names what has no counterpart: %s', (what, sentence) => {
    const found = report.differences.filter(({ about, name }) => `${about} ${name}` === what);
    expect(found.map((one) => one.sentence)).toContainEqual(expect.stringMatching(sentence));
  });

  it('gives a robot its rights and the name that it has here', async () => {
    const [project] = await destination.api<{ project_id: number }[]>('GET', '/projects?name=team');
    const robots = await destination.api('GET', `/robots?q=Level=project,ProjectID=${String(project?.project_id)}`);
    expect(robots).toMatchObject([
      { name: 'robot$team+ci', duration: -1, permissions: [{ access: [{ action: 'push' }, { action: 'pull' }] }] },
    ]);
  });
});
