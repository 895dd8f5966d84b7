import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { type Actor, actorKey } from '@berth/access';
import { OciError, referenceText } from '@berth/oci';
import { type ActorKey, ContentCutShortError, type Registry, type TroubleReport } from '@berth/registry';
import { ClientGoneError } from './blobs/send-bytes.ts';
import type { V2Audit, V2Event } from '../../policy/v2-audit.ts';
import { refusedCaller } from '../gate/refused-callers.ts';
import { renderError, toOciError } from './errors.ts';
import { Exchange, type V2Tools } from './exchange.ts';
import type { Admitted, Gate } from './gate.ts';
import { RateGuard } from '../rate-guard.ts';
import { findRoute, methodsOf, needOf, type Route } from './routes.ts';
import { parseTarget, pathAndQuery, type Target } from './target.ts';

/** One finished request, for metrics and the access log. */
export interface V2Measure {
  /** End-number of the route, `none` where no route matched. */
  readonly route: string;
  readonly method: string;
  /** 499 when the client left before the answer was complete. */
  readonly status: number;
  readonly seconds: number;
  /** Bytes of the body, as announced. */
  readonly received: number;
  /** Bytes of the answer, head included. */
  readonly sent: number;
}

export interface V2Parts {
  readonly registry: Registry;
  readonly gate: Gate;
  /** Gives the id under which the request is logged and answered. */
  requestId(request: IncomingMessage): string;
  observe(request: IncomingMessage, measure: V2Measure): void;
  /** Told of failures behind a 5xx, and of bodies that broke off for a reason of ours. */
  readonly report: TroubleReport;
  readonly rateGuard?: RateGuard;
  /** The audit log. */
  readonly audit?: V2Audit;
  /** Given every handler's work, which may outlast its connection: an upload that was cut saves its checkpoint. Never rejects. */
  track?(work: Promise<void>): void;
}

/**
 * The listener for /v2: target -> route -> gate -> handler, on bare node:http. Use it for both `request` and `checkContinue`: the
 * "100 Continue" is sent when a handler starts to read the body, so that a refused push sends none.
 */
export function createV2Handler(parts: V2Parts): RequestListener {
  const tools: V2Tools = { registry: parts.registry, rateGuard: parts.rateGuard ?? new RateGuard() };
  return (request, response) => {
    new Pass({ parts, tools, request, response }).run();
  };
}

const SENDS = new Set(['POST', 'PATCH', 'PUT']);

interface PassParts {
  readonly parts: V2Parts;
  readonly tools: V2Tools;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** One request on its way through. */
class Pass {
  readonly #parts: V2Parts;
  readonly #tools: V2Tools;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #requestId: string;
  readonly #started = performance.now();
  readonly #sentBefore: number;
  #route: Route | undefined;
  #target: Target | undefined;
  #actor: Actor | undefined;

  constructor({ parts, tools, request, response }: PassParts) {
    this.#parts = parts;
    this.#tools = tools;
    this.#request = request;
    this.#response = response;
    this.#requestId = parts.requestId(request);
    this.#sentBefore = request.socket.bytesWritten;
    response.on('close', this.#onClose);
  }

  run(): void {
    try {
      const { path, query } = pathAndQuery(this.#request.url ?? '');
      const target = parseTarget(path);
      const route = this.#findRoute(target);
      this.#target = target;
      // Nothing is awaited when the gate knows the caller: the hot path reaches the database in the same turn.
      const admitted = this.#parts.gate.admit(this.#request, needOf(route, target as Target));
      const go = (caller: Admitted): void | Promise<void> => {
        this.#actor = caller.actor;
        const given = { request: this.#request, response: this.#response, target: target as never, query, admitted: caller };
        return route.handle(new Exchange<never>(this.#tools, { ...given, requestId: this.#requestId, recordWrite: this.#recordWrite }));
      };
      const done = admitted instanceof Promise ? admitted.then(go) : go(admitted);
      if (!(done instanceof Promise)) return;
      const settled = done.catch(this.#fail);
      this.#parts.track?.(settled);
    } catch (error) {
      this.#fail(error);
    }
  }

  #findRoute(target: Target | undefined): Route {
    if (target === undefined) {
      throw new OciError(
        'UNSUPPORTED',
        'There is nothing at this path. The registry API is described by the OCI distribution specification.',
        { status: 404 },
      );
    }
    const route = findRoute(target.shape, this.#request.method ?? '');
    if (route === undefined) {
      const allow = methodsOf(target.shape);
      throw new OciError('UNSUPPORTED', `This path answers ${allow} only.`, { headers: { allow } });
    }
    this.#route = route;
    return route;
  }

  readonly #recordWrite = async (status: number): Promise<void> => {
    const event = this.#event(this.#actor, status);
    if (event !== undefined) await this.#parts.audit?.done(event);
  };

  #event(actor: Actor | undefined, status: number, problem?: string): V2Event | undefined {
    if (actor === undefined || this.#route === undefined || this.#target === undefined) return undefined;
    return {
      request: this.#request,
      route: this.#route,
      target: this.#target,
      actor,
      status,
      ...(problem === undefined ? {} : { problem }),
    };
  }

  /** The answer does not wait for it: nothing was done. */
  #recordRefusal(refusal: OciError, error: unknown): void {
    const byGate = this.#actor === undefined;
    const actor = this.#actor ?? refusedCaller(error as object);
    this.#later((audit) => {
      const event = this.#event(actor, refusal.status, refusal.message);
      return event === undefined ? undefined : audit.refused(event, byGate);
    });
  }

  /** To whoever watches the repository: the exact sentence that the client was told. */
  #tellRefusedPush({ message }: OciError): void {
    const target = this.#target;
    if (this.#actor === undefined || target === undefined || !('repository' in target)) return;
    if (this.#route?.action !== 'push' || !SENDS.has(this.#route.method)) return;
    const part = target.shape === 'manifest' ? referenceText(target.reference) : target.shape === 'upload' ? target.id : this.#requestId;
    this.#parts.registry.progress?.refused(target.repository, part, { actor: actorKey(this.#actor) as ActorKey, problem: message });
  }

  #later(write: (audit: V2Audit) => Promise<void> | undefined): void {
    const { audit, report, track } = this.#parts;
    const writing = audit === undefined ? undefined : write(audit);
    if (writing === undefined) return;
    const settled = writing.catch((error: unknown) => report(error, 'writing to the audit log'));
    track?.(settled);
  }

  readonly #fail = (error: unknown): void => {
    const { report } = this.#parts;
    if (error instanceof ClientGoneError) return;
    if (error instanceof ContentCutShortError) {
      this.#request.socket.destroy();
      return;
    }
    const refusal = toOciError(error);
    this.#recordRefusal(refusal, error);
    this.#tellRefusedPush(refusal);
    if (refusal.status >= 500) report(refusal.cause ?? refusal, `answering ${this.#route?.end ?? 'a request'} under id ${this.#requestId}`);
    if (this.#response.headersSent) {
      // Part of a body went out: only a broken connection tells the client that it is not the whole (I2).
      this.#request.socket.destroy();
      return;
    }
    renderError(this.#request, this.#response, { error: refusal, requestId: this.#requestId, rateGuard: this.#tools.rateGuard });
  };

  readonly #onClose = (): void => {
    const { method = '', socket } = this.#request;
    if (this.#route !== undefined && this.#response.statusCode < 400 && this.#parts.audit?.tells(this.#route) === true) {
      const event = this.#event(this.#actor, this.#response.statusCode);
      if (event !== undefined) this.#parts.audit.read(event);
    }
    this.#parts.observe(this.#request, {
      route: this.#route?.end ?? 'none',
      method,
      status: this.#response.writableFinished ? this.#response.statusCode : 499,
      seconds: (performance.now() - this.#started) / 1000,
      received: Number(this.#request.headers['content-length'] ?? 0),
      sent: socket.bytesWritten - this.#sentBefore,
    });
  };
}
