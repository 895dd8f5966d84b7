import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { berth, type Outcome, ServerProcess } from './testing/berth.ts';

const PASSWORD = 'Right-Password-1';
const BASIC = `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`;
const MEDIA_TYPE = 'application/vnd.oci.image.manifest.v1+json';
let folder: string;
let data: string;
let server: ServerProcess;
/** Of every blob that was pushed. */
const layers: string[] = [];

const start = (): Promise<ServerProcess> => ServerProcess.start(data, { env: { BERTH_ADMIN_PASSWORD: PASSWORD } });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-storage-'));
  data = join(folder, 'data');
  server = await start();
}, 60_000);
afterAll(async () => {
  await server.end();
  await rm(folder, { recursive: true });
});

function storage(...args: readonly string[]): Promise<Outcome> {
  return berth(['storage', ...args, '--data', data], { env: { TMPDIR: folder, BERTH_ADMIN_PASSWORD: PASSWORD } });
}

async function ask(method: string, path: string, body?: Buffer, headers: Record<string, string> = {}): Promise<Response> {
  const more = body === undefined ? {} : { body: new Uint8Array(body) };
  return fetch(server.url + path, { method, ...more, headers: { authorization: BASIC, ...headers } });
}

const digestOf = (bytes: Buffer): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function push(repository: string, tag: string): Promise<string> {
  const descriptors = [];
  for (const mediaType of ['application/vnd.oci.image.config.v1+json', 'application/vnd.oci.image.layer.v1.tar']) {
    const bytes = mediaType.includes('config') ? Buffer.from(JSON.stringify({ id: randomBytes(8).toString('hex') })) : randomBytes(5000);
    const digest = digestOf(bytes);
    expect((await ask('POST', `/v2/${repository}/blobs/uploads/?digest=${digest}`, bytes)).status).toBe(201);
    descriptors.push({ mediaType, digest, size: bytes.length });
    layers.push(digest);
  }
  const [config, ...rest] = descriptors;
  const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: MEDIA_TYPE, config, layers: rest }));
  expect((await ask('PUT', `/v2/${repository}/manifests/${tag}`, manifest, { 'content-type': MEDIA_TYPE })).status).toBe(201);
  return digestOf(manifest);
}

async function fileOf(digest: string): Promise<string> {
  const hex = digest.slice('sha256:'.length);
  const directory = join(data, 'blobs/sha256', hex.slice(0, 2));
  const name = (await readdir(directory)).find((file) => file.startsWith(hex));
  if (name === undefined) throw new Error(`${digest} has no file.`);
  return join(directory, name);
}

function lines(outcome: Outcome): Record<string, unknown>[] {
  return outcome.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

describe('berth storage fsck and scrub, beside a running server', () => {
  it('find nothing where nothing is wrong', async () => {
    await push('library/checked', '1');
    const fsck = await storage('fsck', '--json');
    expect(fsck, fsck.stderr).toMatchObject({ code: 0, stderr: '' });
    expect(lines(fsck)).toEqual([expect.objectContaining({ objects: 2, problems: 0, complete: true })]);
    expect(await storage('scrub')).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('0 problems') });
  });

  it('exit with 1 and name what is wrong; nothing is touched without being asked for', async () => {
    const short = layers[1] ?? '';
    const file = await fileOf(short);
    const whole = await readFile(file);
    await truncate(file, 100);
    const told = await storage('fsck');
    expect(told).toMatchObject({ code: 1, stdout: `${short}: wrong length (reported)\n` });
    await writeFile(file, whole);
    expect((await ask('HEAD', `/v2/library/checked/blobs/${short}`)).status).toBe(200);
    await truncate(file, 100);
    expect((await storage('fsck', '--mend')).stdout).toContain('(quarantined)');
    expect((await ask('HEAD', `/v2/library/checked/blobs/${short}`)).status).toBe(404);
    const audited = await ask('GET', '/api/v2.0/auditlog-exts?q=resource_type=storage');
    expect(await audited.json()).toEqual([
      expect.objectContaining({
        operation_description: expect.stringMatching(/^berth storage fsck --mend: \d+ objects looked at, 1 problems$/),
      }),
    ]);
    const changed = layers[0] ?? '';
    await writeFile(await fileOf(changed), 'x'.repeat(25));
    const scrubbed = await storage('scrub', '--rate', '1000', '--json');
    expect(scrubbed.code).toBe(1);
    expect(lines(scrubbed).map(({ digest }) => digest)).toContain(changed);
  });

  it('remove objects that no blob has only when asked to', async () => {
    await server.end();
    await rm(data, { recursive: true });
    server = await start();
    await push('library/checked', '2');
    const stray = (await fileOf(layers.at(-1) ?? '')).replace(/\.[0-9a-f]{32}$/, `.${'a'.repeat(32)}`);
    await writeFile(stray, 'nobody knows me');
    await utimes(stray, 0, 0);
    expect(await storage('fsck')).toMatchObject({ code: 1, stdout: expect.stringContaining('that no blob has (reported)') });
    expect(await storage('fsck', '--remove-orphans')).toMatchObject({ code: 1, stdout: expect.stringContaining('(removed)') });
    expect(await storage('fsck')).toMatchObject({ code: 0 });
  });

  it.each([['0'], ['fast'], ['1000000']])('refuse the rate %s', async (rate) => {
    expect(await storage('scrub', '--rate', rate)).toMatchObject({ code: 2, stdout: '' });
  });
});

describe('berth storage rebuild', () => {
  it('is refused while the server runs, and on a database with content', async () => {
    expect(await storage('rebuild')).toMatchObject({ code: 1, stdout: '' });
    await push('team/app', 'before');
    await server.end();
    const refused = await storage('rebuild');
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('has content') });
    server = await start();
  }, 60_000);

  it('brings back every tag after the database directory was deleted; a server does not start over it before', async () => {
    const kept = await push('team/app', 'kept');
    await push('team/app', 'moved');
    const moved = await push('team/app', 'moved');
    await push('team/app', 'gone');
    expect((await ask('DELETE', '/v2/team/app/manifests/gone')).status).toBe(202);
    await server.end();
    await rename(join(data, 'postgres'), join(folder, 'lost'));
    await expect(start()).rejects.toThrow(/the storage holds a registry.*berth storage rebuild/s);
    const looked = await storage('rebuild', '--dry-run', '--verify-content', '--json');
    expect(looked, looked.stderr).toMatchObject({ code: 0 });
    expect(lines(looked)).toEqual([expect.objectContaining({ problems: 0, complete: true, dryRun: true, projects: 2, tags: 4 })]);
    const rebuilt = await storage('rebuild');
    expect(rebuilt, rebuilt.stderr).toMatchObject({ code: 0, stdout: '' });
    expect(rebuilt.stderr).toMatch(/Brought back: 2 projects, 2 repositories.*The storage does not tell of: users.*robot/s);
    server = await start();
    const tags = (await (await ask('GET', '/v2/team/app/tags/list')).json()) as { tags: string[] };
    expect(tags.tags).toEqual(['before', 'kept', 'moved']);
    for (const [tag, digest] of [
      ['kept', kept],
      ['moved', moved],
    ]) {
      expect((await ask('HEAD', `/v2/team/app/manifests/${tag}`)).headers.get('docker-content-digest')).toBe(digest);
    }
    expect(await storage('fsck')).toMatchObject({ code: 0 });
    expect(await push('team/app', 'after')).toMatch(/^sha256:/);
  }, 120_000);
});
