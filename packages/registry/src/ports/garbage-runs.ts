export type GarbageRunStatus = 'Pending' | 'Running' | 'Success' | 'Error' | 'Stopped';

export interface GarbageRunParameters {
  /** Nothing is deleted; the log has what would be. */
  readonly dryRun: boolean;
  /** As if the policy said so, for this run. */
  readonly deleteUntagged: boolean;
  /** As asked for and shown again, which Harbor's tools insist on; the collector itself decides how much it does at once. */
  readonly workers?: number;
}

/** One run that was asked for, or came by its schedule. What goes by itself every minute is not told here. */
export interface GarbageRun {
  readonly id: number;
  readonly kind: 'Manual' | 'Schedule';
  readonly parameters: GarbageRunParameters;
  readonly status: GarbageRunStatus;
  readonly links: number;
  readonly blobs: number;
  /** Of the blobs. */
  readonly bytes: number;
  readonly manifests: number;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface GarbageRunPage {
  readonly page: number;
  readonly pageSize: number;
  readonly status?: string;
}

/** What one step of a run adds to its numbers and its log. */
export interface GarbageRunStep {
  readonly links: number;
  readonly blobs: number;
  readonly bytes: number;
  readonly manifests: number;
  readonly lines: readonly string[];
}

export interface GarbageSchedule {
  readonly type: 'Hourly' | 'Daily' | 'Weekly' | 'Custom';
  /** Six fields from the second on, as Harbor writes it; UTC. */
  readonly cron: string;
  readonly parameters: GarbageRunParameters;
}

export interface SavedGarbageSchedule extends GarbageSchedule {
  readonly savedAt: Date;
  /** When a run last came by it. */
  readonly lastRunAt: Date | undefined;
  /** Of the database. */
  readonly now: Date;
}

/** The history of collection, by the clock of the database. */
export interface GarbageRuns {
  create(run: Pick<GarbageRun, 'kind' | 'parameters'> & { readonly actor: string }): Promise<number>;
  find(id: number): Promise<GarbageRun | undefined>;
  /** Newest first. */
  list(page: GarbageRunPage): Promise<{ readonly items: readonly GarbageRun[]; readonly total: number }>;
  log(id: number): Promise<string | undefined>;
  /** The oldest that waits, or whose process died; now it is the caller's. */
  take(): Promise<GarbageRun | undefined>;
  /** False when the run was asked to stop. */
  step(id: number, step: GarbageRunStep): Promise<boolean>;
  finish(id: number, status: 'Success' | 'Error' | 'Stopped', line: string): Promise<void>;
  /** False when there is no such run that is not over. */
  stop(id: number): Promise<boolean>;
  schedule(): Promise<SavedGarbageSchedule | undefined>;
  saveSchedule(schedule: GarbageSchedule | undefined): Promise<void>;
}
