/** What a test puts into a layer: content of a file, or something else with its type. */
export type LayerItem =
  | string
  | Buffer
  | { readonly directory: true; readonly mode?: number }
  | { readonly symlink: string }
  | { readonly hardlink: string }
  | { readonly file: string; readonly mode: number };

/** A tar (POSIX ustar) of these, in this order. */
export function layerTar(items: readonly (readonly [path: string, item: LayerItem])[]): Buffer {
  return Buffer.concat([...items.map(([path, item]) => entryOf(path, item)), Buffer.alloc(1024)]);
}

function entryOf(path: string, item: LayerItem): Buffer {
  if (typeof item === 'string' || Buffer.isBuffer(item)) return tarEntry(path, Buffer.from(item));
  if ('directory' in item) return tarEntry(`${path}/`, Buffer.alloc(0), { type: '5', mode: item.mode ?? 0o755 });
  if ('symlink' in item) return tarEntry(path, Buffer.alloc(0), { type: '2', target: item.symlink });
  if ('hardlink' in item) return tarEntry(path, Buffer.alloc(0), { type: '1', target: item.hardlink });
  return tarEntry(path, Buffer.from(item.file), { mode: item.mode });
}

interface EntryKind {
  readonly type?: string;
  readonly mode?: number;
  readonly target?: string;
}

/** One entry of a tar, as it comes. */
export function tarEntry(name: string, content: Buffer, { type = '0', mode = 0o644, target = '' }: EntryKind = {}): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  header.write(name, 0);
  header.write(octal(mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(content.length, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(`        ${type}`, 148);
  header.write(target, 157);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
