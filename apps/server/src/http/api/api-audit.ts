import { type Actor, actorKey, type AuditEntry } from '@berth/access';
import type { Operation } from '@berth/api-contract';
import type { Request } from 'express';
import { requestId } from '../request-id.ts';
import type { ApiParts } from './api-parts.ts';
import type { Reply } from './endpoint.ts';
import { nameFromPath } from './path-names.ts';
import { statusOf } from './render.ts';

export interface ApiEvent {
  readonly parts: ApiParts;
  readonly request: Request;
  readonly operation: Operation;
  readonly actor: Actor;
  readonly params: unknown;
  /** Where the rule found out. */
  readonly projectId?: number | undefined;
}

const OPERATION_OF: Readonly<Record<string, string>> = { post: 'create', put: 'update', patch: 'update', delete: 'delete' };
const SIGN_IN = 'createSession';
const NAMED: Readonly<Record<string, string>> = { [SIGN_IN]: 'login', deleteSession: 'logout' };
const DENIED = new Set([401, 403]);

/** Tells of a write before it is acknowledged. */
export async function recordDone(event: ApiEvent, reply: Reply): Promise<void> {
  if (!isWrite(event.operation)) return;
  await event.parts.policy.audit.record(entryOf(event, { status: event.operation.answer.status, created: reply.headers?.['location'] }));
}

/** Tells of a denial, and of a write that failed, when it is known who asked. */
export async function recordRefused(event: ApiEvent, error: unknown): Promise<void> {
  if (event.actor.kind === 'anonymous') return;
  const status = statusOf(error);
  if (!isWrite(event.operation) && !DENIED.has(status)) return;
  const problem = status < 500 ? (error as Error).message : 'The server failed.';
  await event.parts.policy.audit.record(entryOf(event, { status, problem }));
}

/** Signing out is a GET in Harbor; a preview is a POST for its body only. */
function isWrite({ method, id, path }: Operation): boolean {
  if (path.endsWith('/preview')) return false;
  return (method !== 'get' && method !== 'head') || id === 'deleteSession';
}

interface Outcome {
  readonly status: number;
  readonly problem?: string;
  /** Location of what was made. */
  readonly created?: string | undefined;
}

function entryOf(event: ApiEvent, { status, problem, created }: Outcome): AuditEntry {
  const { parts, request, operation, actor, projectId } = event;
  const what = NAMED[operation.id] ?? OPERATION_OF[operation.method] ?? 'read';
  const resource = resourceOf(event, created);
  return {
    ...whoOf(event),
    address: parts.identity.originOf(request).address,
    project: projectId ?? projectNamed(event),
    resourceType: resourceTypeOf(operation),
    resource,
    operation: what,
    description: problem ?? `${operation.id}: ${what} ${resource}`,
    successful: status < 400,
    status,
    requestId: requestId(request),
    actor: actorKey(actor),
  };
}

/** Who signs in is nobody yet when the request comes. */
function whoOf({ actor, operation, request }: ApiEvent): { readonly username: string } {
  if (actor.kind !== 'anonymous') return { username: actor.name };
  const { username, principal } = (request.body ?? {}) as { username?: unknown; principal?: unknown };
  const given = operation.id === SIGN_IN ? (username ?? principal) : undefined;
  return { username: typeof given === 'string' ? given : 'anonymous' };
}

function projectNamed({ params, operation, request }: ApiEvent): string | number | undefined {
  const { project_name_or_id: nameOrId, project_name: name } = params as Record<string, string | undefined>;
  if (name !== undefined) return nameFromPath(name);
  if (nameOrId !== undefined)
    return /^\d{1,15}$/.test(nameOrId) && request.get('x-is-resource-name') === undefined ? Number(nameOrId) : nameFromPath(nameOrId);
  const { project_name: made } = (request.body ?? {}) as { project_name?: unknown };
  return operation.id === 'createProject' && typeof made === 'string' ? made : undefined;
}

/** Harbor's tag of the operation, in the singular words of its audit log. */
function resourceTypeOf({ tag, path }: Operation): string {
  if (/\/tags(\/|$)/.test(path)) return 'tag';
  if (/\/labels(\/|$)/.test(path)) return 'label';
  const words: Readonly<Record<string, string>> = {
    configure: 'configuration',
    projectMetadata: 'project_metadata',
    Retention: 'tag_retention',
    immutable: 'immutable_tag',
  };
  return words[tag] ?? tag.toLowerCase();
}

/** `team/app:latest` for what is in a repository, else the address below /api/v2.0. */
function resourceOf({ params, operation, request }: ApiEvent, created: string | undefined): string {
  const values = params as Readonly<Record<string, unknown>>;
  const named = (key: string): string | undefined => (typeof values[key] === 'string' ? nameFromPath(values[key]) : undefined);
  const [project, repository, reference, tag] = ['project_name', 'repository_name', 'reference', 'tag_name'].map(named);
  if (project !== undefined && repository !== undefined) {
    const name = `${project}/${repository}`;
    if (tag !== undefined) return `${name}:${tag}`;
    return reference === undefined ? name : `${name}${reference.includes(':') ? '@' : ':'}${reference}`;
  }
  if (created !== undefined) return created.replace('/api/v2.0', '');
  const { project_name: made } = (request.body ?? {}) as { project_name?: unknown };
  if (operation.id === 'createProject' && typeof made === 'string') return `/projects/${made}`;
  return operation.path.replace(/\{(\w+)\}/g, (_whole, key: string) => named(key) ?? String(values[key] ?? ''));
}
