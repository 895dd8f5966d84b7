import { gzipSync } from 'node:zlib';
import { useTestDatabase } from '@berth/database/testing';
import { digestOfBytes } from '@berth/oci';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiCalls } from '../../testing/api-calls.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';
import { Pusher } from '../../testing/pushed-content.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const push = new Pusher(server);
const { ask } = apiCalls(server);
const HELM = 'application/vnd.cncf.helm.config.v1+json';
const CHART = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';

beforeAll(async () => {
  await server.start(database.url);
  const admin = await server.addUser('admin', true);
  await server.addMembers(await server.addProject('team', admin));
}, 60_000);
afterAll(() => server.stop());
beforeEach(() => server.passFiveSeconds());

const addition = (repository: string, name: string) =>
  ask('GET', `/projects/team/repositories/${repository}/artifacts/v1/additions/${name}`, { as: 'guest' });

/** One ustar entry (POSIX.1-2017, pax). */
function entry(name: string, content: string, type = '0'): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write(Buffer.byteLength(content).toString(8).padStart(11, '0'), 124);
  header.write(type, 156);
  header.write('ustar', 257);
  const body = Buffer.alloc(Math.ceil(Buffer.byteLength(content) / 512) * 512);
  body.write(content);
  return Buffer.concat([header, body]);
}

async function chart(
  repository: string,
  archive: Buffer,
  config: object = { name: 'web', version: '1.0.0', apiVersion: 'v2' },
): Promise<void> {
  await push.image(repository, 'v1', { config: { ...config }, configType: HELM, layers: [archive], layerType: CHART });
}

describe('the build history of an image', () => {
  it('is what its config says, and its layers are told line by line', async () => {
    const history = [
      { created: '2026-01-01T00:00:00Z', created_by: 'ADD rootfs' },
      { created_by: 'ENV A=1', empty_layer: true },
      { created_by: 'COPY app' },
    ];
    const layers = ['base of both', 'app'];
    await push.image('team/built', 'v1', { config: { architecture: 'amd64', os: 'linux', history }, layers });
    await push.image('team/sharing', 'v1', { config: { architecture: 'amd64', os: 'linux' }, layers: ['base of both'] });
    expect((await addition('built', 'build_history')).json()).toEqual(history);
    const shown = await ask('GET', '/projects/team/repositories/built/artifacts/v1/layers', { as: 'guest' });
    expect(shown.json()).toEqual([
      {
        digest: digestOfBytes(Buffer.from('base of both')),
        media_type: 'application/vnd.oci.image.layer.v1.tar',
        size: 12,
        repositories: 2,
        command: 'ADD rootfs',
        created: '2026-01-01T00:00:00Z',
      },
      { command: 'ENV A=1' },
      expect.objectContaining({ command: 'COPY app', size: 3, repositories: 1 }),
    ]);
    expect((await ask('GET', '/projects/team/repositories/sharing/artifacts/v1/layers', { as: 'guest' })).json()).toMatchObject([
      { size: 12 },
    ]);
  });

  it('is empty for a config that is none, and the manifest is given byte for byte', async () => {
    await push.image('team/odd', 'v1', { config: 'not json', layers: ['x'] });
    expect((await addition('odd', 'build_history')).json()).toEqual([]);
    const raw = await server.ask('GET', '/v2/team/odd/manifests/v1', { as: 'admin' });
    const shown = await ask('GET', '/projects/team/repositories/odd/artifacts/v1/manifest', { as: 'guest' });
    expect([shown.text, shown.headers['content-type']]).toEqual([raw.text, 'application/json; charset=utf-8']);
  });

  it('is not there for other things', async () => {
    await push.index('team/many', 'v1', ['linux/amd64']);
    expect((await addition('many', 'build_history')).status).toBe(400);
    expect((await addition('built', 'values.yaml')).status).toBe(400);
    expect((await addition('built', 'nothing')).status).toBe(422);
  });
});

describe('a chart', () => {
  it('shows its README, values and dependencies', async () => {
    const dependencies = [{ name: 'db', version: '1.x', repository: 'https://charts.example' }];
    const archive = gzipSync(
      Buffer.concat([
        entry('web/Chart.yaml', 'name: web'),
        entry('web/charts/db/values.yaml', 'wrong: true'),
        entry('web/values.yaml', 'replicas: 1\n'),
        entry('web/README.md', '# Web <script>'),
        Buffer.alloc(1024),
      ]),
    );
    await chart('team/chart', archive, { name: 'web', version: '1.0.0', dependencies });
    const values = await addition('chart', 'values.yaml');
    expect([values.text, values.headers['content-type']]).toEqual(['replicas: 1\n', 'text/plain; charset=utf-8']);
    const readme = await addition('chart', 'README.MD');
    expect([readme.text, readme.headers['content-type']]).toEqual(['# Web <script>', 'text/markdown; charset=utf-8']);
    expect((await addition('chart', 'dependencies')).json()).toEqual(dependencies);
    const shown = (await ask('GET', '/projects/team/repositories/chart/artifacts/v1', { as: 'guest' })).json<Record<string, object>>();
    expect(shown).toMatchObject({ type: 'CHART', media_type: HELM, extra_attrs: { name: 'web', version: '1.0.0' } });
    expect(Object.keys(shown['addition_links'] ?? {})).toEqual(['values.yaml', 'readme.md', 'dependencies']);
    const charts = await ask('GET', '/projects/team/repositories/chart/artifacts?q=type%3DCHART', { as: 'guest' });
    expect(charts.headers['x-total-count']).toBe('1');
  });

  it.each([
    ['no gzip', Buffer.from('plain')],
    ['a bomb', gzipSync(Buffer.alloc(40 * 1024 * 1024))],
    ['cut short', gzipSync(Buffer.concat([entry('web/values.yaml', 'x'.repeat(5000))])).subarray(0, 40)],
    ['a size that lies', gzipSync(entry('web/values.yaml', 'x').fill('7', 124, 135))],
    ['a link', gzipSync(entry('web/values.yaml', '', '2'))],
    ['a file too large', gzipSync(entry('web/values.yaml', 'x'.repeat(1024 * 1024 + 1)))],
    ['no such file', gzipSync(entry('web/other.yaml', 'x'))],
    ['nothing', gzipSync(Buffer.alloc(0))],
  ])('that is %s shows nothing and harms nothing', async (what, archive) => {
    const repository = `bad-${what.replaceAll(' ', '-')}`;
    await chart(`team/${repository}`, archive);
    expect((await addition(repository, 'values.yaml')).status).toBe(404);
  });
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
