import { createHash, randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { berth, type Outcome, ServerProcess } from './testing/berth.ts';

const PASSWORD = 'Right-Password-1';
const PASSPHRASE = 'correct horse battery';
let folder: string;
let server: ServerProcess;
let digest: string;
const at = (...names: readonly string[]): string => join(folder, ...names);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-backup-'));
  await writeFile(at('password'), `${PASSWORD}\n`);
  await writeFile(at('passphrase'), `${PASSPHRASE}\n`);
  await writeFile(at('other'), 'another passphrase\n');
  server = await ServerProcess.start(at('data'), { env: { BERTH_ADMIN_PASSWORD: PASSWORD } });
  await pushImage('first', 9_000_000);
  digest = await digestOf(server, 'first');
}, 120_000);
afterAll(async () => {
  await server.end();
  await rm(folder, { recursive: true });
});

function run(args: readonly string[], data = at('data')): Promise<Outcome> {
  return berth(args, { env: { TMPDIR: folder, BERTH_DATA: data } });
}

async function pushImage(tag: string, bytes: number): Promise<void> {
  const layout = at(`layout-${tag}`);
  await mkdir(join(layout, 'blobs/sha256'), { recursive: true });
  const put = async (content: Buffer | string, mediaType: string, more: object = {}): Promise<object> => {
    const hex = createHash('sha256').update(content).digest('hex');
    await writeFile(join(layout, 'blobs/sha256', hex), content);
    return { mediaType, digest: `sha256:${hex}`, size: Buffer.byteLength(content), ...more };
  };
  const layer = await put(randomBytes(bytes), 'application/vnd.oci.image.layer.v1.tar');
  const config = await put(JSON.stringify({ os: 'linux', architecture: 'amd64' }), 'application/vnd.oci.image.config.v1+json');
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const annotations = { 'org.opencontainers.image.ref.name': tag };
  const manifest = await put(JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [layer] }), mediaType, { annotations });
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [manifest] }));
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const host = server.url.replace('http://', '');
  const client = ['--server', host, '-u', 'admin', '--password-file', at('password')];
  const done = await run(['import', layout, '--project', 'demo', '--repository', 'app', ...client]);
  expect(done.stderr + done.code).toMatch(/0$/);
}

/** Of the audit log, the newest first. */
async function toldOf(of: ServerProcess, resourceType: string): Promise<unknown> {
  const authorization = `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`;
  const answer = await fetch(`${of.url}/api/v2.0/auditlog-exts?q=resource_type=${resourceType}&sort=-op_time`, {
    headers: { authorization },
  });
  return answer.json();
}

async function digestOf(of: ServerProcess, tag: string): Promise<string> {
  const headers = {
    authorization: `Basic ${Buffer.from(`admin:${PASSWORD}`).toString('base64')}`,
    accept: 'application/vnd.oci.image.manifest.v1+json',
  };
  const answer = await fetch(`${of.url}/v2/demo/app/manifests/${tag}`, { headers });
  return (
    createHash('sha256')
      .update(Buffer.from(await answer.arrayBuffer()))
      .digest('hex') + answer.status
  );
}

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

describe('an encrypted backup of a running server', () => {
  it('copies a blob once for all backups, and is restored with its secret key, its people and its images', async () => {
    const first = await run(['backup', '-o', at('safe'), '--passphrase-file', at('passphrase'), '--json']);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(first.stdout)).toMatchObject({ blobs: 2, copiedBlobs: 2, damaged: [] });
    await pushImage('second', 10);
    const second = await run(['backup', '-o', at('safe'), '--passphrase-file', at('passphrase'), '--json']);
    expect(JSON.parse(second.stdout)).toMatchObject({ blobs: 3, copiedBlobs: 1 });
    const done = { username: expect.stringMatching(/^shell:./), operation: 'create', resource: at('safe'), operation_result: true };
    expect(await toldOf(server, 'backup')).toEqual([expect.objectContaining(done), expect.objectContaining(done)]);
    const listed = await run(['backup', 'list', at('safe'), '--json', '--passphrase-file', at('passphrase')]);
    expect(
      listed.stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: string }).id),
    ).toEqual([(JSON.parse(first.stdout) as { id: string }).id, (JSON.parse(second.stdout) as { id: string }).id]);
    for (const file of await filesBelow(at('safe'))) expect(file).not.toContain(digest.slice(0, 64));

    const restored = await run(['restore', at('safe'), '--passphrase-file', at('passphrase'), '--json'], at('restored'));
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(restored.stdout)).toMatchObject({ blobs: 3, damaged: [], notices: [] });
    expect(await readFile(at('restored/secret-key'))).toEqual(await readFile(at('data/secret-key')));
    expect((await stat(at('restored/secret-key'))).mode & 0o777).toBe(0o600);
    expect(await run(['storage', 'fsck'], at('restored'))).toMatchObject({ code: 0, stdout: '' });
    const again = await ServerProcess.start(at('restored'));
    try {
      expect(await digestOf(again, 'first')).toBe(digest);
      expect(await digestOf(again, 'second')).toMatch(/200$/);
      // The restored log ends with the first backup: of the second it was made before that was told.
      expect(await toldOf(again, 'backup')).toEqual([
        expect.objectContaining({
          operation: 'update',
          resource: at('safe'),
          operation_description: expect.stringMatching(/^berth restore: /),
        }),
        expect.objectContaining({ operation: 'create' }),
      ]);
    } finally {
      await again.end();
    }
    const twice = await run(['restore', at('safe'), '--passphrase-file', at('passphrase')], at('restored'));
    expect(twice).toMatchObject({ code: 1 });
    expect(twice.stderr).toContain('The database is not empty');
  });

  it('does not open with another passphrase, and without a terminal asks for none', async () => {
    for (const verb of [
      ['restore', at('safe')],
      ['backup', 'verify', at('safe')],
      ['backup', '-o', at('safe')],
    ]) {
      const wrong = await run([...verb, '--passphrase-file', at('other')], verb[1] === '-o' ? at('data') : at('nowhere'));
      expect(wrong).toMatchObject({ code: 1 });
      expect(wrong.stderr).toContain('The passphrase is not that of');
    }
    expect(await run(['backup', 'verify', at('safe')])).toMatchObject({ code: 2 });
    await expect(stat(at('nowhere'))).rejects.toThrow('ENOENT');
  });

  it('is refused wherever a bit of it is altered or its end is missing, before anything is written', async () => {
    const [id = ''] = (await readdir(at('safe/backups'))).sort().slice(-1);
    const table = (await readdir(at('safe/backups', id))).find((name) => name.startsWith('t')) ?? '';
    const large = (await filesBelow(at('safe/blobs'))).filter((file) => file.endsWith('.1'))[0] ?? '';
    const sections = [at('safe/berth-backup.json'), ...['contents', 'blobs.0', table].map((name) => at('safe/backups', id, name))];
    for (const file of [...sections, large, large.replace(/1$/, '0')]) {
      const before = await readFile(file);
      const altered = Buffer.from(before);
      const place = file.endsWith('.json') ? before.indexOf('"key":"') + 20 : before.length >> 1;
      altered[place] = (altered[place] ?? 0) ^ 1;
      for (const broken of [altered, before.subarray(0, -2), undefined]) {
        if (broken === undefined) await rm(file);
        else await writeFile(file, broken);
        const refused = await run(['restore', at('safe'), id, '--passphrase-file', at('passphrase')], at('untouched'));
        expect([file, refused.code], refused.stderr).toEqual([file, 1]);
        await expect(stat(at('untouched'))).rejects.toThrow('ENOENT');
      }
      await writeFile(file, before);
    }
    const whole = await run(['backup', 'verify', at('safe'), '--passphrase-file', at('passphrase')]);
    expect(whole.stderr).toContain('is whole');
  }, 120_000);
});

describe('a backup that is not encrypted', () => {
  it('tells to bring the secret key, and is refused where it is another', async () => {
    expect(await run(['backup', '-o', at('open')])).toMatchObject({ code: 0 });
    const without = await run(['restore', at('open')], at('bare'));
    expect(without).toMatchObject({ code: 1 });
    expect(without.stderr).toContain('Put the file secret-key of that server at');
    await mkdir(at('bare'), { mode: 0o711 });
    await writeFile(at('bare/secret-key'), 'another\n');
    expect((await run(['restore', at('open')], at('bare'))).stderr).toContain('is not that of the server that was backed up');
    await cp(at('data/secret-key'), at('bare/secret-key'));
    expect(await run(['restore', at('open')], at('bare'))).toMatchObject({ code: 0 });
    const wrongPlace = await run(['backup', 'verify', at('open'), '--passphrase-file', at('passphrase')]);
    expect(wrongPlace.stderr).toContain('is not encrypted');
  });

  it('of a newer version is refused with a sentence', async () => {
    await cp(at('open'), at('newer'), { recursive: true });
    const file = at('newer/berth-backup.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"format":1', '"format":2'));
    expect((await run(['restore', at('newer')], at('nowhere'))).stderr).toContain('made by a newer Berth');
    const [id = ''] = await readdir(at('open/backups'));
    const name = `backups/${id}/contents`;
    const content = JSON.parse((await readFile(at('open', name))).subarray(41).toString()) as { migrations: string[] };
    const text = Buffer.from(JSON.stringify({ ...content, berth: '9.9.9', migrations: [...content.migrations, '9999_future'] }));
    const sum = createHash('sha256').update(name).update('\0').update(text).digest();
    await writeFile(at('newer', name), Buffer.concat([Buffer.from('BERTHBK1\0'), sum, text]));
    await cp(at('open/berth-backup.json'), file);
    const refused = await run(['restore', at('newer')], at('nowhere'));
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('made by Berth 9.9.9 with the schema step 9999_future');
    await expect(stat(at('nowhere'))).rejects.toThrow('ENOENT');
  });

  it('goes on after it broke off, and copies a damaged blob never', async () => {
    const blobs = (await filesBelow(at('data/blobs/sha256'))).sort();
    let largest = '';
    for (const file of blobs) if (largest === '' || (await stat(file)).size > (await stat(largest)).size) largest = file;
    const before = await readFile(largest);
    const altered = Buffer.from(before);
    altered[8_999_999] = (altered[8_999_999] ?? 0) ^ 1;
    await writeFile(largest, altered);
    const damaged = await run(['backup', '-o', at('half'), '--json']);
    expect(damaged).toMatchObject({ code: 1 });
    const summary = JSON.parse(damaged.stdout) as { damaged: string[]; copiedBlobs: number };
    expect(summary.damaged).toHaveLength(1);
    await writeFile(largest, before);
    const mended = await run(['backup', '-o', at('half'), '--json']);
    expect(mended).toMatchObject({ code: 0 });
    expect(JSON.parse(mended.stdout)).toMatchObject({ copiedBlobs: 1, damaged: [] });
  });

  it('is pruned without the blobs that only older ones had', async () => {
    await rm(at('half/backups', (await readdir(at('half/backups'))).sort()[0] ?? '', 'contents'));
    const pruned = await run(['backup', 'prune', at('half'), '--keep', '1', '--json']);
    expect(JSON.parse(pruned.stdout)).toMatchObject({ kept: [expect.any(String)], removed: [expect.any(String)] });
    expect(await run(['backup', 'verify', at('half')])).toMatchObject({ code: 0 });
    expect(await run(['backup', 'prune', at('half')])).toMatchObject({ code: 2 });
  });

  it('needs a place, and one that can be used', async () => {
    expect(await run(['backup'])).toMatchObject({ code: 2 });
    expect((await run(['backup', '-o', at('password')])).stderr).toContain('cannot be used');
    expect((await run(['backup', 'verify', at('absent')])).stderr).toContain('cannot be used');
    expect((await run(['backup', '-o', 'ftp://somewhere/else'])).stderr).toContain('neither a folder nor s3://');
    expect((await run(['restore', at('open')])).stderr).toContain('A server runs on');
  });
});
