import type { IncomingMessage } from 'node:http';
import { type Logger, loggedTarget } from '../logging.ts';
import type { OriginOf } from './forwarded.ts';
import type { Metrics, RequestMeasure } from './metrics.ts';
import { requestId } from './request-id.ts';

/** Told about every finished request. */
export type Observe = (request: IncomingMessage, measure: RequestMeasure) => void;

/**
 * Counts every request, and logs: failures of ours as errors, writes and refusals at info, reads at debug. A busy registry answers
 * thousands of reads a second, and the counters tell all there is to know of them. The 401 that starts each docker login is a read.
 */
export function createObserver(logger: Logger, metrics: Metrics, originOf: OriginOf): Observe {
  const debug = logger.isLevelEnabled('debug');
  return (request, measure) => {
    metrics.request(measure);
    const level = levelOf(request.method ?? '', measure.status);
    if (level === 'debug' && !debug) return;
    logger[level](
      {
        requestId: requestId(request),
        method: request.method,
        target: loggedTarget(request.url ?? ''),
        route: measure.route,
        status: measure.status,
        seconds: Math.round(measure.seconds * 1e6) / 1e6,
        received: measure.received,
        sent: measure.sent,
        address: originOf(request).address,
        agent: request.headers['user-agent']?.slice(0, 200),
      },
      'request',
    );
  };
}

function levelOf(method: string, status: number): 'error' | 'info' | 'debug' {
  if (status >= 500) return 'error';
  const read = method === 'GET' || method === 'HEAD';
  return read && (status < 400 || status === 401 || status === 404) ? 'debug' : 'info';
}
