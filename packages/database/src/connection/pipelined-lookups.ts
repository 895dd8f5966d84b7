import { setTimeout as sleep } from 'node:timers/promises';
import type { Lookups, PreparedStatement } from '../lookups.ts';
import { LookupUnavailableError } from './lookup-error.ts';
import { connectPipeline, type Pipeline } from './pipeline.ts';

export interface PipelinedLookupsOptions {
  /** postgres:// URL. Holds a password: never log it. */
  readonly url: string;
  readonly applicationName: string;
  /** Told of every loss and failed attempt, for the log. The lookups themselves reject as well. */
  readonly onTrouble?: (error: Error) => void;
}

/** Most lookups in flight; beyond it the database is hopelessly behind and more waiting helps nobody. */
const MAX_IN_FLIGHT = 10_000;
/** How long a lookup waits for a connection that is being made. */
const CONNECT_PATIENCE_MS = 5_000;
const FIRST_BACKOFF_MS = 50;
const MAX_BACKOFF_MS = 2_000;
/** feature_not_supported ("cached plan must not change result type") and invalid_sql_statement_name: the session's plans are stale. */
const STALE_PLAN = new Set(['0A000', '26000']);

/**
 * The hot reads: every lookup is written to one connection at once, without waiting for the answers of those before it. Twice as
 * fast as a pool, because nothing waits for a free connection and the socket is read and written in batches. The price is that
 * answers come in order: a statement that waits for a lock would hold up all the others. So the session is read-only, where
 * Postgres itself refuses FOR UPDATE and every write.
 *
 * A lost connection rejects what was in flight with {@link LookupUnavailableError} and is made again in the background.
 */
export class PipelinedLookups implements Lookups {
  readonly #options: PipelinedLookupsOptions;
  #pipeline: Pipeline | undefined;
  #connecting: Promise<Pipeline> | undefined;
  /** Why the last attempt to connect failed. */
  #trouble: Error | undefined;
  readonly #closing = new AbortController();

  constructor(options: PipelinedLookupsOptions) {
    this.#options = options;
  }

  async query<Row>(statement: PreparedStatement, values: readonly unknown[]): Promise<readonly Row[]> {
    try {
      return await this.#send<Row>(statement, values);
    } catch (error) {
      if (!isStalePlan(error)) throw error;
      // A migration changed what the statement answers. A new session plans anew; reads may be repeated.
      this.#pipeline?.retire();
      this.#pipeline = undefined;
      return await this.#send<Row>(statement, values);
    }
  }

  /** Lets lookups in flight finish and closes the connection. Later lookups reject. */
  async close(): Promise<void> {
    this.#closing.abort();
    const pipeline = this.#pipeline;
    this.#pipeline = undefined;
    await pipeline?.end();
  }

  async #send<Row>(statement: PreparedStatement, values: readonly unknown[]): Promise<readonly Row[]> {
    const pipeline = this.#pipeline ?? (await this.#waitForPipeline());
    if (pipeline.inFlight >= MAX_IN_FLIGHT) {
      throw new LookupUnavailableError(`The database is behind by ${MAX_IN_FLIGHT} lookups, so this one was not sent. Try again later.`);
    }
    return await pipeline.query<Row>(statement, values);
  }

  async #waitForPipeline(): Promise<Pipeline> {
    if (this.#closing.signal.aborted) throw new LookupUnavailableError('The connection for lookups was closed.');
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    // Nobody may be waiting any more when it fails.
    this.#connecting.catch(() => undefined);
    const timer = new AbortController();
    const tooLate = sleep(CONNECT_PATIENCE_MS, undefined, { signal: timer.signal }).then(() => {
      const message = `The database could not be reached within ${CONNECT_PATIENCE_MS / 1000} s. Try again later.`;
      throw new LookupUnavailableError(message, { cause: this.#trouble });
    });
    try {
      return await Promise.race([this.#connecting, tooLate]);
    } finally {
      timer.abort();
      tooLate.catch(() => undefined);
    }
  }

  /** Tries until it succeeds or this object is closed. */
  async #connect(): Promise<Pipeline> {
    for (let backoff = FIRST_BACKOFF_MS; ; backoff = Math.min(backoff * 2, MAX_BACKOFF_MS)) {
      try {
        const pipeline = await connectPipeline(this.#options, (lost, cause) => this.#lose(lost, cause));
        if (this.#closing.signal.aborted) {
          await pipeline.end();
          throw new LookupUnavailableError('The connection for lookups was closed.');
        }
        this.#pipeline = pipeline;
        return pipeline;
      } catch (error) {
        if (this.#closing.signal.aborted) throw new LookupUnavailableError('The connection for lookups was closed.', { cause: error });
        this.#trouble = error as Error;
        this.#options.onTrouble?.(this.#trouble);
        // Spread out, so that replicas do not all come back in the same moment.
        await sleep(backoff * (0.5 + Math.random()), undefined, { ref: false });
      }
    }
  }

  #lose(lost: Pipeline, cause: Error): void {
    if (this.#pipeline !== lost) return;
    this.#pipeline = undefined;
    this.#options.onTrouble?.(cause);
    if (!this.#closing.signal.aborted) this.#waitForPipeline().catch(() => undefined);
  }
}

function isStalePlan(error: unknown): boolean {
  return STALE_PLAN.has((error as { code?: string }).code ?? '');
}
