import { composeWeb, type Context, type Stores } from '../compose.ts';
import { SealBrokenError } from '@berth/tokens';
import { StartError } from './start-error.ts';
import { Web, type WebPorts } from './web.ts';

/** What answers requests: listeners of this process, or worker processes. */
export interface Front {
  readonly ports: WebPorts;
  /** Drains and stops listening; `hurried` ends the draining. */
  stop(hurried: Promise<void>): Promise<void>;
  /** Takes the TLS certificate from its files again. Failures are logged and the old pair stays. */
  reloadCertificate(): void;
  /** Everything measured by the processes that answer, and by this one, as the exposition text. */
  metrics(): Promise<string>;
}

/** Listeners in this process. */
export async function startLocalFront(context: Context, stores: Stores): Promise<Front> {
  const web = await startWeb(context, stores);
  const { metrics } = context;
  return {
    ports: web.ports,
    stop: (hurried) => web.stop(hurried),
    reloadCertificate: () => reload(web, context),
    metrics: () => metrics.registry.metrics(),
  };
}

/** Composes and listens. Throws {@link StartError}. */
export async function startWeb(context: Context, stores: Stores): Promise<Web> {
  try {
    const web = await Web.start(context.config, await composeWeb(context, stores));
    context.metrics.gauge('berth_http_requests_under_way', 'Requests being answered', () => web.requestsUnderWay);
    return web;
  } catch (error) {
    if (error instanceof SealBrokenError) throw new StartError(error.message, { cause: error });
    throw error;
  }
}

export function reload(web: Web, { logger }: Context): void {
  try {
    web.reloadCertificate();
    logger.info('took the TLS certificate from its files again');
  } catch (error) {
    logger.error({ err: error }, 'the TLS certificate was not taken over; the one in use stays');
  }
}
