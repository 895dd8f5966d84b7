import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { S3Client } from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Digest } from '@berth/oci';
import { EMPTY_CHECKPOINT } from '@berth/registry';
import { startCephRgw } from '@berth/testkit/ceph-rgw';
import { DEFAULT_PART_BYTES } from '../s3-options.ts';
import { newBench, openUnder } from './s3-bench.ts';

/** `npm run bench:s3`: uploads through the adapter, digest included, beside the SDK's own Upload, against one Ceph gateway. */
const MEBIBYTE = 1024 * 1024;
const SIZE = Number(process.argv[2] ?? 300) * MEBIBYTE;
const ROUNDS = Number(process.argv[3] ?? 5);
const PIECE = 64 * 1024;
const block = randomBytes(16 * MEBIBYTE);

function* pieces(): Generator<Buffer> {
  for (let done = 0; done < SIZE; done += PIECE) {
    const at = done % block.length;
    yield block.subarray(at, at + Math.min(PIECE, SIZE - done));
  }
}

const server = await startCephRgw();
const bench = await newBench(server);
const { store, calls } = openUnder(bench, { more: { partSize: DEFAULT_PART_BYTES, partLimit: 20 } });
const client = new S3Client({
  ...server,
  credentials: server,
  forcePathStyle: true,
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
});

async function bySdk(): Promise<void> {
  const params = { Bucket: bench.bucket, Key: 'by-sdk', Body: Readable.from(pieces()) };
  await new Upload({ client, params, partSize: DEFAULT_PART_BYTES }).done();
  await calls.remove('by-sdk');
}

async function byAdapter(): Promise<void> {
  const hash = createHash('sha256');
  const key = store.pending.newKey();
  const writer = await store.pending.append(key, EMPTY_CHECKPOINT);
  for (const piece of pieces()) {
    hash.update(piece);
    await writer.write(piece);
  }
  const at = await writer.checkpoint();
  await writer.close();
  const object = { key, digest: `sha256:${hash.digest('hex')}` as Digest, size: SIZE };
  await store.pending.seal(object, at);
  await store.sealed.remove(object);
}

async function rate(upload: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await upload();
  return SIZE / 1e3 / (performance.now() - begun);
}

const rates: { sdk: number; adapter: number }[] = [];
for (let round = 0; round < ROUNDS; round += 1) rates.push({ sdk: await rate(bySdk), adapter: await rate(byAdapter) });
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const [sdk, adapter] = [median(rates.map((row) => row.sdk)), median(rates.map((row) => row.adapter))];
console.log(`SDK ${sdk.toFixed(0)} MB/s, adapter with SHA-256 ${adapter.toFixed(0)} MB/s: ${(adapter / sdk).toFixed(2)} times`);
client.destroy();
await store.close();
await server.stop();
