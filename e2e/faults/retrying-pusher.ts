import { setTimeout as sleep } from 'node:timers/promises';
import { AnswerError, type RegistryClient } from '../harness/registry-client.ts';
import { type Ledger } from './ledger.ts';
import { Pusher } from './pusher.ts';

const PAUSE_MS = 50;

interface Options {
  readonly repository: string;
  /** Answers that are retried, too. */
  readonly retryStatuses?: readonly number[];
  /** In bytes. */
  readonly largestLayer?: number;
}

/** A client that begins its image again when a connection breaks, as people and CI systems do. An answer that refuses is no such thing. */
export class RetryingPusher {
  /** Answers that no retry is made for. */
  readonly refusals: unknown[] = [];
  readonly #connect: () => RegistryClient;
  readonly #ledger: Ledger;
  readonly #options: Options;
  #current: Pusher | undefined;
  #stopped = false;

  constructor(connect: () => RegistryClient, ledger: Ledger, options: Options) {
    this.#connect = connect;
    this.#ledger = ledger;
    this.#options = options;
  }

  stop(): void {
    this.#stopped = true;
    this.#current?.stop();
  }

  async run(): Promise<void> {
    const client = this.#connect();
    while (!this.#stopped) {
      const { repository, retryStatuses = [], largestLayer } = this.#options;
      this.#current = new Pusher(client, this.#ledger, repository, largestLayer);
      const error = await this.#current.run();
      if (error instanceof AnswerError && !retryStatuses.includes(error.answer.status)) {
        this.refusals.push(error);
        break;
      }
      await sleep(PAUSE_MS);
    }
    client.close();
  }
}
