import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { OriginOf } from './forwarded.ts';
import { isHealthPath, isProgramPath, pathOf } from './paths.ts';

export interface PlainHttpOptions {
  readonly originOf: OriginOf;
  /** Origin that people and clients should use, when it is configured. */
  readonly externalUrl: string | undefined;
  /** Port of the TLS listener; a function since the system may choose it. */
  readonly tlsPort: () => number;
}

/**
 * What plain HTTP answers while TLS is on: pages are sent on to https (308), programs get 400 with the https URL before any credential is
 * looked at, health stays. A request that a trusted proxy received over TLS counts as TLS.
 */
export function refusePlainHttp(next: RequestListener, options: PlainHttpOptions): RequestListener {
  return (request, response) => {
    const path = pathOf(request.url ?? '/');
    const origin = options.originOf(request);
    // OCSP is asked over plain HTTP by its nature: its answers are signed, and the asker cannot check a certificate yet.
    if (origin.protocol === 'https' || isHealthPath(path) || path === '/ocsp' || path.startsWith('/ocsp/')) {
      next(request, response);
      return;
    }
    const https = httpsOrigin(options, origin.host);
    // The caller's credentials travelled in clear text; whatever body follows is not read.
    request.resume();
    if (isProgramPath(path) || (request.method !== 'GET' && request.method !== 'HEAD')) refuse(request, response, https);
    else redirect(response, `${https}${targetOf(request)}`);
  };
}

function httpsOrigin(options: PlainHttpOptions, host: string | undefined): string {
  if (options.externalUrl?.startsWith('https:') === true) return options.externalUrl;
  const name = host?.replace(/:\d+$/, '') ?? 'localhost';
  const port = options.tlsPort();
  return `https://${name}${port === 443 ? '' : `:${port}`}`;
}

/** Only the path form of a request target is repeated; the absolute form would name a host of the caller's choice. */
function targetOf(request: IncomingMessage): string {
  const target = request.url ?? '/';
  return target.startsWith('/') ? target : '/';
}

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(308, { location, 'content-length': 0, connection: 'close' });
  response.end();
}

function refuse(request: IncomingMessage, response: ServerResponse, https: string): void {
  const registry = https.replace('https://', '');
  const message = `This registry speaks HTTPS. Use ${https} instead, for example: docker login ${registry}. If a password was sent, change it: plain HTTP does not protect it.`;
  const body = JSON.stringify({ errors: [{ code: 'UNSUPPORTED', message }] });
  response.writeHead(400, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
