import type { IncomingMessage, ServerResponse } from 'node:http';
import { actorKey } from '@berth/access';
import type { ActorKey, Registry } from '@berth/registry';
import type { Admitted } from './gate.ts';
import { Query } from './query.ts';
import type { RateGuard } from '../rate-guard.ts';
import { RequestBody } from './request-body.ts';
import type { Target } from './target.ts';
import { unreadBytes } from './unread-body.ts';

/** What every request is handled with. */
export interface V2Tools {
  readonly registry: Registry;
  readonly rateGuard: RateGuard;
}

/** Flat pairs of header names and values, as `writeHead` takes them without building an object. */
export type Headers = (string | number)[];

/** One request after the gate, and its answer. */
export class Exchange<T extends Target = Target> {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: T;
  readonly admitted: Admitted;
  readonly registry: Registry;
  readonly requestId: string;
  readonly #recordWrite: ((status: number) => Promise<void>) | undefined;
  readonly #tools: V2Tools;
  readonly #query: string;
  #body: RequestBody | undefined;

  constructor(tools: V2Tools, given: GivenRequest<T>) {
    this.#tools = tools;
    this.registry = tools.registry;
    this.request = given.request;
    this.response = given.response;
    this.target = given.target;
    this.admitted = given.admitted;
    this.requestId = given.requestId;
    this.#query = given.query;
    this.#recordWrite = given.recordWrite;
  }

  get actor(): ActorKey {
    return actorKey(this.admitted.actor) as ActorKey;
  }

  query(): Query {
    return new Query(this.#query);
  }

  /** The request's body; always the same one. */
  body(): RequestBody {
    this.#body ??= new RequestBody(this.request, this.response, this.#tools.rateGuard);
    return this.#body;
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  }

  get rateGuard(): RateGuard {
    return this.#tools.rateGuard;
  }

  /** Puts what was done into the audit log. Before it is acknowledged: what was answered with success is always told there. */
  async recorded(status: number): Promise<void> {
    await this.#recordWrite?.(status);
  }

  /** Starts the answer. `headers` must hold Content-Length unless the status has no body. */
  head(status: number, headers: Headers): void {
    // A body that the handler had no use for would be skipped as slowly as the client likes: the connection ends with the answer.
    if (this.#body === undefined && unreadBytes(this.request) > 0) this.response.shouldKeepAlive = false;
    headers.push('Docker-Distribution-Api-Version', 'registry/2.0', 'X-Request-Id', this.requestId);
    this.response.writeHead(status, headers as string[]);
  }

  /** An answer without a body. */
  empty(status: number, headers: Headers): void {
    if (status !== 204 && status !== 304) headers.push('Content-Length', 0);
    this.head(status, headers);
    this.response.end();
  }

  json(status: number, headers: Headers, value: unknown): void {
    const bytes = Buffer.from(JSON.stringify(value));
    this.bytes(status, ['Content-Type', 'application/json', 'Content-Length', bytes.length, ...headers], bytes);
  }

  /** An answer that is at hand. Its headers must hold Content-Length. */
  bytes(status: number, headers: Headers, bytes: Buffer): void {
    this.head(status, headers);
    // node sends a head and a text as one write, a head and a buffer as two joined by writev; latin1 keeps every byte as it is.
    if (bytes.length <= MAX_JOINED_BYTES) this.response.end(bytes.toString('latin1'), 'latin1');
    else this.#endWatched(bytes);
  }

  /** A client that asks and does not read would hold the answer, and its connection, for as long as it likes. */
  #endWatched(bytes: Buffer): void {
    const { request, response } = this;
    response.end(bytes);
    if (response.destroyed || request.socket.destroyed) return;
    const transfer = this.rateGuard.watch(() => request.socket.destroy());
    transfer.outstanding = bytes.length;
    // An answer that waits behind another on its connection has no socket yet. It hears nothing of the connection's end; the request does.
    transfer.oursToWait = response.socket === null;
    const end = (): void => transfer.end();
    response.on('socket', () => (transfer.oursToWait = false)).on('close', end);
    request.on('close', end);
  }
}

/** Above this, copying costs more than a second write. */
const MAX_JOINED_BYTES = 16 * 1024;

export interface GivenRequest<T extends Target> {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: T;
  readonly query: string;
  readonly admitted: Admitted;
  readonly requestId: string;
  readonly recordWrite?: ((status: number) => Promise<void>) | undefined;
}
