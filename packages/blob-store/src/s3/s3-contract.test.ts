import { randomBytes } from 'node:crypto';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { blobStoreContract, cephRgwLacks, type S3Server, startCephRgw } from '@berth/testkit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PartBuffers } from './part-buffers.ts';
import { createS3BlobStore } from './s3-blob-store.ts';
import { s3Calls } from './s3-calls.ts';
import { s3Names } from './s3-names.ts';
import { LEAST_PART_BYTES, type S3BlobStoreOptions } from './s3-options.ts';

const lack = cephRgwLacks();

describe.skipIf(lack !== undefined && process.env['CI'] !== 'true')(`S3${lack === undefined ? '' : ` (skipped: ${lack})`}`, () => {
  const bucket = `berth-${randomBytes(4).toString('hex')}`;
  let server: S3Server;

  beforeAll(async () => {
    server = await s3Server();
    const client = new S3Client({ ...server, credentials: server, forcePathStyle: true });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    client.destroy();
  }, 180_000);
  afterAll(() => server.stop());

  function newOptions(): S3BlobStoreOptions {
    const { endpoint, region, accessKeyId, secretAccessKey } = server;
    const prefix = `/test/${randomBytes(4).toString('hex')}/`;
    return {
      endpoint,
      region,
      bucket,
      prefix,
      credentials: { accessKeyId, secretAccessKey },
      forcePathStyle: true,
      partSize: LEAST_PART_BYTES,
    };
  }

  blobStoreContract('S3', async () => {
    const options = newOptions();
    const buffers = new PartBuffers(LEAST_PART_BYTES, 6);
    const calls = s3Calls(options);
    const names = s3Names(options.prefix ?? '');
    const open = () => Promise.resolve(createS3BlobStore(options, { calls, buffers }));
    return {
      store: await open(),
      reopen: open,
      shorten: async (object) => {
        const whole: Buffer[] = [];
        for await (const chunk of (await calls.get(names.object(object.key))).stream) whole.push(chunk as Buffer);
        await calls.put(names.object(object.key), Buffer.concat(whole).subarray(0, -1), 'layer');
      },
      residue: async () => [
        ...(await calls.uploads(names.objects)).map(({ name }) => `upload of ${name}`),
        ...(await calls.objects(names.tails)).map(({ name }) => name),
        ...(buffers.lent === 0 ? [] : [`${buffers.lent} buffers`]),
      ],
      remove: async () => {
        for (const { name } of await calls.objects(names.objects)) await calls.remove(name);
        calls.close();
      },
    };
  });

  test('works', () => {
    expect(server.endpoint).toMatch(/^http/);
  });
});

/** The server that the environment names, or one of our own. */
async function s3Server(): Promise<S3Server> {
  const named = process.env['BERTH_TEST_S3'];
  if (named === undefined) return startCephRgw();
  return { ...(JSON.parse(named) as Omit<S3Server, 'stop'>), stop: () => Promise.resolve() };
}
