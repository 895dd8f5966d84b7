import { randomBytes } from 'node:crypto';
import type { ByteRange, StoredObject } from '@berth/registry';
import type { Exchange, Headers } from '../exchange.ts';
import { type Part, sendBytes } from './send-bytes.ts';

export interface Ranges {
  readonly object: StoredObject;
  readonly ranges: readonly ByteRange[];
  readonly headers: Headers;
}

/** Several ranges as multipart/byteranges (RFC 9110 section 14.6). */
export async function sendMultipart(exchange: Exchange, { object, ranges, headers }: Ranges): Promise<void> {
  const boundary = randomBytes(16).toString('hex');
  const parts: Part[] = [];
  for (const [index, range] of ranges.entries()) {
    const before = `${index === 0 ? '' : '\r\n'}--${boundary}\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes ${range.start}-${range.end}/${object.size}\r\n\r\n`;
    parts.push({ before, reader: await exchange.registry.blobs.read(object, range) });
  }
  const after = `\r\n--${boundary}--\r\n`;
  const length = parts.reduce((sum, { before = '', reader }) => sum + before.length + reader.length, after.length);
  exchange.head(206, ['Content-Type', `multipart/byteranges; boundary=${boundary}`, 'Content-Length', length, ...headers]);
  await sendBytes(exchange, parts, after);
}
