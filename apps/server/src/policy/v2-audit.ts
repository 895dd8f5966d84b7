import type { IncomingMessage } from 'node:http';
import { type Actor, actorKey, type AuditEntry } from '@berth/access';
import { projectOf, referenceText } from '@berth/oci';
import type { OriginOf } from '../http/forwarded.ts';
import { requestId } from '../http/request-id.ts';
import type { Route } from '../http/v2/routes.ts';
import type { Target } from '../http/v2/target.ts';
import type { AuditRecorder } from './audit-recorder.ts';

export interface V2Event {
  readonly request: IncomingMessage;
  readonly route: Route;
  readonly target: Target;
  readonly actor: Actor;
  readonly status: number;
  /** The refusal's sentence. */
  readonly problem?: string;
}

/** By end-number: what is told of a request that changes something. The parts of an upload are told by the manifest that uses them. */
const WRITES: Readonly<Record<string, string>> = { 'end-7': 'create', 'end-9': 'delete', 'end-10': 'delete' };
const READS: Readonly<Record<string, string>> = { 'end-3': 'pull' };
const DENIED = new Set([401, 403]);
/** Who may not see a repository hears 404 (law 2). */
const HIDDEN = 404;

/** What of /v2 goes to the audit log: pushes and deletions before they are acknowledged, denials of known callers, and pulls by setting. */
export class V2Audit {
  readonly #recorder: AuditRecorder;
  readonly #originOf: OriginOf;

  constructor(recorder: AuditRecorder, originOf: OriginOf) {
    this.#recorder = recorder;
    this.#originOf = originOf;
  }

  /** Resolves when it is kept. For what was done and is not answered yet. */
  async done(event: V2Event): Promise<void> {
    if (event.route.end in WRITES) await this.#recorder.record(this.#entry(event));
  }

  /** Are answers of this kind told? Asked for every request, so it costs nothing where pulls are not told. */
  tells({ end, method }: Route): boolean {
    return end in READS && method === 'GET' && this.#recorder.tellsPulls();
  }

  /** After the answer of a read. */
  read(event: V2Event): void {
    this.#recorder.recordPull(this.#entry(event));
  }

  /** `byGate`: the caller was refused before the request was looked at. */
  async refused(event: V2Event, byGate: boolean): Promise<void> {
    if (event.actor.kind === 'anonymous') return;
    const denied = DENIED.has(event.status) || (byGate && event.status === HIDDEN);
    if (denied || event.route.end in WRITES) await this.#recorder.record(this.#entry(event));
  }

  #entry({ request, route, target, actor, status, problem }: V2Event): AuditEntry {
    const repository = 'repository' in target ? target.repository : undefined;
    const operation = WRITES[route.end] ?? READS[route.end] ?? route.action;
    return {
      actor: actorKey(actor),
      username: actor.kind === 'anonymous' ? 'anonymous' : actor.name,
      address: this.#originOf(request).address,
      project: repository === undefined ? undefined : projectOf(repository),
      resourceType: target.shape === 'manifest' ? 'artifact' : target.shape,
      resource: resourceOf(target),
      operation,
      description: problem ?? `${operation} ${resourceOf(target)}`,
      successful: status < 400,
      status,
      requestId: requestId(request),
    };
  }
}

function resourceOf(target: Target): string {
  if (!('repository' in target)) return target.shape;
  if (target.shape === 'manifest') {
    const text = referenceText(target.reference);
    return `${target.repository}${text.includes(':') ? '@' : ':'}${text}`;
  }
  return 'digest' in target ? `${target.repository}@${target.digest}` : target.repository;
}
