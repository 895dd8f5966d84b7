import type { RepositoryName } from '@berth/oci';

/** Running counts, of which a day has what came to them. */
export const COUNTED = ['pulls', 'pushes', 'pulled_bytes', 'pushed_bytes'] as const;
export type Counted = (typeof COUNTED)[number];

/** Days in UTC, `2026-11-25`; both are included. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** What one day came to. Bytes held are those of its last look. What was never looked at is undefined. */
export interface DayNumbers {
  readonly day: string;
  /** Added up over projects, each counting what it holds once; of a project: what it holds. */
  readonly logical: number | undefined;
  /** On the storage, each blob once; of the whole registry only. */
  readonly physical: number | undefined;
  readonly pulls: number;
  readonly pushes: number;
  readonly pulled_bytes: number;
  readonly pushed_bytes: number;
  /** Bytes that collection let go; of the whole registry only. */
  readonly reclaimed: number;
}

export interface JobDay {
  readonly day: string;
  readonly job: string;
  readonly runs: number;
  readonly failures: number;
  /** Of all runs together, and of the longest. */
  readonly seconds: number;
  readonly longest: number;
}

/** Numbers by day. Reads cost as much as their answer: nothing is counted anew. */
export interface DailyNumbers {
  /** Brings today up to date; twice is as good as once. */
  roll(): Promise<void>;
  /** Drops days that lie so many days back, a bounded number of rows. */
  trim(days: number): Promise<{ readonly more: boolean }>;
  /** By day, without those of which nothing is known. `projectId`: of one project. */
  days(range: DayRange, projectId?: number): Promise<readonly DayNumbers[]>;
  /** Repositories with the most, the most first. */
  top(
    of: Counted,
    range: DayRange,
    options: { readonly limit: number; readonly projectId?: number },
  ): Promise<readonly { readonly name: RepositoryName; readonly value: number }[]>;
  /** What each of the largest projects held by day; the largest first, their days in order. */
  projects(
    range: DayRange,
    limit: number,
  ): Promise<readonly { readonly name: string; readonly days: readonly { readonly day: string; readonly value: number }[] }[]>;
  jobs(range: DayRange): Promise<readonly JobDay[]>;
}
