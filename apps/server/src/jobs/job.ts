/** One kind of background work. Each due run is made by one process of the whole installation; a run that fails comes up again. */
export interface Job {
  /** Letters, digits and dashes; names the job in the database, in logs and in metrics. */
  readonly name: string;
  /** When it is due: minute, hour, day of month, month, day of week, in UTC. Numbers, lists, ranges and `*` with a step; no stepped ranges. */
  readonly schedule: string;
  /** Runs of it that one process may have under way; 1 by default. */
  readonly atOnce?: number;
  /** One run, made of bounded batches; should look at `stopping` between them. */
  run(stopping: AbortSignal): Promise<void>;
}

/** What batches of the use cases answer. */
export interface Batch {
  /** True when more is probably waiting. */
  readonly more: boolean;
}

/** A run ends after so many batches even when more is waiting, so that other jobs have their turn. */
const MAX_BATCHES = 100;

/** Repeats `batch` while it finds more to do. */
export async function inBatches(stopping: AbortSignal, batch: () => Promise<Batch>): Promise<void> {
  for (let count = 0; count < MAX_BATCHES && !stopping.aborted; count += 1) {
    const { more } = await batch();
    if (!more) return;
  }
}
