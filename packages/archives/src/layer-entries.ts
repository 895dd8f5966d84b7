import type { Header } from 'tar-stream';
import { readTar } from './read-tar.ts';

/** One entry of a layer's tar, in its order. */
export interface LayerEntry {
  /** As it stands there, without `./` and leading slashes; empty for the root. May hold `..`: whoever lists it must refuse that. */
  readonly path: string;
  readonly type: 'file' | 'directory' | 'symlink' | 'hardlink' | 'device' | 'fifo';
  /** Bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Of links, as it stands there. */
  readonly target?: string;
  /** The bytes of a file; may be left unread. To be read before the next entry is asked for. */
  content(): AsyncIterable<Buffer>;
}

/**
 * What is in an image layer: a tar, plain or compressed by gzip or zstd (OCI image specification, layer.md). Rejects with
 * ArchiveRefusedError for one that cannot be read, with its `reason`, and with whatever `source` rejects with.
 */
export async function* layerEntries(source: AsyncIterable<Buffer>): AsyncGenerator<LayerEntry> {
  for await (const { header, content } of readTar(source)) {
    const entry = entryOf(header);
    if (entry !== undefined) yield { ...entry, content };
  }
}

const TYPES: Readonly<Record<string, LayerEntry['type']>> = {
  file: 'file',
  'contiguous-file': 'file',
  directory: 'directory',
  symlink: 'symlink',
  link: 'hardlink',
  'character-device': 'device',
  'block-device': 'device',
  fifo: 'fifo',
};

/** undefined for what is no entry of a file system, such as a global header. */
function entryOf({ name, type, size, mode, linkname }: Header): Omit<LayerEntry, 'content'> | undefined {
  const known = TYPES[type ?? 'file'];
  if (known === undefined) return undefined;
  const path = name
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
  return {
    path,
    type: known,
    size: known === 'file' ? (size ?? 0) : 0,
    mode: (mode ?? 0) & 0o7777,
    ...(typeof linkname === 'string' && linkname !== '' ? { target: linkname } : {}),
  };
}
