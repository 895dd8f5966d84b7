import type { Operation } from '@berth/api-contract';
import { say } from '@berth/oci';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import { READ_ONLY } from '../../policy/read-only-gate.ts';
import { ApiError } from './api-error.ts';
import { recordDone, recordRefused } from './api-audit.ts';
import type { ApiParts } from './api-parts.ts';
import { authenticate, callerOf } from './authenticate.ts';
import { actorOf, type Endpoint, type Reply } from './endpoint.ts';
import { ENDPOINTS } from './endpoints.ts';
import { notYetEndpoints } from './not-yet.ts';
import { parseBody, parseParams, parseQuery } from './parse-input.ts';
import { renderApiError } from './render.ts';
import { sendStream } from './send-stream.ts';

const MAX_BODY_BYTES = 64 * 1024;

/** `/api/v2.0`: every endpoint of the table, each behind its own rule. */
export function createApiRouter(parts: ApiParts): Router {
  const router = express.Router({ caseSensitive: true });
  router.use((_request, response, next) => {
    // Answers depend on who asks.
    response.setHeader('cache-control', 'no-store');
    next();
  });
  router.get('/openapi.json', openApi(parts));
  router.use(authenticate(parts.identity), express.json({ limit: MAX_BODY_BYTES }));
  for (const [path, endpoints] of byPath([...ENDPOINTS, ...notYetEndpoints(ENDPOINTS)])) {
    const route = router.route(path);
    for (const endpoint of endpoints) route[endpoint.operation.method](serve(endpoint, parts));
    route.all(notAllowed(endpoints));
  }
  router.use(() => {
    throw new ApiError('NOT_FOUND', say('no-such-address')`The API has nothing at this address.`);
  });
  router.use(renderApiError);
  return router;
}

function serve(endpoint: Endpoint, parts: ApiParts): RequestHandler {
  const { operation } = endpoint;
  return async (request, response) => {
    const caller = callerOf(response);
    const params = parseParams(operation.params, request);
    const call = { parts, request, response, caller, actor: actorOf(caller), params, query: undefined, body: undefined };
    const event = { parts, request, operation, actor: call.actor, params };
    let projectId: number | undefined;
    let reply: Reply;
    try {
      const admission = await endpoint.authorize(call);
      projectId = admission.standing?.projectId;
      await refuseWhileReadOnly(operation, parts);
      const query = parseQuery(operation.query, request);
      const body = parseBody(operation.body, request);
      reply = await endpoint.handle({ ...call, query, body }, admission);
    } catch (error) {
      await recordRefused({ ...event, projectId }, error);
      throw error;
    }
    await recordDone({ ...event, projectId }, reply);
    send(response, operation, reply);
  };
}

/** Ending read-only mode must be possible, and signing in for it. */
const ALLOWED_READ_ONLY = new Set(['updateConfigurations', 'createSession', 'deleteSession']);

async function refuseWhileReadOnly({ id, method }: Operation, parts: ApiParts): Promise<void> {
  if (method === 'get' || method === 'head' || ALLOWED_READ_ONLY.has(id)) return;
  if ((await parts.policy.settings.get()).read_only) throw new ApiError('FORBIDDEN', READ_ONLY);
}

function send(response: Response, operation: Operation, reply: Reply): void {
  response.status(operation.answer.status).set(reply.headers ?? {});
  if (reply.text !== undefined)
    response.type(reply.headers?.['content-type'] ?? operation.answer.contentType ?? 'text/plain').send(reply.text);
  else if (reply.stream !== undefined) sendStream(response, reply.stream);
  else if (reply.json !== undefined) response.json(reply.json);
  else response.end();
}

/** `{name}` of OpenAPI is `:name` of express. Paths that hold no parameter come first, so that /users/current is not a user's id. */
function byPath(endpoints: readonly Endpoint[]): [string, Endpoint[]][] {
  const paths = new Map<string, Endpoint[]>();
  for (const endpoint of endpoints) {
    const path = endpoint.operation.path.replace(/\{(\w+)\}/g, ':$1');
    paths.set(path, [...(paths.get(path) ?? []), endpoint]);
  }
  return [...paths]
    .map(([path, group]) => [path, headFirst(group)] as [string, Endpoint[]])
    .sort(([a], [b]) => parameters(a) - parameters(b));
}

/** Express answers HEAD by a GET handler where that is registered first. */
function headFirst(endpoints: readonly Endpoint[]): Endpoint[] {
  return [...endpoints].sort((a, b) => Number(b.operation.method === 'head') - Number(a.operation.method === 'head'));
}

function parameters(path: string): number {
  return path.split(':').length;
}

function notAllowed(endpoints: readonly Endpoint[]): RequestHandler {
  const allow = endpoints.map(({ operation }) => operation.method.toUpperCase()).join(', ');
  return () => {
    throw new ApiError('METHOD_NOT_ALLOWED', say('method-not-taken')`This address takes ${{ allow }}.`, { headers: { allow } });
  };
}

/** Made when first asked for: few ask, and the document costs memory. */
function openApi(parts: ApiParts): RequestHandler {
  let document: Promise<object> | undefined;
  return async (_request: Request, response) => {
    document ??= import('@berth/api-contract/openapi').then(({ openApiDocument }) => openApiDocument({ version: parts.version }));
    response.json(await document);
  };
}
