import { blobStoreContract, cephRgwLacks, type S3Server, startCephRgw } from '@berth/testkit';
import { afterAll, beforeAll, describe } from 'vitest';
import { newBench, openUnder, type S3Bench } from './testing/s3-bench.ts';
import { s3Faults } from './testing/s3-faults.ts';
import { s3Specifics } from './testing/s3-specifics.ts';

/** `{"endpoint":...,"region":...,"accessKeyId":...,"secretAccessKey":...}` of a running S3 server to use instead of our own. */
const named = process.env['BERTH_TEST_S3'];
const lack = named === undefined ? cephRgwLacks() : undefined;
/** Set where a skipped suite must not pass for a green one. */
const required = process.env['BERTH_REQUIRE_S3'] === '1';

/** A storage server on a busy machine. */
const TEST_MILLISECONDS = 60_000;

describe.skipIf(lack !== undefined && !required)(`S3${lack === undefined ? '' : ` (${lack})`}`, () => {
  let bench: S3Bench;
  const theBench = (): S3Bench => bench;

  beforeAll(async () => {
    bench = await newBench(await s3Server());
  }, 180_000);
  afterAll(() => bench.server.stop());

  blobStoreContract('S3', async () => {
    const { calls, names, store, reopen, residue, remove } = openUnder(bench);
    return {
      store,
      reopen: () => Promise.resolve(reopen()),
      shorten: async ({ key }) => {
        const whole: Buffer[] = [];
        for await (const chunk of (await calls.get(names.object(key))).stream) whole.push(chunk as Buffer);
        await calls.put(names.object(key), Buffer.concat(whole).subarray(0, -1), 'layer');
      },
      residue,
      remove,
    };
  });

  describe('faults', { timeout: TEST_MILLISECONDS }, () => s3Faults(theBench));
  describe('specifics', { timeout: TEST_MILLISECONDS }, () => s3Specifics(theBench));
});

async function s3Server(): Promise<S3Server> {
  if (named === undefined) return startCephRgw();
  return { ...(JSON.parse(named) as Omit<S3Server, 'stop'>), stop: () => Promise.resolve() };
}
