import { Cron } from './cron.ts';
import type { ContentPage } from './ports/content-lists.ts';
import type { SavedWorkSchedule, WorkParameters, WorkProgress, WorkRun, WorkRunQuery, WorkRuns, WorkSchedule } from './ports/work-runs.ts';

/** What a kind of work is given. */
export interface WorkContext {
  readonly parameters: WorkParameters;
  /** Aborted when somebody stops the run, or the process ends: return soon, in a state to go on from. */
  readonly stopping: AbortSignal;
  /** Tells how far it is; may be called as often as there is news, is written at most twice a second. */
  report(progress: WorkProgress): void;
}

/** One kind of long work. */
export interface WorkKind {
  /** Letters and dashes. */
  readonly name: string;
  /** Rejects when it failed; the message is shown. Answers the closing line of its log. */
  run(context: WorkContext): Promise<string>;
}

const WRITE_EVERY_MS = 500;
/** A sign of life also when there is no news. */
const PULSE_MS = 30_000;

/** Long work that people start or plan. */
export class Work {
  readonly #runs: WorkRuns;
  readonly #kinds: ReadonlyMap<string, WorkKind>;

  /** `kinds`: what this process can carry out. */
  constructor(runs: WorkRuns, kinds: readonly WorkKind[] = []) {
    this.#runs = runs;
    this.#kinds = new Map(kinds.map((kind) => [kind.name, kind]));
  }

  /** Queues a run; answers its id. */
  start(kind: string, parameters: WorkParameters, actor: string): Promise<number> {
    return this.#runs.create({ kind, trigger: 'Manual', parameters, actor });
  }

  find(id: number): Promise<WorkRun | undefined> {
    return this.#runs.find(id);
  }

  list(query: WorkRunQuery): Promise<ContentPage<WorkRun>> {
    return this.#runs.list(query);
  }

  log(id: number): Promise<string | undefined> {
    return this.#runs.log(id);
  }

  /** It ends after its present step. False when there is no such run that is not over. */
  stop(id: number): Promise<boolean> {
    return this.#runs.stop(id);
  }

  schedule(kind: string): Promise<SavedWorkSchedule | undefined> {
    return this.#runs.schedule(kind);
  }

  schedules(): Promise<readonly SavedWorkSchedule[]> {
    return this.#runs.schedules();
  }

  /** undefined ends it. `cron` must be what {@link Cron.parse} takes. */
  saveSchedule(kind: string, schedule: WorkSchedule | undefined): Promise<void> {
    return this.#runs.saveSchedule(kind, schedule);
  }

  /** Queues the runs that are due, then carries out what waits. For a job. A time that passed while no server ran is made up for, once. */
  async work(stopping: AbortSignal): Promise<void> {
    for (const schedule of await this.#runs.schedules()) {
      const due = Cron.parse(schedule.cron)?.after(schedule.plannedAfter);
      if (this.#kinds.has(schedule.kind) && due !== undefined && due <= schedule.now) await this.#runs.plan(schedule);
    }
    while (!stopping.aborted) {
      const run = await this.#runs.take([...this.#kinds.keys()]);
      if (run === undefined) return;
      await this.#carryOut(run, stopping);
    }
  }

  async #carryOut(run: WorkRun, stopping: AbortSignal): Promise<void> {
    const kind = this.#kinds.get(run.kind);
    if (kind === undefined) throw new Error(`No work is known by the name ${run.kind}.`);
    const own = new AbortController();
    const reporter = new Reporter(this.#runs, run.id, () => own.abort());
    try {
      const line = await kind.run({
        parameters: run.parameters,
        stopping: AbortSignal.any([stopping, own.signal]),
        report: (progress) => reporter.add(progress),
      });
      await reporter.close();
      // Another process goes on with it.
      if (stopping.aborted && !own.signal.aborted) return;
      await this.#runs.finish(run.id, own.signal.aborted ? 'Stopped' : 'Success', own.signal.aborted ? 'Stopped on request.' : line);
    } catch (error) {
      await reporter.close().catch(() => undefined);
      await this.#runs.finish(run.id, 'Error', `Failed: ${(error as Error).message}`);
      throw error;
    }
  }
}

/** Joins reports and writes them at a bounded rate, one after the other. */
class Reporter {
  readonly #runs: WorkRuns;
  readonly #id: number;
  readonly #onStop: () => void;
  readonly #timer: NodeJS.Timeout;
  readonly #pulse: NodeJS.Timeout;
  #waiting: WorkProgress | undefined;
  #writing: Promise<void> = Promise.resolve();
  #problem: unknown;

  constructor(runs: WorkRuns, id: number, onStop: () => void) {
    this.#runs = runs;
    this.#id = id;
    this.#onStop = onStop;
    this.#timer = setInterval(() => this.#flush(), WRITE_EVERY_MS);
    this.#pulse = setInterval(() => this.add({}), PULSE_MS);
  }

  add(progress: WorkProgress): void {
    const lines = [...(this.#waiting?.lines ?? []), ...(progress.lines ?? [])];
    this.#waiting = { ...this.#waiting, ...progress, ...(lines.length === 0 ? {} : { lines }) };
  }

  #flush(): void {
    const progress = this.#waiting;
    if (progress === undefined) return;
    this.#waiting = undefined;
    this.#writing = this.#writing
      .then(async () => {
        if (!(await this.#runs.report(this.#id, progress))) this.#onStop();
      })
      .catch((error: unknown) => {
        this.#problem ??= error;
      });
  }

  /** Rejects when a report could not be written. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    clearInterval(this.#pulse);
    this.#flush();
    await this.#writing;
    if (this.#problem !== undefined) throw new Error('The progress could not be written.', { cause: this.#problem });
  }
}
