import { type Digest, digestAlgorithm, digestOfBytes, isDigest, say } from '@berth/oci';
import type { ArchiveEntry, ArchiveFile } from './archive-entry.ts';
import { type ArchiveRefusedError, refused, shown } from './archive-refused-error.ts';
import { type Compression, compressionOf } from './decompressed.ts';
import { LIMITS } from './limits.ts';

/** A file of an archive on its way in. */
export interface IncomingFile {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** What its name says that its digest is. */
  readonly claimed: Digest | undefined;
  /** As in the entry. */
  readonly offset: number;
  readonly content: AsyncIterable<Buffer>;
}

/** Takes the content of a file and tells its digest. Rejects with ArchiveRefusedError when it is not the claimed one: {@link disagrees}. */
export type StoreFile = (file: IncomingFile) => Promise<Digest>;

/** A file that was read. */
export interface ReadFile {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** Of documents; what is no document was given to the {@link StoreFile}. */
  readonly bytes?: Buffer;
  readonly compression: Compression | 'xz' | 'bzip2';
}

const MAX_HOPS = 8;
/** What docker before 1.10 kept beside each layer. */
const LEGACY = /^[0-9a-f]{64}\/(json|VERSION)$/;

/** Everything that an archive holds: its JSON in memory, within limits, and the digests of the rest. */
export class ArchiveContents {
  readonly #byName = new Map<string, ReadFile>();
  readonly #byDigest = new Map<Digest, ReadFile>();
  readonly #links = new Map<string, string>();
  #documentBytes = 0;

  /** Rejects with ArchiveRefusedError. */
  async take(entry: ArchiveEntry, store: StoreFile): Promise<void> {
    if (entry.kind === 'link') {
      this.#links.set(entry.name, entry.target);
      return;
    }
    if (LEGACY.test(entry.name)) return;
    const claimed = claimedDigest(entry.name);
    const file = entry.size <= LIMITS.document ? await this.#small(entry, claimed, store) : await large(entry, claimed, store);
    const before = this.#byName.get(entry.name);
    if (before !== undefined && before.digest !== file.digest)
      throw refused(say('archive-two-files')`The archive has two files called ${{ name: shown(entry.name) }} with different content.`);
    this.#byName.set(entry.name, file);
    if (!this.#byDigest.has(file.digest)) this.#byDigest.set(file.digest, file);
  }

  /** The file of this name, also through links. */
  named(name: string): ReadFile | undefined {
    let at = name;
    for (let hops = 0; hops < MAX_HOPS; hops += 1) {
      const file = this.#byName.get(at);
      if (file !== undefined) return file;
      const target = this.#links.get(at);
      if (target === undefined) return undefined;
      at = target;
    }
    throw refused(say('archive-circle')`The archive's links lead in a circle at ${{ name: shown(name) }}.`);
  }

  blob(digest: Digest): ReadFile | undefined {
    return this.#byDigest.get(digest);
  }

  async #small(entry: ArchiveFile, claimed: Digest | undefined, store: StoreFile): Promise<ReadFile> {
    const bytes = await bytesOf(entry);
    const compression = compressionOf(bytes);
    if (!/^\s*[{[]/.test(bytes.subarray(0, 64).toString('latin1'))) {
      const digest = await store({ ...incoming(entry, claimed), content: once(bytes) });
      return { digest, size: bytes.length, compression };
    }
    this.#documentBytes += bytes.length;
    if (this.#documentBytes > LIMITS.documents)
      throw refused(
        say('archive-documents')`The manifests and configs of the archive are more than ${{ most: LIMITS.documents }} bytes: split it.`,
      );
    const digest = digestOfBytes(bytes, claimed === undefined ? 'sha256' : digestAlgorithm(claimed));
    if (claimed !== undefined && digest !== claimed) throw disagrees(entry.name, digest);
    return { digest, size: bytes.length, bytes, compression };
  }
}

async function large(entry: ArchiveFile, claimed: Digest | undefined, store: StoreFile): Promise<ReadFile> {
  let head: Buffer | undefined;
  async function* watched(): AsyncGenerator<Buffer> {
    for await (const chunk of entry.content()) {
      head ??= Buffer.from(chunk.subarray(0, 8));
      yield chunk;
    }
  }
  const digest = await store({ ...incoming(entry, claimed), content: watched() });
  return { digest, size: entry.size, compression: compressionOf(head ?? Buffer.alloc(0)) };
}

function incoming({ name, size, offset }: ArchiveFile, claimed: Digest | undefined): Omit<IncomingFile, 'content'> {
  return { name, size, offset, claimed };
}

export function disagrees(name: string, digest: Digest): ArchiveRefusedError {
  return refused(
    say('archive-content-damaged')`The archive is damaged: the content of ${{ name: shown(name) }} has the digest ${{ digest }}.`,
  );
}

async function bytesOf(entry: ArchiveFile): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of entry.content()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

/** `blobs/sha256/<hex>` of an OCI layout, `<hex>.json` of docker's configs, `sha256:<hex>` of other tools. */
function claimedDigest(name: string): Digest | undefined {
  const blob = /^blobs\/([^/]+)\/([^/]+)$/.exec(name);
  if (blob !== null) {
    const text = `${blob[1]}:${blob[2]}`;
    if (isDigest(text)) return text;
    throw refused(say('archive-blob-name')`The archive has a blob ${{ name: shown(name) }}, whose name is no digest.`);
  }
  const config = /^([0-9a-f]{64})\.json$/.exec(name);
  const text = config === null ? name : `sha256:${config[1]}`;
  return isDigest(text) ? text : undefined;
}
