import { OciError } from '@berth/oci';
import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response, type Router } from 'express';
import type { OriginOf } from '../forwarded.ts';
import { credentialsOf } from '../identity/credentials.ts';
import { type Claim, type TokenEndpoint, type TokenRequest, unauthorized } from './token-endpoint.ts';

export interface TokenRouterParts {
  readonly endpoint: TokenEndpoint;
  readonly originOf: OriginOf;
}

const MAX_BODY_BYTES = 64 * 1024;

/**
 * `/service/token`: GET with Basic or nothing (docker, podman, skopeo), POST as an OAuth2 form (containerd, docker with a refresh token).
 * `service` is not looked at: a token is for this registry, whatever its caller calls it. No cookie counts here, so no CSRF token is needed.
 */
export function createTokenRouter({ endpoint, originOf }: TokenRouterParts): Router {
  const router = express.Router();
  router.get(
    '/',
    answer(endpoint, (request) => getRequest(request, originOf)),
  );
  router.post(
    '/',
    express.urlencoded({ extended: false, limit: MAX_BODY_BYTES, parameterLimit: 200 }),
    answer(endpoint, (request) => postRequest(request, originOf)),
  );
  router.all('/', (_request, response) => {
    response.setHeader('allow', 'GET, HEAD, POST');
    render(response, new OciError('UNSUPPORTED', 'The token endpoint answers GET and POST.'));
  });
  router.use(renderError);
  return router;
}

function answer(endpoint: TokenEndpoint, read: (request: Request) => TokenRequest): RequestHandler {
  return async (request, response) => {
    const body = await endpoint.exchange(read(request));
    response.setHeader('cache-control', 'no-store');
    response.json(body);
  };
}

function getRequest(request: Request, originOf: OriginOf): TokenRequest {
  const query = new URL(request.originalUrl, 'http://query.invalid').searchParams;
  return {
    claim: headerClaim(request, originOf),
    scopes: query.getAll('scope'),
    offline: query.get('offline_token') === 'true' || query.get('access_type') === 'offline',
  };
}

function headerClaim(request: Request, originOf: OriginOf): Claim {
  const credentials = credentialsOf(request.headers.authorization);
  switch (credentials.scheme) {
    case 'none':
      return { kind: 'anonymous' };
    case 'basic':
      return { kind: 'password', username: credentials.username, password: credentials.password, address: originOf(request).address };
    case 'bearer':
    case 'unusable':
      throw unauthorized('The token endpoint takes Basic credentials, or none for public repositories.');
  }
}

/** docs.docker.com, "Token authentication: OAuth2". */
function postRequest(request: Request, originOf: OriginOf): TokenRequest {
  const form = (request.body ?? {}) as Readonly<Record<string, unknown>>;
  const scope = form['scope'];
  return {
    claim: formClaim(form, originOf(request).address),
    scopes: (Array.isArray(scope) ? scope : [scope]).filter((text): text is string => typeof text === 'string'),
    offline: single(form, 'access_type') === 'offline',
  };
}

function formClaim(form: Readonly<Record<string, unknown>>, address: string): Claim {
  const grantType = single(form, 'grant_type');
  if (grantType === 'password')
    return { kind: 'password', username: needed(form, 'username'), password: needed(form, 'password'), address };
  if (grantType === 'refresh_token') return { kind: 'refresh token', token: needed(form, 'refresh_token') };
  throw badRequest('grant_type must be password or refresh_token, in a form (application/x-www-form-urlencoded).');
}

function needed(form: Readonly<Record<string, unknown>>, name: string): string {
  const value = single(form, name);
  if (value === undefined) throw badRequest(`${name} is missing.`);
  return value;
}

function single(form: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = Object.hasOwn(form, name) ? form[name] : undefined;
  if (value !== undefined && typeof value !== 'string') throw badRequest(`${name} may be given once only.`);
  return value;
}

function badRequest(message: string): OciError {
  return new OciError('UNSUPPORTED', message, { status: 400 });
}

/** The OCI error shape, since docker and containerd print it. Unknown errors go on to the application's own renderer. */
// eslint-disable-next-line max-params -- express tells error handlers by their four parameters
const renderError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (error instanceof OciError && !response.headersSent) render(response, error);
  else next(error);
};

function render(response: Response, error: OciError): void {
  response.status(error.status).set(error.headers).setHeader('cache-control', 'no-store');
  response.json({
    errors: [{ code: error.code, message: error.message, ...(error.detail === undefined ? {} : { detail: error.detail }) }],
  });
}
