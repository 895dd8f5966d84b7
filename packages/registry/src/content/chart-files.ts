import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

const unzip = promisify(gunzip);

/** Largest chart that is opened, bytes as stored. */
export const MAX_CHART_BYTES = 8 * 1024 * 1024;
/** Largest chart once unpacked. */
const MAX_UNPACKED = 32 * 1024 * 1024;
/** Largest file that is shown. */
const MAX_FILE = 1024 * 1024;
const BLOCK = 512;

/**
 * A file at the top of a packaged chart (`<chart>/<name>`), compared without case, or undefined when there is none, it is too large, or the archive
 * cannot be read. Nothing is written anywhere.
 */
export async function chartFile(archive: Buffer, name: string): Promise<string | undefined> {
  const tar = await unpacked(archive);
  if (tar === undefined) return undefined;
  // ustar: POSIX.1-2017, pax, "ustar Interchange Format": a header of 512 bytes, then the content in whole blocks.
  for (let at = 0; at + BLOCK <= tar.length; ) {
    const header = tar.subarray(at, at + BLOCK);
    const size = octal(header, 124, 12);
    if (header[0] === 0 || size === undefined) return undefined;
    const type = String.fromCharCode(header[156] ?? 0);
    const path = [text(header, 345, 155), text(header, 0, 100)].filter((part) => part !== '').join('/');
    if ((type === '0' || type === '\0') && isWanted(path, name)) {
      const end = at + BLOCK + size;
      return size > MAX_FILE || end > tar.length ? undefined : tar.subarray(at + BLOCK, end).toString('utf8');
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return undefined;
}

function isWanted(path: string, name: string): boolean {
  const parts = path.replace(/^\.\//, '').split('/');
  return parts.length === 2 && parts[1]?.toLowerCase() === name.toLowerCase();
}

async function unpacked(archive: Buffer): Promise<Buffer | undefined> {
  try {
    return await unzip(archive, { maxOutputLength: MAX_UNPACKED });
  } catch {
    // Not gzip, cut short, or more than we unpack: whoever pushed it sent no chart that can be shown.
    return undefined;
  }
}

function octal(header: Buffer, start: number, length: number): number | undefined {
  const digits = text(header, start, length).trim();
  return /^[0-7]{1,11}$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

function text(header: Buffer, start: number, length: number): string {
  const field = header.subarray(start, start + length);
  const end = field.indexOf(0);
  return field.subarray(0, end < 0 ? length : end).toString('utf8');
}
