import { randomBytes } from 'node:crypto';
import express, { type Request, type Response, type Router } from 'express';
import { isProgramPath } from '../paths.ts';
import { findPortalBuild, NONCE_PLACE, type PortalFile, type PortalFiles, readPortalFiles, SUFFIXES } from './portal-files.ts';

const MISSING =
  'The web portal has not been built here: run "npm run build" in the checkout and start again. The registry and its API work without it.\n';

/**
 * The portal: its files, and its one page for every other address that a browser may open. `folder` is the build; without one every page
 * answers 503 with a sentence.
 */
export function createPortalRouter(folder: string | undefined = findPortalBuild()): Router {
  const router = express.Router({ caseSensitive: true });
  const reading = folder === undefined ? undefined : readPortalFiles(folder);
  // Seen by whoever asks for a page; until then it must not count as unhandled.
  reading?.catch(() => undefined);
  router.get('/{*path}', async (request, response, next) => {
    if (isProgramPath(request.path)) {
      next();
      return;
    }
    const portal = await reading;
    if (portal === undefined) response.status(503).type('text/plain').send(MISSING);
    else answer(portal, request, response);
  });
  return router;
}

function answer(portal: PortalFiles, request: Request, response: Response): void {
  const file = portal.files.get(request.path);
  if (file !== undefined) sendFile(file, request, response);
  // A file of an earlier build: a page in its place would be read as a script.
  else if (request.path.startsWith('/assets/')) response.status(404).type('text/plain').send('This file belongs to another build.\n');
  else sendPage(portal.page, response);
}

function sendPage(page: string, response: Response): void {
  const nonce = randomBytes(16).toString('base64');
  response.setHeader('content-security-policy', pagePolicy(nonce));
  // A nonce is good for one answer.
  response.setHeader('cache-control', 'no-store');
  response.type('html').send(page.replaceAll(NONCE_PLACE, nonce));
}

/** Scripts and data from here only. Styles too, apart from the ones that the page itself makes with the nonce it was given. */
function pagePolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

function sendFile(file: PortalFile, request: Request, response: Response): void {
  const encoding = file.encodings.find((known) => request.acceptsEncodings(known) === known);
  response.setHeader('content-type', file.contentType);
  response.setHeader('vary', 'accept-encoding');
  if (encoding !== undefined) response.setHeader('content-encoding', encoding);
  response.sendFile(encoding === undefined ? file.path : file.path + SUFFIXES[encoding], {
    cacheControl: false,
    acceptRanges: false,
    dotfiles: 'allow',
    headers: { 'cache-control': file.immutable ? 'public, max-age=31536000, immutable' : 'no-cache' },
  });
}
