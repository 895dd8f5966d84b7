import type { ExpiredUpload } from './ports/upload-sessions.ts';
import type { RegistryPorts } from './registry-ports.ts';

export interface BatchResult {
  readonly removed: number;
  /** Removals that failed, each reported; they come up again. */
  readonly failed: number;
  /** True when the batch was full, so that more is probably waiting. */
  readonly more: boolean;
}

/** Bounded batches of clearing up, for jobs to repeat. Rows go after the bytes, so that a crash in between repeats instead of leaking. */
export class Garbage {
  readonly #ports: RegistryPorts;

  constructor(ports: RegistryPorts) {
    this.#ports = ports;
  }

  /** Drops uploads that nobody touched for `idleSeconds`, and what a crash left between sealing and commit. */
  async expireUploads(idleSeconds: number, limit: number): Promise<BatchResult> {
    const { uploadSessions } = this.#ports;
    const expired = await uploadSessions.takeExpired(idleSeconds, limit);
    const outcomes = await Promise.allSettled(expired.map(async (upload) => this.#dropBytes(upload)));
    const gone = this.#succeeded(expired, outcomes, 'dropping an expired upload');
    if (gone.length > 0) await uploadSessions.finishExpired(gone);
    return { removed: gone.length, failed: expired.length - gone.length, more: expired.length === limit };
  }

  /** Removes objects whose rows are gone and whose waiting time is over (law 3). */
  async workDeletions(limit: number): Promise<BatchResult> {
    const { blobRecords, blobStore } = this.#ports;
    const queued = await blobRecords.takeDeletions(limit);
    const outcomes = await blobStore.sealed.removeAll(queued.map(({ object }) => object));
    const gone = this.#succeeded(queued, outcomes, 'removing a deleted object');
    if (gone.length > 0) await blobRecords.finishDeletions(gone.map(({ id }) => id));
    return { removed: gone.length, failed: queued.length - gone.length, more: queued.length === limit };
  }

  async #dropBytes({ session, sealing }: ExpiredUpload): Promise<void> {
    const { pending, sealed } = this.#ports.blobStore;
    await pending.discard(session.key, session.checkpoint);
    if (sealing !== undefined) await sealed.remove({ key: session.key, digest: sealing, size: session.checkpoint.offset });
  }

  /** One failure must not hold up the others: it is reported. */
  #succeeded<Item>(items: readonly Item[], outcomes: readonly PromiseSettledResult<unknown>[], doing: string): Item[] {
    for (const outcome of outcomes) if (outcome.status === 'rejected') this.#ports.report(outcome.reason, doing);
    return items.filter((_, index) => outcomes[index]?.status === 'fulfilled');
  }
}
