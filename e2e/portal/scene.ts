import type { Berth } from '../harness/berth.ts';
import { Management } from '../harness/management.ts';
import { type Descriptor, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST, type RegistryClient } from '../harness/registry-client.ts';
import { layerOf } from './layer-of.ts';

/** Name of the environment variable by which test workers find the server. */
export const SCENE = 'BERTH_PORTAL_SCENE';
export const PEOPLE_PASSWORD = 'Right-Password-1';

export interface Scene {
  readonly url: string;
  readonly host: string;
  readonly adminPassword: string;
  /** Of everybody but the administrator. */
  readonly password: string;
}

export function scene(): Scene {
  const text = process.env[SCENE];
  if (text === undefined) throw new Error('The scene was not started; run these tests with playwright.config.ts.');
  return JSON.parse(text) as Scene;
}

/** Text that would run if any page took it for markup. */
export const MARKUP = `<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>`;

/** A team with its members, a public project, an empty one, and images: tags, two platforms, an untagged one, a chart-like artifact. */
export async function fillScene(berth: Berth, client: RegistryClient): Promise<void> {
  const management = new Management(berth);
  for (const name of ['ada', 'grace', 'linus', 'olga', 'mona', 'max', 'pia']) await management.createUser(name, PEOPLE_PASSWORD);
  await management.createProject('team');
  await management.createProject('library', true);
  await management.createProject('empty');
  await management.addMember('team', 'ada', 1);
  await management.addMember('team', 'grace', 2);
  await management.addMember('team', 'linus', 3);
  await management.addMember('team', 'mona', 4);
  await fillImages(client);
  await fillPolicies(management);
  management.close();
}

/** A group, a role, robots, labels and rules, so that no page of theirs is empty. */
async function fillPolicies(management: Management): Promise<void> {
  const group = await management.make('/usergroups', { group_name: 'Web team' });
  for (const username of ['max', 'pia']) await management.make(`/usergroups/${group}/members`, { username });
  const permissions = [
    { resource: 'repository', action: 'pull' },
    { resource: 'tag', action: 'create' },
    { resource: 'artifact-label', action: 'create' },
  ];
  const role = await management.make('/roles', { name: 'Release manager', description: 'Tags and labels what is released', permissions });
  await management.make('/projects/team/members', {
    role_id: role,
    member_group: { id: group },
    repository_patterns: ['web/**', 'worker'],
  });
  for (const names of [
    ['build.example.com', '192.0.2.7'],
    ['*.web.example.com', 'web.example.com', 'cdh1', '192.0.2.8', 'fd00::8'],
  ])
    await management.make('/system/certificates/with-key', { names });
  const everywhere = { kind: 'project', namespace: '*', access: [{ resource: 'repository', action: 'pull' }] };
  const listing = { kind: 'system', namespace: '/', access: [{ resource: 'user', action: 'list' }] };
  await management.make('/robots', { name: 'mirror', description: 'Nightly copy', level: 'system', permissions: [everywhere, listing] });
  const release = await management.make('/labels', { scope: 'g', name: 'release', description: 'Shown to customers', color: '#2f9e44' });
  const { project_id: team } = JSON.parse((await management.get('/projects/team')).body.toString()) as { project_id: number };
  await management.make('/labels', {
    scope: 'p',
    project_id: team,
    name: 'do not use',
    description: 'Known to be broken',
    color: '#c92a2a',
  });
  await management.make('/projects/team/repositories/web%252Fapp/artifacts/v1.3.0/labels', { id: release });
  await management.make('/projects/team/immutabletagrules', {
    tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: 'v1.11.*' }],
    scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: 'web/**' }] },
  });
  const retention = await management.make('/retentions', {
    rules: [
      {
        template: 'latestPushedK',
        params: { latestPushedK: 10 },
        tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: '**' }],
        scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
      },
    ],
    trigger: { settings: { cron: '0 0 2 * * *' } },
    scope: { level: 'project', ref: team },
  });
  await management.make(`/retentions/${retention}/executions`, { dry_run: true });
}

async function fillImages(client: RegistryClient): Promise<void> {
  const app = 'team/web/app';
  for (const minor of Array.from({ length: 12 }, (_, index) => index))
    await pushImage(client, { repository: app, tag: `v1.${minor}.0`, arm: false });
  const amd64 = await pushImage(client, { repository: app, tag: '', arm: false });
  const arm64 = await pushImage(client, { repository: app, tag: '', arm: true });
  const manifests = [
    { ...amd64, platform: { os: 'linux', architecture: 'amd64' } },
    { ...arm64, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } },
  ];
  await client.putManifest(app, 'latest', { schemaVersion: 2, mediaType: OCI_INDEX, manifests }, OCI_INDEX);
  await pushImage(client, { repository: 'team/worker', tag: 'latest', arm: false });
  await pushImage(client, { repository: 'library/nginx', tag: '1.27', arm: false });
}

const GZIPPED_LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';
const BASE_FILES = {
  'etc/motd': 'Welcome\n',
  'etc/old.conf': 'of the base\n',
  'etc/os-release': 'NAME="Example Linux"\nVERSION="12"\n',
  'usr/bin/server': '#!/bin/sh\nexec node /srv/app.js "$@"\n',
  'usr/share/doc/server/copyright': 'Nobody in particular.\n'.repeat(2_000),
};

export interface ImageWanted {
  readonly repository: string;
  /** Empty: by digest only. */
  readonly tag: string;
  readonly arm: boolean;
}

/** An image with a history and a configuration, as builders make them; its labels hold markup. */
export async function pushImage(client: RegistryClient, { repository, tag, arm }: ImageWanted): Promise<Descriptor> {
  const base = await client.pushBlob(repository, await layerOf(BASE_FILES), GZIPPED_LAYER);
  const machine = arm ? 'arm' : 'amd';
  const layer = await client.pushBlob(
    repository,
    await layerOf({
      'etc/motd': `Welcome to ${repository}:${tag}\n`,
      'etc/.wh.old.conf': '',
      [`srv/${MARKUP.replaceAll('/', '-')}`]: 'a name that is markup\n',
      'srv/app.js': `// ${machine} ${tag}\n${'run();\n'.repeat(3_000)}`,
    }),
    GZIPPED_LAYER,
  );
  const config = await client.pushBlob(
    repository,
    JSON.stringify({
      created: '2026-11-01T10:00:00Z',
      author: 'Ada <ada@example.com>',
      architecture: arm ? 'arm64' : 'amd64',
      ...(arm ? { variant: 'v8' } : {}),
      os: 'linux',
      config: {
        Entrypoint: ['/usr/bin/server'],
        Cmd: ['--listen', ':8080', '--name', 'web app'],
        Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin', 'LANG=C.UTF-8'],
        WorkingDir: '/srv',
        User: '1000',
        ExposedPorts: { '8080/tcp': {} },
        Labels: { 'org.opencontainers.image.title': 'Web app', note: MARKUP },
      },
      rootfs: { type: 'layers', diff_ids: [base.digest, layer.digest] },
      history: [
        { created: '2026-10-01T10:00:00Z', created_by: '/bin/sh -c #(nop) ADD file:1234 in / ' },
        {
          created: '2026-11-01T10:00:00Z',
          created_by: 'RUN /bin/sh -c apt-get update && apt-get install -y tini # buildkit',
          comment: 'buildkit.dockerfile.v0',
        },
        { created: '2026-11-01T10:00:00Z', created_by: 'CMD ["--listen" ":8080"]', empty_layer: true },
      ],
    }),
    OCI_CONFIG,
  );
  const manifest = {
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    config,
    layers: [base, layer],
    annotations: { 'org.opencontainers.image.version': tag },
  };
  return client.putManifest(repository, tag, manifest);
}
