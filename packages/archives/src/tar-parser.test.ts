import { describe, expect, it } from 'vitest';
import { layerEntries } from './layer-entries.ts';
import { collect, inPieces } from './testing/made-archives.ts';

interface HeaderFields {
  readonly type: string;
  readonly size: number;
  readonly target?: string;
}

/** A header as POSIX has it; tar-stream's own writer makes none of these. */
function header(name: string, { type, size, target = '' }: HeaderFields): Buffer {
  const bytes = Buffer.alloc(512);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  bytes.write(name, 0);
  bytes.write('0000644\x000000000\x000000000\0', 100);
  bytes.write(`${octal(size, 11)}\0${octal(0, 11)}`, 124);
  bytes.write(`        ${type}`, 148);
  bytes.write(target, 157);
  bytes.write('ustar\x0000', 257);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${octal(sum, 6)}\0 `, 148);
  return bytes;
}

function entry(name: string, content: string, type = '0'): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([header(name, { type, size: bytes.length }), bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length + 1;
  while (`${length}${rest}`.length !== length) length += 1;
  return `${length}${rest}`;
}

async function pathsOf(...parts: readonly Buffer[]): Promise<string[]> {
  const entries = await collect(layerEntries(inPieces(Buffer.concat([...parts, Buffer.alloc(1024)]), 64 * 1024)));
  return entries.map(({ path }) => path);
}

describe('global headers', () => {
  it('rename nothing, as for the clients', async () => {
    const global = entry('global', record('path', 'harmless'), 'g');
    expect(await pathsOf(global, entry('own', record('comment', 'x'), 'x'), entry('evil', 'x'))).toEqual(['evil']);
  });

  // Were it copied for each header, this would take many times the time that a test has.
  it('cost nothing at the headers that follow, however large they are', async () => {
    const records = Array.from({ length: 420_000 }, (_, index) => record(index.toString(36), '')).join('');
    expect(records.length).toBeGreaterThan(3 * 1024 * 1024);
    const own = entry('own', record('comment', 'x'), 'x');
    expect(await pathsOf(entry('global', records, 'g'), ...Array<Buffer>(1000).fill(own), entry('file', 'x'))).toEqual(['file']);
  });
});

describe('headers without content', () => {
  it.each([
    ['hard link', '1'],
    ['symbolic link', '2'],
    ['device', '3'],
    ['directory', '5'],
    ['fifo', '6'],
  ])('a %s that tells a size hides no file', async (_name, type) => {
    const first = header('first', { type, size: 1024, target: 'file' });
    expect(await pathsOf(first, entry('hidden', 'x'), entry('last', 'x'))).toEqual(['first', 'hidden', 'last']);
    const sized = Buffer.concat([entry('own', record('size', '1024'), 'x'), header('first', { type, size: 0, target: 'file' })]);
    expect(await pathsOf(sized, entry('hidden', 'x'), entry('last', 'x'))).toEqual(['first', 'hidden', 'last']);
  });
});
