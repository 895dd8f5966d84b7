import type { Digest, RepositoryName, Sentence, Tag } from '@berth/oci';
import type { RetentionCandidate, RetentionDecision, RetentionRule } from '../policy/retention.ts';
import type { ContentPage } from './content-lists.ts';

/** A rule with what Harbor keeps beside it. */
export interface NumberedRetentionRule extends RetentionRule {
  readonly id: number;
  readonly priority: number;
}

/** Of a project, which has at most one. */
export interface RetentionPolicy {
  readonly id: number;
  readonly projectId: number;
  readonly rules: readonly NumberedRetentionRule[];
  /** Six fields, as {@link Cron} reads them; empty: only by hand. */
  readonly cron: string;
}

/** Where nothing happens by itself before the schedule is next due. */
export interface ScheduledRetention extends RetentionPolicy {
  /** The moment from which the schedule counts. */
  readonly plannedAfter: Date;
  /** Of the database. */
  readonly now: Date;
}

export type RetentionStatus = 'Pending' | 'Running' | 'Success' | 'Error' | 'Stopped';

export interface RetentionExecution {
  readonly id: number;
  readonly policyId: number;
  readonly projectId: number;
  /** As they were when it began. */
  readonly rules: readonly RetentionRule[];
  readonly trigger: 'Manual' | 'Schedule';
  readonly dryRun: boolean;
  readonly status: RetentionStatus;
  /** Why it failed. */
  readonly problem: Sentence | undefined;
  readonly startedAt: Date;
  readonly endedAt: Date | undefined;
}

/** One repository of an execution. */
export interface RetentionTask {
  readonly id: number;
  readonly executionId: number;
  readonly repository: RepositoryName;
  readonly status: Exclude<RetentionStatus, 'Pending'>;
  readonly total: number;
  readonly retained: number;
  readonly startedAt: Date;
  readonly endedAt: Date | undefined;
}

/** What became of a deletion that was decided; undefined while it was not tried, and of a dry run. */
export interface RetentionOutcome extends RetentionDecision {
  readonly position: number;
  readonly outcome: RetentionRemoval | undefined;
}

export interface RetentionPageRequest {
  readonly page: number;
  readonly pageSize: number;
}

export interface RetentionRepository {
  readonly id: number;
  readonly name: RepositoryName;
}

/** An artifact that a run decided to delete, as it was when that was decided. */
export interface JudgedArtifact {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly tags: readonly Tag[];
  /** By the clock of the database. */
  readonly judgedAt: Date;
}

/** `changed`: pushed, pulled or tagged since it was judged. `in use`: an index lists it. `immutable`: a rule keeps one of its tags. `pinned`: since. */
export type RetentionRemoval = 'removed' | 'absent' | 'changed' | 'in use' | 'immutable' | 'pinned';

/** Policies and their runs, by the clock of the database. */
export interface RetentionRecords {
  find(id: number): Promise<RetentionPolicy | undefined>;
  /** `taken`: the project has one; its id. */
  create(policy: Omit<RetentionPolicy, 'id'>): Promise<{ readonly id: number } | { readonly taken: number }>;
  /** False when it is gone. */
  change(id: number, policy: Pick<RetentionPolicy, 'rules' | 'cron'>): Promise<boolean>;
  /** With its history. */
  remove(id: number): Promise<boolean>;
  /** Those with a schedule, of projects that are there. */
  scheduled(): Promise<readonly ScheduledRetention[]>;

  /** Queues a run of the rules as they are; undefined when the policy is gone. */
  start(policyId: number, run: { trigger: 'Manual' | 'Schedule'; dryRun: boolean; actor: string }): Promise<number | undefined>;
  execution(policyId: number, id: number): Promise<RetentionExecution | undefined>;
  /** Newest first. */
  executions(policyId: number, page: RetentionPageRequest): Promise<ContentPage<RetentionExecution>>;
  /** False when it is over. */
  stop(id: number): Promise<boolean>;
  task(executionId: number, id: number): Promise<RetentionTask | undefined>;
  tasks(executionId: number, page: RetentionPageRequest): Promise<ContentPage<RetentionTask>>;
  /** In the order in which they were judged. */
  decisions(taskId: number, page: RetentionPageRequest & { readonly action?: 'retain' | 'delete' }): Promise<ContentPage<RetentionOutcome>>;

  /** The oldest run that waits, or whose process died; now it is the caller's. */
  take(): Promise<RetentionExecution | undefined>;
  /** A sign of life. False when the run was asked to stop, or is gone. */
  isWanted(id: number): Promise<boolean>;
  finish(id: number, status: 'Success' | 'Error' | 'Stopped', problem?: Sentence): Promise<void>;
  /** Repositories of the project after the given id, that the run has not finished. */
  repositories(
    execution: { readonly id: number; readonly projectId: number },
    afterId: number,
    limit: number,
  ): Promise<readonly RetentionRepository[]>;
  /** Repositories of a project, by name. */
  repositoriesOf(projectId: number, limit: number): Promise<readonly RetentionRepository[]>;
  /** What stands by itself in the repository, and the moment of the look. Tags of cosign's convention are left out. */
  candidates(repositoryId: number): Promise<{ readonly items: readonly RetentionCandidate[]; readonly at: Date }>;
  /** The task of this repository with these decisions in the place of those not carried out yet; its id. */
  beginTask(executionId: number, repository: RetentionRepository, decisions: readonly RetentionDecision[]): Promise<number>;
  /** The next deletions of the task that were not tried. */
  waiting(taskId: number, limit: number): Promise<readonly RetentionOutcome[]>;
  settle(taskId: number, outcomes: readonly { readonly position: number; readonly outcome: RetentionRemoval }[]): Promise<void>;
  endTask(taskId: number, status: 'Success' | 'Error' | 'Stopped'): Promise<void>;
  /** Into the trash, unless it changed. */
  removeArtifact(artifact: JudgedArtifact): Promise<RetentionRemoval>;
}
