import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { type S3Server, startCephRgw } from '@berth/testkit/ceph-rgw';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Berth } from '../harness/berth.ts';
import { s3Client } from '../harness/berth-on-s3.ts';
import { startService, tryRun } from '../harness/processes.ts';
import { expectStatus, RegistryClient } from '../harness/registry-client.ts';
import { scenario } from '../harness/requirements.ts';
import type { Ledger } from './ledger.ts';
import { pushingDuring } from './pushing-during.ts';
import { verify } from './verify.ts';

const KILLS = 4;

/** A whole server on disk moves to S3 while clients push and pull, and the command that moves is killed again and again. */
scenario('the storage moves from disk to S3', ['root', 'radosgw', 'ceph-mon', 'ceph-osd'], () => {
  const env: NodeJS.ProcessEnv = { BERTH_STORAGE: 'disk' };
  const ledgers: Ledger[] = [];
  let s3: S3Server;
  let berth: Berth;

  beforeAll(async () => {
    s3 = await startCephRgw();
    const client = s3Client(s3);
    for (const bucket of ['first', 'second']) await client.send(new CreateBucketCommand({ Bucket: bucket }));
    client.destroy();
    berth = await Berth.start({ env });
  });
  afterAll(async () => {
    await berth?.dispose();
    await s3?.stop();
  });

  const newClient = (): RegistryClient => new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
  const command = async (...args: string[]): Promise<{ code: number | null; last: Record<string, unknown> }> => {
    const [program = '', ...first] = berth.command;
    const { code, stdout, stderr } = await tryRun(program, [...first, 'storage', ...args, '--json'], { env: berth.environment });
    return { code, last: JSON.parse(stdout.trim().split('\n').at(-1) || JSON.stringify({ stderr })) as Record<string, unknown> };
  };
  const restart = async (change: Readonly<Record<string, string | undefined>>): Promise<void> => {
    await berth.stop();
    Object.assign(env, change);
    for (const [name, value] of Object.entries(change)) if (value === undefined) delete env[name];
    await berth.start();
  };
  const everythingIsThere = async (): Promise<void> => {
    const client = newClient();
    for (const ledger of ledgers) await verify(client, ledger, undefined);
    client.close();
    expect(await command('fsck')).toMatchObject({ code: 0, last: { problems: 0 } });
  };
  const at = (which: 'S3' | 'PREVIOUS_S3', bucket: string): Record<string, string> => ({
    [`BERTH_${which}_ENDPOINT`]: s3.endpoint,
    [`BERTH_${which}_BUCKET`]: bucket,
    [`BERTH_${which}_ACCESS_KEY_ID`]: s3.accessKeyId,
    [`BERTH_${which}_SECRET_ACCESS_KEY`]: s3.secretAccessKey,
  });
  /** Starts the command and kills it at some moment. */
  const moveAndKill = async (): Promise<void> => {
    const [program = '', ...first] = berth.command;
    const child = startService(program, [...first, 'storage', 'migrate', '--rate', '1'], {
      ...{ env: berth.environment, cwd: berth.folder, onOutput: () => undefined },
    });
    const ended = once(child, 'exit');
    await sleep(randomInt(600, 2500));
    child.kill('SIGKILL');
    await ended;
  };

  /** Leaves an upload with a third of its bytes; comparing the ledger finishes it. */
  const beginUpload = async (ledger: Ledger): Promise<void> => {
    const client = newClient();
    const content = randomBytes(300_000);
    const started = await client.startUpload('before/app0');
    const headers = { 'content-range': '0-99999', 'content-type': 'application/octet-stream' };
    const answer = expectStatus('PATCH', await client.ask('PATCH', started, { body: content.subarray(0, 100_000), headers }), 202);
    const location = answer.headers.location ?? started;
    ledger.uploads.set('across', { repository: 'before/app0', location, acknowledgedBytes: 100_000, content });
    client.close();
  };

  it('while clients push and pull, and the mover is killed: what was acknowledged stays', async () => {
    const before = await pushingDuring(newClient, 'before', () => sleep(1500));
    await beginUpload(before);
    await restart({ BERTH_STORAGE: 's3', BERTH_STORAGE_PREVIOUS: 'disk', BERTH_S3_REDIRECT: 'false', ...at('S3', 'first') });
    const during = await pushingDuring(newClient, 'during', async () => {
      for (let kill = 0; kill < KILLS; kill += 1) await moveAndKill();
      // The upload that was begun before is still open.
      expect(await command('migrate')).toMatchObject({ code: 1, last: { damaged: 0, openUploads: 1, ended: false } });
    });
    ledgers.push(before, during);
    await everythingIsThere();
  });

  it('ends, empties the disk on request, and the server then needs only S3', async () => {
    expect(await command('migrate', '--remove-old')).toMatchObject({ code: 0, last: { ended: true, damaged: 0, openUploads: 0 } });
    const left = await readdir(join(berth.dataFolder, 'blobs/sha256'), { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile())).toEqual([]);
    await restart({ BERTH_STORAGE_PREVIOUS: undefined });
    await everythingIsThere();
  });

  it('moves on to another bucket', async () => {
    await restart({ BERTH_STORAGE_PREVIOUS: 's3', ...at('S3', 'second'), ...at('PREVIOUS_S3', 'first') });
    ledgers.push(await pushingDuring(newClient, 'onwards', async () => void (await command('migrate', '--dry-run'))));
    expect(await command('migrate')).toMatchObject({ code: 0, last: { ended: true, damaged: 0 } });
    expect((await command('migrate', '--remove-old')).last).toMatchObject({ copied: 0, ended: true });
    await restart({ BERTH_STORAGE_PREVIOUS: undefined, BERTH_PREVIOUS_S3_BUCKET: undefined });
    await everythingIsThere();
  });
});
