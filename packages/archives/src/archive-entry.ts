/** One file of an archive, or another name for one. Entries come in the order of the archive; content can be read once, before the next entry. */
export type ArchiveEntry = ArchiveFile | ArchiveLink;

export interface ArchiveFile {
  readonly kind: 'file';
  /** Path inside the archive, without a leading slash or dots. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Where its content begins in a tar that is not compressed; in bytes. */
  readonly offset: number;
  /** Exactly `size` bytes, or a rejection. */
  content(): AsyncIterable<Buffer>;
}

export interface ArchiveLink {
  readonly kind: 'link';
  readonly name: string;
  /** Path inside the archive. */
  readonly target: string;
}
