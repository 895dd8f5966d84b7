import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { berth, type Outcome, ServerProcess, startBerth } from './testing/berth.ts';

const PASSWORD = 'Right-Password-1';
let folder: string;
let server: ServerProcess;
let host: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-archives-'));
  server = await ServerProcess.start(join(folder, 'data'), { env: { BERTH_ADMIN_PASSWORD: PASSWORD } });
  host = server.url.replace('http://', '');
  await writeFile(join(folder, 'password'), `${PASSWORD}\n`);
  await makeLayout(join(folder, 'layout'));
  expect(await run('import', join(folder, 'layout'), '--project', 'library')).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await server.end();
  await rm(folder, { recursive: true });
});

function run(...args: readonly string[]): Promise<Outcome> {
  const to = args[0] === 'import' ? ['--server', host] : [];
  return berth([...args, ...to, '-u', 'admin', '--password-file', join(folder, 'password')], { env: { TMPDIR: folder } });
}

/** An index of two images for two platforms, with layers that do not compress. */
async function makeLayout(at: string): Promise<void> {
  await mkdir(join(at, 'blobs/sha256'), { recursive: true });
  const put = async (content: Buffer | string, mediaType: string, more: object = {}): Promise<object> => {
    const hex = createHash('sha256').update(content).digest('hex');
    await writeFile(join(at, 'blobs/sha256', hex), content);
    return { mediaType, digest: `sha256:${hex}`, size: Buffer.byteLength(content), ...more };
  };
  const manifests = [];
  for (const architecture of ['amd64', 'arm64']) {
    const layer = await put(randomBytes(400_000), 'application/vnd.oci.image.layer.v1.tar');
    const config = await put(JSON.stringify({ os: 'linux', architecture }), 'application/vnd.oci.image.config.v1+json');
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [layer] });
    manifests.push(await put(manifest, mediaType, { platform: { os: 'linux', architecture } }));
  }
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  const annotations = { 'io.containerd.image.name': 'somewhere.example/app:1' };
  const root = await put(JSON.stringify({ schemaVersion: 2, mediaType, manifests }), mediaType, { annotations });
  await writeFile(join(at, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(at, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [root] }));
}

async function exported(reference: string, ...flags: readonly string[]): Promise<Buffer> {
  const file = join(folder, `${randomBytes(6).toString('hex')}.tar`);
  const outcome = await run('export', `${host}/${reference}`, '-o', file, ...flags);
  expect(outcome.code, outcome.stderr).toBe(0);
  return readFile(file);
}

describe('berth export and berth import', () => {
  it.each([
    ['as it is', (bytes: Buffer) => bytes],
    ['gzip', (bytes: Buffer) => gzipSync(bytes)],
    ['zstd', (bytes: Buffer) => execFileSync('zstd', ['-c', '-q'], { input: bytes, maxBuffer: 100_000_000 })],
  ])('carry an image with all its platforms to another project, %s', async (name, compress) => {
    if (name === 'zstd' && !hasZstd()) return;
    const first = await exported('library/app:1');
    const file = join(folder, 'packed');
    await writeFile(file, compress(first));
    const outcome = await run('import', file, '--project', 'library', '--repository', `from-${name.replaceAll(' ', '-')}`, '--json');
    expect(outcome.code, outcome.stderr).toBe(0);
    expect(JSON.parse(outcome.stdout)).toMatchObject({ images: [{ tags: ['1'], platforms: ['linux/amd64', 'linux/arm64'] }] });
    // Nothing was left in the temporary folder.
    expect((await readdir(folder)).filter((entry) => entry.startsWith('berth-import-'))).toEqual([]);
    // The name is another, so the files that name it are; every blob is the same.
    expect((await exported(`library/from-${name.replaceAll(' ', '-')}:1`)).subarray(-400_000).equals(first.subarray(-400_000))).toBe(true);
  });

  it('send nothing that is there', async () => {
    const file = join(folder, 'again.tar');
    await writeFile(file, await exported('library/app:1'));
    const outcome = await run('import', file, '--project', 'library', '--repository', 'app', '--json');
    expect(JSON.parse(outcome.stdout)).toMatchObject({ blobsStored: 0, blobsExisting: 4, bytesStored: 0 });
  });

  it('write the same bytes each time, and one platform where asked', async () => {
    const whole = await exported('library/app:1');
    expect((await exported('library/app:1')).equals(whole)).toBe(true);
    expect((await exported('library/app:1', '--platform', 'linux/arm64')).length).toBeLessThan(whole.length - 300_000);
  });

  it('go through pipes', async () => {
    const outcome = await berth(['export', `${host}/library/app:1`, '-o', '-', '-u', 'admin', '--password-file', join(folder, 'password')]);
    expect([outcome.code, outcome.stderr]).toEqual([0, expect.stringContaining('to -')]);
  });

  it('leave no copy of an archive behind when they are interrupted', async () => {
    const temporary = join(folder, 'interrupted');
    await mkdir(temporary);
    const args = ['import', '-', '--project', 'library', '--server', host, '-u', 'admin', '--password-file', join(folder, 'password')];
    const { child, outcome } = startBerth(args, { env: { TMPDIR: temporary }, stdin: 'x'.repeat(1000), stdinStaysOpen: true });
    await expect
      .poll(() => readdir(temporary, { recursive: true }), { timeout: 20_000 })
      .toContainEqual(expect.stringMatching(/archive\.tar$/));
    child.kill('SIGINT');
    expect(await outcome).toMatchObject({ code: null, stdout: '' });
    expect(await readdir(temporary)).toEqual([]);
  });

  it.each<[string, string[], number, RegExp]>([
    ['an image that is not there', ['export', 'HOST/library/none:1', '-o', 'FILE'], 1, /has no library\/none:1/],
    [
      'a platform that is not there',
      ['export', 'HOST/library/app:1', '-o', 'FILE', '--platform', 'linux/s390x'],
      1,
      /linux\/amd64, linux\/arm64/,
    ],
    ['a name without a registry', ['export', 'app', '-o', 'FILE'], 2, /belongs to a project|names no registry/],
    ['no output', ['export', 'HOST/library/app:1'], 2, /--output/],
    ['a file that is not there', ['import', 'nowhere.tar', '--project', 'library'], 2, /cannot be read/],
    ['a folder that is no layout', ['import', 'FOLDER', '--project', 'library'], 1, /no OCI layout/],
    ['a project that cannot be', ['import', 'FOLDER', '--project', 'No/No'], 2, /project name/],
  ])('say in words what is wrong: %s', async (_what, args, code, sentence) => {
    const file = join(folder, 'never.tar');
    const outcome = await run(
      ...args.map((arg) => arg.replace('HOST', host).replace('FILE', file).replace('FOLDER', join(folder, 'data'))),
    );
    expect([outcome.code, outcome.stdout]).toEqual([code, '']);
    expect(outcome.stderr).toMatch(sentence);
    expect((await readdir(folder)).filter((entry) => entry.startsWith('never'))).toEqual([]);
  });

  it('say in words that the password is wrong, and leave no file', async () => {
    await writeFile(join(folder, 'wrong'), 'Wrong-Password-1\n');
    const outcome = await berth([
      'export',
      `${host}/library/app:1`,
      '-o',
      join(folder, 'never.tar'),
      '-u',
      'admin',
      '--password-file',
      join(folder, 'wrong'),
    ]);
    expect([outcome.code, outcome.stderr]).toEqual([1, expect.stringContaining('does not take the password of admin')]);
  });

  it('use the login that docker keeps', async () => {
    const env = await loggedIn({ auth: Buffer.from(`admin:${PASSWORD}`).toString('base64') });
    const outcome = await berth(['export', `${host}/library/app:1`, '-o', join(folder, 'login.tar'), '--json'], { env });
    expect(outcome.code, outcome.stderr).toBe(0);
  });

  it('use what docker keeps in place of the password, and say when that has ended or is not enough', async () => {
    const signIn = { headers: { authorization: `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}` } };
    const answer = await fetch(`http://${host}/service/token?offline_token=true`, signIn);
    const { refresh_token: identitytoken } = (await answer.json()) as { refresh_token: string };
    const nameAlone = Buffer.from('admin:').toString('base64');
    const exported = ['export', `${host}/library/app:1`, '-o', join(folder, 'token.tar'), '--json'];
    const outcome = await berth(exported, { env: await loggedIn({ auth: nameAlone, identitytoken }) });
    expect(outcome.code, outcome.stderr).toBe(0);
    const imported = ['import', join(folder, 'token.tar'), '--project', 'library', '--repository', 'again', '--server', host];
    expect((await berth(imported, { env: await loggedIn({ auth: nameAlone, identitytoken }) })).code).toBe(0);
    const ended = await berth(exported, { env: await loggedIn({ auth: nameAlone, identitytoken: `${identitytoken}x` }) });
    expect([ended.code, ended.stderr]).toEqual([1, expect.stringContaining('use docker login again')]);
    const api = ['migrate', 'from-harbor', '--url', `http://${host}`, '--to', `http://${host}`, '--dry-run'];
    const migrated = await berth(api, { env: await loggedIn({ auth: nameAlone, identitytoken }) });
    expect([migrated.code, migrated.stderr]).toEqual([2, expect.stringContaining('is no password: say who signs in with --user')]);
  });
});

/** The environment of somebody whom docker keeps this login for. */
async function loggedIn(login: Readonly<Record<string, string>>): Promise<Record<string, string>> {
  const docker = join(folder, 'docker');
  await mkdir(docker, { recursive: true });
  await writeFile(join(docker, 'config.json'), JSON.stringify({ auths: { [host]: login } }));
  return { DOCKER_CONFIG: docker };
}

function hasZstd(): boolean {
  try {
    execFileSync('zstd', ['--version']);
    return true;
  } catch {
    return false;
  }
}
