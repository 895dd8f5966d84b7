import { randomBytes } from 'node:crypto';
import type { ByteRange, StoredObject } from '@berth/registry';
import type { Exchange, Headers } from '../exchange.ts';
import { type Part, sendBytes } from './send-bytes.ts';

export interface Ranges {
  readonly object: StoredObject;
  readonly ranges: readonly ByteRange[];
  readonly headers: Headers;
}

/** Several ranges as multipart/byteranges (RFC 9110 section 14.6). The first is opened before the head: a missing blob still gets its answer. */
export async function sendMultipart(exchange: Exchange, { object, ranges, headers }: Ranges): Promise<void> {
  const { blobs } = exchange.registry;
  const boundary = randomBytes(16).toString('hex');
  const first = await blobs.read(object, ranges[0]);
  const parts: Part[] = ranges.map((range, index) => ({
    before: `${index === 0 ? '' : '\r\n'}--${boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes ${range.start}-${range.end}/${object.size}\r\n\r\n`,
    length: range.end - range.start + 1,
    open: async () => (index === 0 ? first : blobs.read(object, range)),
  }));
  const after = `\r\n--${boundary}--\r\n`;
  const length = parts.reduce((sum, part) => sum + (part.before?.length ?? 0) + part.length, after.length);
  exchange.head(206, ['Content-Type', `multipart/byteranges; boundary=${boundary}`, 'Content-Length', length, ...headers]);
  await sendBytes(exchange, parts, after);
}
