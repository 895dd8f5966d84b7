/** What the journal tells of. */
export const JOURNAL_KINDS = ['project', 'repository', 'link', 'blob', 'manifest', 'tag'] as const;
export type JournalKind = (typeof JOURNAL_KINDS)[number];

/** Names one thing, by the ids of the database that wrote it. */
export interface JournalKey {
  readonly kind: JournalKind;
  /** Of a tag 0. */
  readonly item: number;
  /** Of links and tags; else 0. */
  readonly repositoryId: number;
  /** Of tags; else empty. */
  readonly name: string;
}

/** How a thing stood at the change `seq` or later: of several entries for one key the highest `seq` is right. */
export interface JournalEntry extends JournalKey {
  readonly seq: number;
  /** JSON; null when it was not there any more. */
  readonly value: string | null;
}

/** Where the journal of this database stands. */
export interface JournalState {
  /** Undefined before the first. A database that began anew, or went back, begins another. */
  readonly generation: number | undefined;
  /** Changes up to it are in the last whole snapshot; undefined before the first. */
  readonly snapshotFloor: number | undefined;
  readonly snapshotBytes: number;
  /** Written since. */
  readonly segments: number;
  readonly segmentBytes: number;
  /** Changes wait to be written. */
  readonly waiting: boolean;
  /** The highest number that a change was given. */
  readonly lastSeq: number;
}

export interface JournalBatch {
  /** The last of each key. */
  readonly entries: readonly JournalEntry[];
  /** For {@link JournalRecords.forget}. */
  readonly ids: readonly number[];
  /** Seconds since the oldest change of the batch. */
  readonly lag: number;
  readonly more: boolean;
}

/** Changes up to `seq` are complete once every transaction up to `transaction` is over. */
export interface JournalMark {
  readonly seq: number;
  readonly transaction: string;
}

/** The changes that wait for the journal in the storage, and the state that they led to. */
export interface JournalRecords {
  state(): Promise<JournalState>;
  /** One process writes at a time, since more would write the same twice; that would only be a waste. False when another one does. */
  hold(holder: string, seconds: number): Promise<boolean>;
  release(holder: string): Promise<void>;
  begin(generation: number): Promise<void>;
  /** Bounded by number and bytes; reads, changes nothing. */
  changes(): Promise<JournalBatch>;
  /** Once they are in the storage, in a segment of so many bytes. */
  forget(ids: readonly number[], segmentBytes: number): Promise<void>;
  mark(): Promise<JournalMark>;
  passed(mark: JournalMark): Promise<boolean>;
  /** Everything of one kind, a bounded page at a time, numbered `seq`. */
  page(kind: JournalKind, after: JournalKey | undefined, seq: number): Promise<readonly JournalEntry[]>;
  snapshotWritten(floor: number, bytes: number): Promise<void>;
}
