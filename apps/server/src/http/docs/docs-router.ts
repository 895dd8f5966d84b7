import express, { type Router } from 'express';
import { DOCS_PAGE, DOCS_SCRIPT, DOCS_STYLE } from './docs-page.ts';

const FILES = [
  ['/', 'text/html; charset=utf-8', DOCS_PAGE],
  ['/docs.css', 'text/css; charset=utf-8', DOCS_STYLE],
  ['/docs.js', 'text/javascript; charset=utf-8', DOCS_SCRIPT],
] as const;

/** `/api/docs`: the OpenAPI document to look around in, made of these three files and the document alone. */
export function createDocsRouter(): Router {
  const router = express.Router({ caseSensitive: true });
  for (const [path, contentType, text] of FILES) {
    router.get(path, (_request, response) => {
      response.set({ 'content-type': contentType, 'cache-control': 'no-cache' }).send(text);
    });
  }
  return router;
}
