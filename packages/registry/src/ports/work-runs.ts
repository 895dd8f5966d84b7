import type { ContentPage } from './content-lists.ts';

export type WorkStatus = 'Pending' | 'Running' | 'Success' | 'Error' | 'Stopped';
export type WorkParameters = Readonly<Record<string, unknown>>;

/** One run of long work. */
export interface WorkRun {
  readonly id: number;
  /** Which work: a name of letters and dashes. */
  readonly kind: string;
  readonly trigger: 'Manual' | 'Schedule';
  readonly parameters: WorkParameters;
  readonly actor: string;
  /** Of the account; its key where that is gone. */
  readonly actorName: string;
  readonly status: WorkStatus;
  /** What it is about, in words; empty before it begins. */
  readonly phase: string;
  readonly done: number;
  /** Where it can be told beforehand. */
  readonly total: number | undefined;
  readonly bytes: number;
  readonly totalBytes: number | undefined;
  /** What it came to, by names of its kind. */
  readonly result: WorkParameters;
  readonly stopWanted: boolean;
  readonly createdAt: Date;
  readonly startedAt: Date | undefined;
  readonly endedAt: Date | undefined;
  readonly updatedAt: Date;
}

export interface WorkRunQuery {
  readonly page: number;
  readonly pageSize: number;
  readonly kind?: string;
  readonly status?: WorkStatus;
}

/** What changed since the last report; what is absent stays. */
export interface WorkProgress {
  readonly phase?: string;
  readonly done?: number;
  readonly total?: number;
  readonly bytes?: number;
  readonly totalBytes?: number;
  readonly result?: WorkParameters;
  /** Appended to the log. */
  readonly lines?: readonly string[];
}

export interface WorkSchedule {
  readonly type: 'Hourly' | 'Daily' | 'Weekly' | 'Custom';
  /** Six fields, as {@link Cron} reads them; UTC. */
  readonly cron: string;
  readonly parameters: WorkParameters;
}

export interface SavedWorkSchedule extends WorkSchedule {
  readonly kind: string;
  readonly savedAt: Date;
  /** The moment from which the schedule counts. */
  readonly plannedAfter: Date;
  /** Of the database. */
  readonly now: Date;
}

/** Runs of long work, by the clock of the database. Any process may carry one out; one does. */
export interface WorkRuns {
  create(run: { kind: string; trigger: 'Manual' | 'Schedule'; parameters: WorkParameters; actor: string }): Promise<number>;
  find(id: number): Promise<WorkRun | undefined>;
  /** Newest first. */
  list(query: WorkRunQuery): Promise<ContentPage<WorkRun>>;
  log(id: number): Promise<string | undefined>;
  /** The oldest of these kinds that waits, or whose process died; now it is the caller's. */
  take(kinds: readonly string[]): Promise<WorkRun | undefined>;
  /** Also a sign of life. False when the run was asked to stop. */
  report(id: number, progress: WorkProgress): Promise<boolean>;
  finish(id: number, status: 'Success' | 'Error' | 'Stopped', line: string): Promise<void>;
  /** False when there is no such run that is not over. */
  stop(id: number): Promise<boolean>;
  schedule(kind: string): Promise<SavedWorkSchedule | undefined>;
  schedules(): Promise<readonly SavedWorkSchedule[]>;
  /** undefined ends it. */
  saveSchedule(kind: string, schedule: WorkSchedule | undefined): Promise<void>;
  /** Queues the run that is due; false when another process did. */
  plan(schedule: SavedWorkSchedule): Promise<boolean>;
}
