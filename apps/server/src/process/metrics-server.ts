import { createServer, type Server } from 'node:http';
import { listen } from '../http/listeners.ts';
import type { Logger } from '../logging.ts';

export interface MetricsServerOptions {
  readonly host: string;
  readonly port: number;
  readonly logger: Logger;
  /** The exposition text. */
  readonly collect: () => Promise<string>;
}

export interface MetricsServer {
  readonly port: number;
  close(): void;
}

/**
 * `/metrics` on its own port. A port that cannot be had is a warning, not an end: a registry without metrics is better than none.
 */
export async function startMetricsServer(options: MetricsServerOptions): Promise<MetricsServer | undefined> {
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000 }, (request, response) => {
    if (request.url?.split('?')[0] !== '/metrics' || request.method !== 'GET') {
      response.writeHead(404, { 'content-type': 'text/plain' });
      response.end('Metrics are at GET /metrics.\n');
      return;
    }
    options.collect().then(
      (text) => {
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
        response.end(text);
      },
      (error: unknown) => {
        options.logger.error({ err: error }, 'metrics could not be collected');
        response.writeHead(500, { 'content-type': 'text/plain' });
        response.end('Metrics could not be collected; the log says why.\n');
      },
    );
  });
  return started(server, options);
}

async function started(server: Server, options: MetricsServerOptions): Promise<MetricsServer | undefined> {
  try {
    const port = await listen(server, { host: options.host, port: options.port, setting: 'BERTH_METRICS_PORT' });
    return {
      port,
      close: () => {
        server.close();
        server.closeAllConnections();
      },
    };
  } catch (error) {
    options.logger.warn({ reason: (error as Error).message }, 'metrics are not served; the registry runs without them');
    return undefined;
  }
}
