import type { RequestListener } from 'node:http';
import type { Observe } from './access-log.ts';
import type { Health } from './health.ts';
import { isV2, pathOf } from './paths.ts';
import { requestId } from './request-id.ts';

export interface AppParts {
  readonly health: Health;
  /** The OCI API on a bare listener: express costs four fifths of its rate. It observes its own requests. */
  readonly v2: RequestListener;
  /** Everything else. */
  readonly api: RequestListener;
  readonly observe: Observe;
}

/** The one listener behind every port: `/v2` first, then health, then the express application. */
export function createApp(parts: AppParts): RequestListener {
  return (request, response) => {
    if (parts.health.isStopping) response.shouldKeepAlive = false;
    const target = request.url ?? '/';
    if (isV2(target)) {
      parts.v2(request, response);
      return;
    }
    const path = pathOf(target);
    const read = request.method === 'GET' || request.method === 'HEAD';
    if (read && path === '/livez') parts.health.live(response);
    else if (read && path === '/readyz') void parts.health.ready(response);
    else observed(parts)(request, response);
  };
}

/** Requests of the express application, measured; its routers leave their pattern in `routeOf`. */
function observed(parts: AppParts): RequestListener {
  return (request, response) => {
    const started = performance.now();
    const bytesBefore = request.socket.bytesWritten;
    response.setHeader('x-request-id', requestId(request));
    response.once('close', () => {
      parts.observe(request, {
        route: routeOf(request),
        method: request.method ?? '',
        status: response.writableFinished ? response.statusCode : 499,
        seconds: (performance.now() - started) / 1000,
        received: Number(request.headers['content-length'] ?? 0) || 0,
        sent: Math.max(0, request.socket.bytesWritten - bytesBefore),
      });
    });
    parts.api(request, response);
  };
}

/** express leaves the matched pattern and where its router was mounted on the request. */
function routeOf(request: object): string {
  const { route, baseUrl } = request as { readonly route?: { readonly path?: unknown }; readonly baseUrl?: unknown };
  if (typeof route?.path !== 'string') return 'none';
  return `${typeof baseUrl === 'string' ? baseUrl : ''}${route.path}`;
}
