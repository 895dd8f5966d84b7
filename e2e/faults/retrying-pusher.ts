import { setTimeout as sleep } from 'node:timers/promises';
import { AnswerError, type RegistryClient } from '../harness/registry-client.ts';
import { type Ledger } from './ledger.ts';
import { Pusher } from './pusher.ts';

const PAUSE_MS = 50;

/** A client that begins its image again when a connection breaks, as people and CI systems do. An answer that refuses is no such thing. */
export class RetryingPusher {
  /** Answers that no retry is made for. */
  readonly refusals: unknown[] = [];
  readonly #connect: () => RegistryClient;
  readonly #ledger: Ledger;
  readonly #options: { readonly repository: string; readonly retryStatuses: readonly number[] };
  #current: Pusher | undefined;
  #stopped = false;

  /** `retryStatuses`: answers that are retried, too. */
  constructor(
    connect: () => RegistryClient,
    ledger: Ledger,
    options: { readonly repository: string; readonly retryStatuses?: readonly number[] },
  ) {
    this.#connect = connect;
    this.#ledger = ledger;
    this.#options = { retryStatuses: [], ...options };
  }

  stop(): void {
    this.#stopped = true;
    this.#current?.stop();
  }

  async run(): Promise<void> {
    const client = this.#connect();
    while (!this.#stopped) {
      this.#current = new Pusher(client, this.#ledger, this.#options.repository);
      const error = await this.#current.run();
      if (error instanceof AnswerError && !this.#options.retryStatuses.includes(error.answer.status)) {
        this.refusals.push(error);
        break;
      }
      await sleep(PAUSE_MS);
    }
    client.close();
  }
}
