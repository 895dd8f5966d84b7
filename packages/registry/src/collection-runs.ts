import type { Collector } from './collector.ts';
import { Cron } from './cron.ts';
import type { CollectedBlob, GarbageAmount, UntaggedManifest } from './ports/garbage-records.ts';
import type {
  GarbageRun,
  GarbageRunPage,
  GarbageRunParameters,
  GarbageRunStep,
  GarbageRuns,
  GarbageSchedule,
  SavedGarbageSchedule,
} from './ports/garbage-runs.ts';

const DRY_RUN_PAGE = 1000;
const NOTHING: GarbageRunStep = { links: 0, blobs: 0, bytes: 0, manifests: 0, lines: [] };

/** Runs of collection that people ask for or plan, with their history. Any process may carry one out; one does. */
export class CollectionRuns {
  readonly #runs: GarbageRuns;
  readonly #collector: Collector;

  constructor(runs: GarbageRuns, collector: Collector) {
    this.#runs = runs;
    this.#collector = collector;
  }

  /** Queues a run; answers its id. */
  start(parameters: GarbageRunParameters, actor: string): Promise<number> {
    return this.#runs.create({ kind: 'Manual', parameters, actor });
  }

  find(id: number): Promise<GarbageRun | undefined> {
    return this.#runs.find(id);
  }

  list(page: GarbageRunPage): Promise<{ readonly items: readonly GarbageRun[]; readonly total: number }> {
    return this.#runs.list(page);
  }

  log(id: number): Promise<string | undefined> {
    return this.#runs.log(id);
  }

  /** It ends after its batch; what is collected stays so. False when there is no such run that is not over. */
  stop(id: number): Promise<boolean> {
    return this.#runs.stop(id);
  }

  schedule(): Promise<SavedGarbageSchedule | undefined> {
    return this.#runs.schedule();
  }

  /** undefined ends it. `cron` must be what {@link Cron.parse} takes. */
  saveSchedule(schedule: GarbageSchedule | undefined): Promise<void> {
    return this.#runs.saveSchedule(schedule);
  }

  /** Makes the run that is due by the schedule, then carries out what waits. For a job. `collected` hears what each batch let go. */
  async work(stopping: AbortSignal, collected: (amount: GarbageAmount) => void = () => undefined): Promise<void> {
    await this.#planDue();
    while (!stopping.aborted) {
      const run = await this.#runs.take();
      if (run === undefined) return;
      await this.#carryOut(run, stopping, collected);
    }
  }

  /** A time that passed while no server ran is made up for, once. */
  async #planDue(): Promise<void> {
    const schedule = await this.#runs.schedule();
    if (schedule === undefined) return;
    const since = schedule.lastRunAt !== undefined && schedule.lastRunAt > schedule.savedAt ? schedule.lastRunAt : schedule.savedAt;
    const due = Cron.parse(schedule.cron)?.after(since);
    if (due === undefined || due > schedule.now) return;
    await this.#runs.create({ kind: 'Schedule', parameters: schedule.parameters, actor: 'system:schedule' });
  }

  async #carryOut(run: GarbageRun, stopping: AbortSignal, collected: (amount: GarbageAmount) => void): Promise<void> {
    const { id, parameters } = run;
    const own = new AbortController();
    const step = async (more: Partial<GarbageRunStep>): Promise<void> => {
      if (!parameters.dryRun) collected({ blobs: more.blobs ?? 0, bytes: more.bytes ?? 0 });
      if (!(await this.#runs.step(id, { ...NOTHING, ...more }))) own.abort();
    };
    const either = AbortSignal.any([stopping, own.signal]);
    try {
      if ((await this.#collector.policy()).paused) {
        await this.#runs.finish(id, 'Stopped', 'Collection is paused; nothing was looked at. Resume it and start a run again.');
        return;
      }
      if (parameters.dryRun) await this.#dryRun(parameters, either, step);
      else await this.#collect(parameters, either, step);
    } catch (error) {
      await this.#runs.finish(id, 'Error', `The run ended early: ${(error as Error).message}. Nothing that is in use was touched.`);
      throw error;
    }
    if (stopping.aborted && !own.signal.aborted) return;
    const ending = own.signal.aborted ? 'Stopped on request; what was collected before stays so.' : 'Everything was looked at.';
    await this.#runs.finish(id, own.signal.aborted ? 'Stopped' : 'Success', ending);
  }

  async #collect({ deleteUntagged }: GarbageRunParameters, stopping: AbortSignal, step: StepTaker): Promise<void> {
    await this.#collector.sweep(
      stopping,
      {
        blobs: (blobs, links) => step({ links, blobs: blobs.length, bytes: bytesOf(blobs), lines: blobs.map(blobLine) }),
        manifests: (manifests) =>
          step({
            manifests: manifests.length,
            lines: manifests.map(manifestLine),
          }),
      },
      deleteUntagged ? { deleteUntagged } : {},
    );
  }

  /** Untagged manifests would go to the trash, which keeps their blobs for its time: those are not among the blobs listed. */
  async #dryRun({ deleteUntagged }: GarbageRunParameters, stopping: AbortSignal, step: StepTaker): Promise<void> {
    for await (const manifests of this.#collector.looseManifests(deleteUntagged ? { deleteUntagged } : {})) {
      if (stopping.aborted) return;
      await step({ manifests: manifests.length, lines: manifests.map((manifest) => `would go: ${manifestLine(manifest)}`) });
    }
    for (let after = 0; !stopping.aborted; ) {
      const page = await this.#collector.dryRun(after, DRY_RUN_PAGE);
      await step({ blobs: page.length, bytes: bytesOf(page), lines: page.map((blob) => `would delete: ${blobLine(blob)}`) });
      const last = page.at(-1);
      if (last === undefined || page.length < DRY_RUN_PAGE) return;
      after = last.position;
    }
  }
}

type StepTaker = (more: Partial<GarbageRunStep>) => Promise<void>;

function bytesOf(blobs: readonly CollectedBlob[]): number {
  return blobs.reduce((sum, { size }) => sum + size, 0);
}

function manifestLine({ repository, digest }: UntaggedManifest): string {
  return `untagged manifest ${repository}@${digest}: into the trash`;
}

function blobLine({ digest, size }: CollectedBlob): string {
  return `blob ${digest} (${size} bytes)`;
}
