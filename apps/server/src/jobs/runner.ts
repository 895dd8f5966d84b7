import { setTimeout as sleep } from 'node:timers/promises';
import type { JobStates } from '@berth/database';
import type { Runner, TaskList } from 'graphile-worker';
import type { Metrics } from '../http/metrics.ts';
import type { Logger } from '../logging.ts';
import type { Job } from './job.ts';
import { jobTrouble } from './job-trouble.ts';

export interface JobRunnerOptions {
  readonly jobs: readonly Job[];
  /** Where their last runs are told. */
  readonly states: JobStates;
  readonly databaseUrl: string;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

export interface JobRunner {
  /** Begins; not before the first requests are answered, since loading it takes a tenth of a second. */
  start(): void;
  /** Ends after the runs under way, which are told to hurry. */
  stop(): Promise<void>;
  /** Rejects while jobs cannot be run. For health. */
  check(): Promise<void>;
}

/** Jobs cannot be run at the moment; `cause` has the reason. */
export class JobsStoppedError extends Error {
  override readonly name = 'JobsStoppedError';
}

/** Scheduled runs may start this late without harm, and an idle server should sleep. */
const POLL_MS = 5_000;
/** Long work may hold a place for hours; the others must still have their turns. */
const CONCURRENCY = 4;
const MIN_RESTART_MS = 1_000;
const MAX_RESTART_MS = 60_000;

/**
 * Runs jobs by graphile-worker, whose queue is in the same Postgres: of several servers on one database each due run is made by one.
 * Its tables live in a schema of their own (graphile_worker). When it ends by itself, since the database went away, it is started again.
 */
export function createJobRunner(options: JobRunnerOptions): JobRunner {
  const stopping = new AbortController();
  const state: { runner?: Runner; problem?: unknown } = {};
  let loop: Promise<void> | undefined;
  return {
    start: () => {
      loop ??= keepRunning(options, stopping.signal, state);
    },
    stop: async () => {
      stopping.abort();
      await state.runner?.stop().catch((error: unknown) => options.logger.warn({ err: error }, 'jobs did not end cleanly'));
      await loop;
    },
    check: async () => {
      if (state.problem !== undefined) throw new JobsStoppedError('background jobs are not running', { cause: state.problem });
    },
  };
}

async function keepRunning(options: JobRunnerOptions, stopping: AbortSignal, state: { runner?: Runner; problem?: unknown }): Promise<void> {
  let pause = MIN_RESTART_MS;
  while (!stopping.aborted) {
    const started = performance.now();
    try {
      const runner = await startRunner(options, stopping);
      state.runner = runner;
      delete state.problem;
      options.logger.info({ jobs: options.jobs.length }, 'background jobs are scheduled');
      if (stopping.aborted) await runner.stop();
      await runner.promise;
      return;
    } catch (error) {
      if (stopping.aborted) return;
      state.problem = error;
      pause = performance.now() - started > MAX_RESTART_MS ? MIN_RESTART_MS : Math.min(pause * 2, MAX_RESTART_MS);
      options.logger.error(
        { err: error, retryInSeconds: pause / 1000 },
        'background jobs stopped; the registry works on, they are started again',
      );
      await sleep(pause, undefined, { signal: stopping }).catch(() => undefined);
    }
  }
}

async function startRunner(options: JobRunnerOptions, stopping: AbortSignal): Promise<Runner> {
  const { jobs, states, databaseUrl, logger, metrics } = options;
  await states.announce(jobs);
  // Loaded after the first answers, not before: it is not needed to serve.
  const { Logger: GraphileLogger, run } = await import('graphile-worker');
  const taskList: TaskList = {};
  for (const job of jobs) taskList[job.name] = withoutCrowding(job, stopping, () => measured(job, { logger, metrics, states, stopping }));
  return run({
    connectionString: databaseUrl,
    maxPoolSize: CONCURRENCY + 2,
    concurrency: CONCURRENCY,
    pollInterval: POLL_MS,
    noHandleSignals: true,
    taskList,
    crontab: jobs.map(({ name, schedule }) => `${schedule} ${name} ?max=2&jobKey=${name}&jobKeyMode=preserve_run_at`).join('\n'),
    logger: new GraphileLogger(() => toLog(logger)),
  });
}

/**
 * A run that is still under way when the next one is due keeps its place alone: graphile-worker would begin the next beside it, and one after
 * the other until none of the few places is left for the other jobs. What was asked for meanwhile is looked for once more at the end.
 */
function withoutCrowding({ atOnce = 1 }: Pick<Job, 'atOnce'>, stopping: AbortSignal, run: () => Promise<void>): () => Promise<void> {
  let underWay = 0;
  let again = false;
  return async () => {
    if (underWay >= atOnce) {
      again = true;
      return;
    }
    underWay += 1;
    try {
      do {
        again = false;
        await run();
      } while (again && !stopping.aborted);
    } finally {
      underWay -= 1;
    }
  };
}

interface RunContext {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly states: JobStates;
  readonly stopping: AbortSignal;
}

async function measured(job: Job, { logger, metrics, states, stopping }: RunContext): Promise<void> {
  const started = performance.now();
  await states.began(job.name);
  const seconds = (): number => (performance.now() - started) / 1000;
  try {
    await job.run(stopping);
    metrics.job(job.name, 'done', seconds());
    await states.ended(job.name, { seconds: seconds(), problem: undefined });
    logger.debug({ job: job.name, seconds: seconds() }, 'job done');
  } catch (error) {
    metrics.job(job.name, 'failed', seconds());
    await states.ended(job.name, { seconds: seconds(), problem: jobTrouble(error) }).catch(() => undefined);
    logger.error({ err: error, job: job.name, seconds: seconds() }, 'job failed; it is tried again');
    throw error;
  }
}

/** graphile-worker tells of every step; only its troubles are of interest, and a job's own failure is logged already. */
function toLog(logger: Logger): (level: string, message: string) => void {
  return (level, message) => {
    if (level === 'error' || level === 'warning') logger.warn({ component: 'jobs' }, message);
    else logger.trace({ component: 'jobs' }, message);
  };
}
