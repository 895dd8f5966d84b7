import {
  checkedSideBytes,
  checkedSideFolder,
  checkedSideName,
  MAX_SIDE_BYTES,
  type SideName,
  type SideObjects,
  StorageFailedError,
  StoredObjectMissingError,
} from '@berth/registry';
import { pages } from './pages.ts';
import { translateS3Error } from './s3-errors.ts';
import type { S3Parts } from './s3-writer.ts';

/** Side objects: `side/<folder>/<file>` below the prefix. */
export class S3Side implements SideObjects {
  readonly #parts: S3Parts;

  constructor(parts: S3Parts) {
    this.#parts = parts;
  }

  async put(name: SideName, bytes: Buffer): Promise<void> {
    await this.#parts.calls.put(this.#path(name), checkedSideBytes(bytes), 'short-lived');
  }

  async get(name: SideName): Promise<Buffer | undefined> {
    const path = this.#path(name);
    try {
      const { stream, total } = await this.#parts.calls.get(path);
      if (total > MAX_SIDE_BYTES) {
        stream.destroy();
        throw new StorageFailedError(`${path} has ${total} bytes; it is none of ours.`);
      }
      const chunks: Buffer[] = [];
      for await (const chunk of stream) chunks.push(chunk as Buffer);
      const bytes = Buffer.concat(chunks);
      if (bytes.length !== total) throw new StorageFailedError(`${path} ended after ${bytes.length} of ${total} bytes. Try again.`);
      return bytes;
    } catch (error) {
      if (error instanceof StoredObjectMissingError) return undefined;
      throw translateS3Error(error, `reading ${path}`);
    }
  }

  async *list(folder: string): AsyncGenerator<SideName> {
    const { calls, names } = this.#parts;
    const before = `${names.side}${checkedSideFolder(folder)}/`;
    for await (const { name } of pages((after) => calls.objects(before, after))) yield `${folder}/${name.slice(before.length)}`;
  }

  async remove(name: SideName): Promise<void> {
    return this.#parts.calls.remove(this.#path(name));
  }

  #path(name: SideName): string {
    return this.#parts.names.side + checkedSideName(name);
  }
}
