import { Socket } from 'node:net';
import pg from 'pg';
import type { PreparedStatement } from '../lookups.ts';
import { LookupUnavailableError } from './lookup-error.ts';
import { UnsafeIntegerError, valueParsers } from './value-parsers.ts';

/** One live pipelined connection. */
export interface Pipeline {
  readonly inFlight: number;
  query<Row>(statement: PreparedStatement, values: readonly unknown[]): Promise<readonly Row[]>;
  /** Resolves when what is in flight is answered and the connection closed. */
  end(): Promise<void>;
  /** Takes no more; closes when what is in flight is answered. */
  retire(): void;
}

export interface PipelineOptions {
  readonly url: string;
  readonly applicationName: string;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** Postgres cancels a lookup that takes longer: one behind a table lock must not hold up all others for ever. */
const STATEMENT_TIMEOUT_MS = 10_000;
/** No answer at all for so long while answers are due: the peer is gone without a word. */
const SILENCE_LIMIT_MS = 15_000;
const SILENCE_CHECK_MS = 1_000;

/** Connects; calls `onLost` once when the connection goes away without having been asked to. */
export async function connectPipeline(options: PipelineOptions, onLost: (lost: Pipeline, cause: Error) => void): Promise<Pipeline> {
  const socket = new Socket();
  const config = {
    connectionString: options.url,
    application_name: options.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    keepAlive: true,
    types: valueParsers,
    pipeline: true,
    // Our own socket, so that a silent peer can be hung up on; pg wraps it for TLS.
    stream: () => socket,
  };
  const client = new pg.Client(config as pg.ClientConfig);
  const pipeline = new PgPipeline(client, socket);
  let ready = false;
  client.on('error', (error: Error) => {
    pipeline.stopWatching();
    if (ready) onLost(pipeline, unavailable(error));
    ready = false;
  });
  try {
    await client.connect();
    await client.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY');
  } catch (error) {
    socket.destroy();
    throw unavailable(error as Error);
  }
  ready = true;
  pipeline.watch();
  return pipeline;
}

class PgPipeline implements Pipeline {
  readonly #client: pg.Client;
  readonly #socket: Socket;
  #inFlight = 0;
  #lastSign = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(client: pg.Client, socket: Socket) {
    this.#client = client;
    this.#socket = socket;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  query<Row>(statement: PreparedStatement, values: readonly unknown[]): Promise<readonly Row[]> {
    if (this.#inFlight === 0) this.#lastSign = Date.now();
    this.#inFlight += 1;
    return new Promise((resolve, reject) => {
      const query = { name: statement.name, text: statement.text, values: values as unknown[] };
      // The callback form: pg's promise form copies a stack trace for every query.
      this.#client.query(query, (error: Error | null, result: pg.QueryResult) => {
        this.#inFlight -= 1;
        this.#lastSign = Date.now();
        if (error === null || error === undefined) resolve(result.rows as Row[]);
        else reject(isAnswer(error) ? error : unavailable(error));
      });
    });
  }

  watch(): void {
    this.#timer = setInterval(() => {
      if (this.#inFlight > 0 && Date.now() - this.#lastSign > SILENCE_LIMIT_MS) {
        this.#socket.destroy(new Error(`No answer from the database for ${SILENCE_LIMIT_MS / 1000} s.`));
      }
    }, SILENCE_CHECK_MS);
    this.#timer.unref();
  }

  stopWatching(): void {
    clearInterval(this.#timer);
  }

  async end(): Promise<void> {
    await this.#client.end();
    this.stopWatching();
  }

  retire(): void {
    // What fails while it closes is reported by the lookups in flight themselves.
    this.end().catch(() => undefined);
  }
}

/** The lookup itself is at fault, not the connection. */
function isAnswer(error: Error): boolean {
  return error instanceof UnsafeIntegerError || (error instanceof pg.DatabaseError && !endsSession(error));
}

/** Class 57P: the server is shutting down or an administrator ended the session. */
function endsSession(error: pg.DatabaseError): boolean {
  return error.code?.startsWith('57P') === true;
}

function unavailable(cause: Error): LookupUnavailableError {
  return new LookupUnavailableError('The database did not answer a lookup because the connection to it was lost or could not be made.', {
    cause,
  });
}
