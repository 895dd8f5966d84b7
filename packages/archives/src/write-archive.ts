import type { Digest } from '@berth/oci';
import { pack, type Pack } from 'tar-stream';
import type { ExportFile, ExportPlan } from './export-plan.ts';
import { abandon, closed, drained } from './stream-waits.ts';

const BLOCK = 512;
/** Names and sizes beyond these need a further header. */
const MAX_PLAIN_NAME = 100;

/** Reads a blob: exactly as many bytes as were planned, with their digest checked, or a rejection. */
export type OpenBlob<Place> = (place: Place, digest: Digest) => AsyncIterable<Buffer>;

/** The bytes of the archive. Holds a few chunks at a time. Rejects with what `open` rejects with: what was yielded is then no archive. */
export async function* writeArchive<Place>(plan: ExportPlan<Place>, open: OpenBlob<Place>): AsyncGenerator<Buffer> {
  const tar = pack();
  const writing = writeAll(tar, plan.files, open).catch((error: unknown) => tar.destroy(error as Error));
  try {
    yield* tar as AsyncIterable<Buffer>;
  } finally {
    abandon(tar);
    await writing;
  }
}

/** Bytes that {@link writeArchive} will yield. */
export function archiveLength({ files }: Pick<ExportPlan<unknown>, 'files'>): number {
  return 2 * BLOCK + files.reduce((sum, { name, size }) => sum + headerBytes(name) + Math.ceil(size / BLOCK) * BLOCK, 0);
}

function headerBytes(name: string): number {
  const last = name.slice(name.lastIndexOf('/') + 1);
  return last.length > MAX_PLAIN_NAME ? 3 * BLOCK : BLOCK;
}

async function writeAll<Place>(tar: Pack, files: readonly ExportFile<Place>[], open: OpenBlob<Place>): Promise<void> {
  const gone = closed(tar);
  for (const { name, size, content } of files) {
    const chunks = 'bytes' in content ? [content.bytes] : open(content.place, content.digest);
    await writeFile({ tar, gone }, { name, size }, chunks);
    if (tar.destroyed) return;
  }
  tar.finalize();
}

interface Output {
  readonly tar: Pack;
  readonly gone: Promise<void>;
}

interface Header {
  readonly name: string;
  readonly size: number;
}

async function writeFile({ tar, gone }: Output, { name, size }: Header, chunks: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<void> {
  // Everything that could differ between two runs is fixed.
  const fixed = { mode: 0o644, uid: 0, gid: 0, mtime: new Date(0), type: 'file' as const };
  let finish: (error?: Error | null) => void = () => undefined;
  const finished = new Promise<void>((resolve, reject) => {
    finish = (error) => (error === undefined || error === null ? resolve() : reject(error));
  });
  // Seen by the await below, or by nobody when the archive was given up.
  finished.catch(() => undefined);
  const entry = tar.entry({ name, size, ...fixed }, finish);
  // The archive fails with it, which is how its reader hears of it.
  entry.on('error', () => undefined);
  for await (const chunk of chunks) {
    if (tar.destroyed) return;
    if (!entry.write(chunk)) await drained(entry, gone);
  }
  if (tar.destroyed) return;
  entry.end(undefined);
  await Promise.race([finished, gone]);
}
