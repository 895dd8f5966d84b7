import type { ByteRange, StoredObject } from '@berth/registry';
import { readRanges } from '../byte-ranges.ts';
import { isUnchanged } from '../etag.ts';
import type { Exchange, Headers } from '../exchange.ts';
import type { Targets } from '../target.ts';
import { partOf, sendBytes } from './send-bytes.ts';
import { sendMultipart } from './send-multipart.ts';

/** A presigned URL lives this long: law 9. */
const PRESIGNED_SECONDS = 60;

/** end-2 GET: the blob, ranges of it, or where to read it. */
export async function getBlob(exchange: Exchange<Targets['blob']>): Promise<void> {
  const { repository, digest } = exchange.target;
  const object = await exchange.registry.blobs.find(repository, digest);
  const etag = `"${digest}"`;
  const headers: Headers = ['Docker-Content-Digest', digest, 'ETag', etag, 'Accept-Ranges', 'bytes'];
  if (isUnchanged(exchange.header('if-none-match'), etag)) return exchange.empty(304, headers);
  const ifRange = exchange.header('if-range');
  const range = ifRange === undefined || ifRange === etag ? exchange.header('range') : undefined;
  const ranges = range === undefined ? undefined : readRanges(range, object.size);
  const elsewhere = await exchange.registry.blobs.presign(object, PRESIGNED_SECONDS);
  if (elsewhere !== undefined) {
    // The client reads there what it was sent to.
    exchange.registry.traffic?.delivered(repository, object.size);
    return exchange.empty(307, [...headers, 'Location', elsewhere, 'Cache-Control', 'no-store']);
  }
  if (ranges === undefined) return sendWhole(exchange, object, headers);
  const [first] = ranges;
  if (ranges.length > 1 || first === undefined) return sendMultipart(exchange, { object, ranges, headers });
  return sendRange(exchange, { object, range: first, headers });
}

async function sendWhole(exchange: Exchange, object: StoredObject, headers: Headers): Promise<void> {
  const reader = await exchange.registry.blobs.read(object);
  exchange.head(200, ['Content-Type', 'application/octet-stream', 'Content-Length', object.size, ...headers]);
  await sendBytes(exchange, [partOf(reader)]);
}

async function sendRange(
  exchange: Exchange,
  { object, range, headers }: { object: StoredObject; range: ByteRange; headers: Headers },
): Promise<void> {
  const reader = await exchange.registry.blobs.read(object, range);
  const where = `bytes ${range.start}-${range.end}/${object.size}`;
  exchange.head(206, ['Content-Type', 'application/octet-stream', 'Content-Length', reader.length, 'Content-Range', where, ...headers]);
  await sendBytes(exchange, [partOf(reader)]);
}
