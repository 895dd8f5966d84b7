export interface StopReason {
  /** For the log. */
  readonly why: string;
  /** What the process should end with: 0 when somebody asked for it, 1 when something broke. */
  readonly exitCode: 0 | 1;
}

/** What a hurried stop may take: Postgres writes its checkpoint. */
const HURRY_MS = 15_000;

/** Collects the wishes to stop: the first one starts a graceful stop, the second one ends the waiting, a third ends the process. */
export class StopRequest {
  readonly requested: Promise<StopReason>;
  readonly hurried: Promise<void>;
  #resolveRequested: ((reason: StopReason) => void) | undefined;
  #resolveHurried: (() => void) | undefined;
  #wishes = 0;

  /** True once somebody would not wait: then work was abandoned that may still hold connections or timers. */
  get isHurried(): boolean {
    return this.#wishes > 1;
  }

  constructor() {
    this.requested = new Promise((resolve) => {
      this.#resolveRequested = resolve;
    });
    this.hurried = new Promise((resolve) => {
      this.#resolveHurried = resolve;
    });
  }

  /** Something broke that the process cannot go on without, or somebody asked. Repeated failures do not hurry. */
  request(reason: StopReason): void {
    this.#resolveRequested?.(reason);
  }

  #hurry(): void {
    this.#resolveHurried?.();
    // Whatever hangs then, even a start that was never finished, must not keep a process that was told twice to go.
    setTimeout(() => process.exit(1), HURRY_MS).unref();
  }

  /** Listens to SIGTERM and SIGINT. */
  watchSignals(): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        this.#wishes += 1;
        if (this.#wishes === 1) this.request({ why: signal, exitCode: 0 });
        else if (this.#wishes === 2) this.#hurry();
        else process.exit(1);
      });
    }
  }
}
