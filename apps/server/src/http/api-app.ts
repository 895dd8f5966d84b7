import { DatabaseUnavailableError } from '@berth/database';
import express, { type ErrorRequestHandler, type Express, type RequestHandler, type Router } from 'express';
import helmet from 'helmet';
import type { Logger } from '../logging.ts';
import type { OriginOf } from './forwarded.ts';
import { createDocsRouter } from './docs/docs-router.ts';
import { createPortalRouter } from './portal/portal-router.ts';
import { requestId } from './request-id.ts';

export interface ApiAppParts {
  readonly logger: Logger;
  readonly originOf: OriginOf;
  /** `/service/token`. */
  readonly tokenRouter: Router;
  /** `/ocsp`. */
  readonly ocspRouter: Router;
  /** `/api/v2.0`. */
  readonly apiRouter: Router;
  /** `/c`. */
  readonly harborLoginRouter: Router;
}

/** Everything but `/v2` and health: token endpoint, REST API, pages. */
export function createApiApp(parts: ApiAppParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // Forwarded headers are read in one place, originOf; express must not have its own opinion.
  app.set('trust proxy', false);
  // Nested query objects have no use here and are a source of surprises.
  app.set('query parser', 'simple');
  app.use(securityHeaders(parts.originOf));
  app.use(refuseNoUrl);
  app.use('/service/token', parts.tokenRouter);
  app.use('/ocsp', parts.ocspRouter);
  app.use('/api/v2.0', parts.apiRouter);
  app.get('/api/version', tellVersion);
  app.use('/api/docs', createDocsRouter());
  app.use('/c', parts.harborLoginRouter);
  app.use(createPortalRouter());
  app.use(absent);
  app.use(renderError(parts.logger));
  return app;
}

/**
 * Registries run on plain http:// hosts inside companies too: there, upgrade-insecure-requests would break every page, and
 * Strict-Transport-Security is only meaningful (and only sent) when the caller came over TLS.
 */
function securityHeaders(originOf: OriginOf): RequestHandler {
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    // Browsers ignore these two off TLS and loopback, and complain in the console.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    strictTransportSecurity: false,
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
  });
  return (request, response, next) => {
    if (originOf(request).protocol === 'https') response.setHeader('strict-transport-security', 'max-age=31536000');
    headers(request, response, next);
  };
}

/** A client may name the whole URL (RFC 9112, 3.2.2). One that is none would fail wherever its query is read, as if the server were at fault. */
const refuseNoUrl: RequestHandler = (request, response, next) => {
  if (URL.canParse(request.originalUrl, 'http://target.invalid')) next();
  else response.status(400).json({ errors: [{ code: codeOf(400), message: sentenceOf(400, requestId(request)) }] });
};

/** Outside `/api/v2.0`: by it a Harbor that replicates to here, and tools of its API, learn which API they speak to; without it they take the oldest. */
const tellVersion: RequestHandler = (_request, response) => {
  response.json({ version: 'v2.0' });
};

const absent: RequestHandler = (_request, response) => {
  response.status(404).json({ errors: [{ code: 'NOT_FOUND', message: 'There is nothing at this address.' }] });
};

/** The last resort: routers render their own refusals; what arrives here is a defect or a broken request. */
function renderError(logger: Logger): ErrorRequestHandler {
  // eslint-disable-next-line max-params -- express knows an error handler by its four parameters
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const status = error instanceof DatabaseUnavailableError ? 503 : clientStatus(error);
    if (status >= 500) logger.error({ err: error, requestId: requestId(request) }, 'request failed');
    if (status === 503) response.setHeader('retry-after', '1');
    response.status(status).json({ errors: [{ code: codeOf(status), message: sentenceOf(status, requestId(request)) }] });
  };
}

function codeOf(status: number): string {
  if (status === 503) return 'UNAVAILABLE';
  return status === 500 ? 'INTERNAL_ERROR' : 'BAD_REQUEST';
}

function sentenceOf(status: number, id: string): string {
  if (status === 503)
    return 'The database cannot be reached or is too busy, so this was not acknowledged; everything acknowledged before is safe. Try again.';
  if (status === 500) {
    return `Something failed inside the server; nothing was changed by this request as far as is known. The log explains it under request id ${id}.`;
  }
  return 'The request could not be read. Check its address, its body and its content type.';
}

/** Errors of express's own parsers carry a 4xx status; anything else is ours. */
function clientStatus(error: unknown): number {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}
