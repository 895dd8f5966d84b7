import { type Digest, say, type Tag } from '@berth/oci';
import { Cron } from '../cron.ts';
import type { ImmutableRules } from '../ports/immutable-rules.ts';
import type { RetentionExecution, RetentionOutcome, RetentionRecords, RetentionRemoval, RetentionRepository } from '../ports/retention.ts';
import { immutableTags } from './immutability.ts';
import { decideRetention, heldByImmutability, type RetentionDecision, type RetentionRule } from './retention.ts';
import type { TagRule } from './selectors.ts';

/** Between two looks at whether the run is still wanted. */
const BATCH = 50;
const REPOSITORIES_PAGE = 100;
/** What a preview looks at, and shows, at most. */
const MAX_PREVIEWED_REPOSITORIES = 500;
const MAX_PREVIEWED_DECISIONS = 500;

/** What a preview judges at most; the last repository is finished. */
const MAX_PREVIEWED_ARTIFACTS = 50_000;

export interface PreviewedRepository {
  readonly repository: string;
  readonly total: number;
  readonly retained: number;
  /** Deletions first; of all repositories together a bounded number. */
  readonly decisions: readonly RetentionDecision[];
}

export interface RetentionPreview {
  readonly repositories: readonly PreviewedRepository[];
  /** The project has more repositories, or they more artifacts, than shown. */
  readonly truncated: boolean;
}

/** Runs of retention policies. Any process may carry one out; one does. */
export class RetentionRuns {
  readonly #records: RetentionRecords;
  readonly #immutable: Pick<ImmutableRules, 'active'>;

  constructor(records: RetentionRecords, immutable: Pick<ImmutableRules, 'active'>) {
    this.#records = records;
    this.#immutable = immutable;
  }

  /** What rules that are not saved would do now. Reads only. */
  async preview(projectId: number, rules: readonly RetentionRule[]): Promise<RetentionPreview> {
    const repositories = await this.#records.repositoriesOf(projectId, MAX_PREVIEWED_REPOSITORIES + 1);
    const immutable = await this.#immutable.active(projectId);
    const shown: PreviewedRepository[] = [];
    let room = MAX_PREVIEWED_DECISIONS;
    let truncated = repositories.length > MAX_PREVIEWED_REPOSITORIES;
    let judged = 0;
    for (const repository of repositories.slice(0, MAX_PREVIEWED_REPOSITORIES)) {
      if (judged >= MAX_PREVIEWED_ARTIFACTS) {
        truncated = true;
        break;
      }
      const { decisions } = await this.#judge(repository, rules, immutable);
      judged += decisions.length;
      const sorted = [...decisions].sort((a, b) => Number(a.action === 'retain') - Number(b.action === 'retain'));
      shown.push({
        repository: repository.name,
        total: decisions.length,
        retained: decisions.filter(({ action }) => action === 'retain').length,
        decisions: sorted.slice(0, room),
      });
      if (sorted.length > room) truncated = true;
      room = Math.max(0, room - sorted.length);
    }
    return { repositories: shown, truncated };
  }

  /** Queues the runs that are due by their schedules, then carries out what waits. For a job. */
  async work(stopping: AbortSignal): Promise<void> {
    await this.#planDue();
    while (!stopping.aborted) {
      const execution = await this.#records.take();
      if (execution === undefined) return;
      await this.#carryOut(execution, stopping);
    }
  }

  /** A time that passed while no server ran is made up for, once. */
  async #planDue(): Promise<void> {
    for (const policy of await this.#records.scheduled()) {
      const due = Cron.parse(policy.cron)?.after(policy.plannedAfter);
      if (due === undefined || due > policy.now) continue;
      await this.#records.start(policy.id, { trigger: 'Schedule', dryRun: false, actor: 'system:retention' });
    }
  }

  async #carryOut(execution: RetentionExecution, stopping: AbortSignal): Promise<void> {
    try {
      const ending = await this.#walk(execution, stopping);
      if (ending === undefined) return;
      await this.#records.finish(execution.id, ending);
    } catch (error) {
      await this.#records.finish(
        execution.id,
        'Error',
        say('retention-ended-early')`The run ended early: ${{ words: (error as Error).message }}. What was deleted before is in the trash.`,
      );
      throw error;
    }
  }

  /** undefined when this process stops: another one goes on. */
  async #walk(execution: RetentionExecution, stopping: AbortSignal): Promise<'Success' | 'Stopped' | undefined> {
    for (let after = 0; ; ) {
      const page = await this.#records.repositories(execution, after, REPOSITORIES_PAGE);
      for (const repository of page) {
        if (stopping.aborted) return undefined;
        if (!(await this.#records.isWanted(execution.id))) return 'Stopped';
        const ending = await this.#one(execution, repository, stopping);
        if (ending !== 'Success') return ending;
        after = repository.id;
      }
      if (page.length < REPOSITORIES_PAGE) return 'Success';
    }
  }

  async #one(
    execution: RetentionExecution,
    repository: RetentionRepository,
    stopping: AbortSignal,
  ): Promise<'Success' | 'Stopped' | undefined> {
    const immutable = await this.#immutable.active(execution.projectId);
    const { decisions, at } = await this.#judge(repository, execution.rules, immutable);
    const task = await this.#records.beginTask(execution.id, repository, decisions);
    while (!execution.dryRun) {
      if (stopping.aborted) return undefined;
      if (!(await this.#records.isWanted(execution.id))) {
        await this.#records.endTask(task, 'Stopped');
        return 'Stopped';
      }
      const waiting = await this.#records.waiting(task, BATCH);
      if (waiting.length === 0) break;
      const outcomes: { position: number; outcome: RetentionRemoval }[] = [];
      for (const decision of waiting) {
        outcomes.push({ position: decision.position, outcome: await this.#remove(repository, decision, at) });
      }
      await this.#records.settle(task, outcomes);
    }
    await this.#records.endTask(task, 'Success');
    return 'Success';
  }

  #remove(repository: RetentionRepository, { digest, tags }: RetentionOutcome, judgedAt: Date): Promise<RetentionRemoval> {
    return this.#records.removeArtifact({ repository: repository.name, digest: digest as Digest, tags: tags as readonly Tag[], judgedAt });
  }

  async #judge(
    repository: RetentionRepository,
    rules: readonly RetentionRule[],
    immutable: readonly TagRule[],
  ): Promise<{ readonly decisions: readonly RetentionDecision[]; readonly at: Date }> {
    const { items, at } = await this.#records.candidates(repository.id);
    const decisions = decideRetention(rules, { repository: repository.name, candidates: items, now: at });
    return {
      at,
      decisions: decisions.map((decision) => {
        if (decision.action === 'retain') return decision;
        const [held] = immutableTags(immutable, repository.name, decision.tags as readonly Tag[]);
        return held === undefined ? decision : heldByImmutability(decision, held);
      }),
    };
  }
}
