import { OciError } from '@berth/oci';
import type { ByteRange } from '@berth/registry';

/** Most ranges of one request: more than any client needs, few enough that their overlap cannot multiply our work. */
const MAX_RANGES = 16;
const ONE_RANGE = /^(?:([0-9]{1,15})-([0-9]{0,15})|-([0-9]{1,15}))$/;

/**
 * Reads a `Range` header against content of `size` bytes (RFC 9110 section 14.2). Undefined when the whole is to be sent: no header, or
 * another unit than bytes. Throws 416 when it is malformed, when no range touches the content, or when there are too many.
 */
export function readRanges(header: string | undefined, size: number): readonly ByteRange[] | undefined {
  if (header === undefined) return undefined;
  const equals = header.indexOf('=');
  if (equals < 0 || header.slice(0, equals).trim().toLowerCase() !== 'bytes') return undefined;
  const parts = header.slice(equals + 1).split(',');
  if (parts.length > MAX_RANGES) throw notSatisfiable(size, `A request may ask for at most ${MAX_RANGES} ranges.`);
  const ranges = parts.map((part) => readRange(part.trim(), size)).filter((range) => range !== undefined);
  if (ranges.length === 0) throw notSatisfiable(size, `No range asked for lies within the ${size} bytes of this blob.`);
  const total = ranges.reduce((sum, { start, end }) => sum + end - start + 1, 0);
  if (ranges.length > 1 && total > size)
    throw notSatisfiable(size, 'The ranges asked for overlap: together they are longer than the blob.');
  return ranges;
}

function readRange(text: string, size: number): ByteRange | undefined {
  const match = ONE_RANGE.exec(text);
  if (match === null) throw notSatisfiable(size, 'A byte range reads "first-last", "first-" or "-count".');
  const [, first, last, count] = match;
  if (count !== undefined) {
    const wanted = Math.min(Number(count), size);
    return wanted === 0 ? undefined : { start: size - wanted, end: size - 1 };
  }
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  return start > end ? undefined : { start, end };
}

function notSatisfiable(size: number, sentence: string): OciError {
  return new OciError('SIZE_INVALID', sentence, { status: 416, headers: { 'content-range': `bytes */${size}` } });
}

/** distribution-spec "Pushing a blob in chunks": `^[0-9]+-[0-9]+$`; the form of RFC 9110, `bytes 0-9/*`, is taken too. */
const CONTENT_RANGE = /^(?:bytes )?([0-9]{1,15})-([0-9]{1,15})(?:\/(?:\*|[0-9]{1,15}))?$/;

/** Reads `Content-Range`; undefined when absent. Throws BLOB_UPLOAD_INVALID with a sentence. */
export function readContentRange(header: string | undefined): ByteRange | undefined {
  if (header === undefined) return undefined;
  const match = CONTENT_RANGE.exec(header.trim());
  const start = Number(match?.[1]);
  const end = Number(match?.[2]);
  if (match === null || end < start) {
    throw new OciError('BLOB_UPLOAD_INVALID', 'Content-Range reads "first-last", the positions of the chunk\'s first and last byte.');
  }
  return { start, end };
}
