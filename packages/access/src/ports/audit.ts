import type { Sentence } from '@berth/oci';
import type { Page, PageRequest } from './page.ts';

/** One thing that somebody did, or was not let do. Longer texts are cut by the adapter. */
export interface AuditEntry {
  /** `user:<id>`, `robot:<id>`, `anonymous`, or `shell` for a command on the server's machine. */
  readonly actor: string;
  readonly username: string;
  /** Of the client; the name of the machine where it was a command. */
  readonly address: string;
  /** The project it was about, by id, or by name where only that is known; absent: the system. */
  readonly project?: number | string | undefined;
  readonly resourceType: string;
  readonly resource: string;
  /** Harbor's words: `create`, `update`, `delete`, `pull`, `read`, `login`, `logout`. */
  readonly operation: string;
  readonly description: string;
  readonly successful: boolean;
  /** HTTP; of a command 200 or 500. */
  readonly status: number;
  readonly requestId: string;
}

export interface AuditRecord extends Omit<AuditEntry, 'project'> {
  readonly id: number;
  readonly occurredAt: Date;
  readonly projectId: number | undefined;
}

/** Which records: all, those of one project, or those of the projects that the user administers. */
export type AuditScope = 'everything' | { readonly projectId: number } | { readonly administratorId: number };

export interface TextCondition {
  readonly value: string;
  /** A part is enough. */
  readonly fuzzy: boolean;
}

export interface AuditFilter {
  readonly scope: AuditScope;
  readonly username?: TextCondition;
  readonly resource?: TextCondition;
  readonly resourceType?: TextCondition;
  readonly operation?: TextCondition;
  readonly successful?: boolean;
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

/** Newest first. Sorted by `id`, `occurredAt`, `username`, `resource`, `resourceType`, `operation`. */
export interface AuditQuery extends AuditFilter, PageRequest {}

export interface AuditVerdict {
  /** None: every sealed record is as it was written. */
  readonly problems: readonly Sentence[];
  readonly seals: number;
  /** Records that were read and compared. */
  readonly records: number;
  /** Records that no seal covers yet. */
  readonly unsealed: number;
  /** The hash of the newest seal: noted elsewhere, it shows later that the chain was not cut short. */
  readonly head: string;
}

/** The record of who did what. Only the purge takes from it, whole sealed batches at a time. */
export interface AuditLog {
  append(entries: readonly AuditEntry[]): Promise<void>;
  list(query: AuditQuery): Promise<Page<AuditRecord>>;
  /** For exports: records older than `beforeId`, newest first; at most `limit`. */
  before(filter: AuditFilter, beforeId: number | undefined, limit: number): Promise<readonly AuditRecord[]>;
  /** Seals what is there and settled, in batches; writers do not wait for it. How many records. */
  seal(): Promise<number>;
  /** Compares every record with its seal and every seal with the one before. `head`: a seal that must be in the chain. */
  verify(head?: string): Promise<AuditVerdict>;
  /** Removes the records of sealed batches that ended before this moment; their seals stay. How many records; a dry run only counts. */
  purge(before: Date, dryRun: boolean): Promise<number>;
}
