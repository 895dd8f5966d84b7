import { ArchiveRefusedError, layerEntries, type RefusalReason } from '@berth/archives';
import { type FilesPorts, type IndexedEntry, LayerUnreadableError } from '@berth/registry';
import { pulled } from '../archives/pulled.ts';

const PROBLEMS: Readonly<Record<RefusalReason, LayerUnreadableError['problem']>> = {
  compression: 'compression',
  bomb: 'bomb',
  'not a tar': 'not a tar',
  other: 'not a tar',
};

/** Takes a layer apart, as packages/archives does it. */
async function* readLayer(bytes: AsyncIterable<Buffer>): AsyncGenerator<IndexedEntry> {
  try {
    for await (const entry of layerEntries(bytes)) yield { ...entry, content: () => translating(entry.content()) };
  } catch (error) {
    throw translated(error);
  }
}

/** What is wrong with the tar may be noticed in the middle of a file. */
async function* translating(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  try {
    yield* content;
  } catch (error) {
    throw translated(error);
  }
}

function translated(error: unknown): unknown {
  return error instanceof ArchiveRefusedError ? new LayerUnreadableError(PROBLEMS[error.reason], { cause: error }) : error;
}

/** How the registry reads layers, whose formats it does not know itself. */
export const LAYER_READING: Pick<FilesPorts, 'readLayer' | 'pull'> = {
  readLayer,
  pull: (reader) => pulled((sink) => reader.copyTo(sink)),
};
