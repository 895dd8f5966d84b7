import { deleteBlob } from './blobs/delete.ts';
import { getBlob } from './blobs/get.ts';
import { headBlob } from './blobs/head.ts';
import { getCatalog } from './catalog/get.ts';
import type { Exchange } from './exchange.ts';
import type { Need } from './gate.ts';
import { deleteManifest } from './manifests/delete.ts';
import { getManifest } from './manifests/get.ts';
import { headManifest } from './manifests/head.ts';
import { putManifest } from './manifests/put.ts';
import { getReferrers } from './referrers/get.ts';
import { getRoot } from './root/get.ts';
import { listTags } from './tags/list.ts';
import type { Shape, Target, Targets } from './target.ts';
import { deleteUpload } from './uploads/delete.ts';
import { getUpload } from './uploads/get.ts';
import { patchUpload } from './uploads/patch.ts';
import { postUpload } from './uploads/post.ts';
import { putUpload } from './uploads/put.ts';

/** One line of the table. `path` and `end` are the specification's, for people, logs and the generated authorisation test. */
export interface Route {
  readonly method: string;
  readonly shape: Shape;
  readonly path: string;
  /** End-number of distribution-spec 1.1, "Endpoints"; `catalog` for docker's own. */
  readonly end: string;
  readonly action: Need['action'];
  readonly handle: (exchange: Exchange<never>) => void | Promise<void>;
}

interface RouteOf<S extends Shape> extends Route {
  readonly shape: S;
  readonly handle: (exchange: Exchange<Targets[S]>) => void | Promise<void>;
}

/** Ties a handler to the shape of its target. */
function route<S extends Shape>(line: RouteOf<S>): Route {
  return line;
}

const UPLOADS = '/v2/<name>/blobs/uploads/';
const UPLOAD = '/v2/<name>/blobs/uploads/<id>';
const BLOB = '/v2/<name>/blobs/<digest>';
const MANIFEST = '/v2/<name>/manifests/<reference>';

/** Everything under /v2. HEAD stands beside GET wherever GET reads content. */
export const ROUTES: readonly Route[] = [
  route({ method: 'GET', shape: 'root', path: '/v2/', end: 'end-1', action: 'enter', handle: getRoot }),
  route({ method: 'HEAD', shape: 'root', path: '/v2/', end: 'end-1', action: 'enter', handle: getRoot }),
  route({ method: 'GET', shape: 'blob', path: BLOB, end: 'end-2', action: 'pull', handle: getBlob }),
  route({ method: 'HEAD', shape: 'blob', path: BLOB, end: 'end-2', action: 'pull', handle: headBlob }),
  route({ method: 'DELETE', shape: 'blob', path: BLOB, end: 'end-10', action: 'delete', handle: deleteBlob }),
  route({ method: 'GET', shape: 'manifest', path: MANIFEST, end: 'end-3', action: 'pull', handle: getManifest }),
  route({ method: 'HEAD', shape: 'manifest', path: MANIFEST, end: 'end-3', action: 'pull', handle: headManifest }),
  route({ method: 'PUT', shape: 'manifest', path: MANIFEST, end: 'end-7', action: 'push', handle: putManifest }),
  route({ method: 'DELETE', shape: 'manifest', path: MANIFEST, end: 'end-9', action: 'delete', handle: deleteManifest }),
  route({ method: 'POST', shape: 'uploads', path: UPLOADS, end: 'end-4', action: 'push', handle: postUpload }),
  route({ method: 'PATCH', shape: 'upload', path: UPLOAD, end: 'end-5', action: 'push', handle: patchUpload }),
  route({ method: 'PUT', shape: 'upload', path: UPLOAD, end: 'end-6', action: 'push', handle: putUpload }),
  route({ method: 'GET', shape: 'upload', path: UPLOAD, end: 'end-13', action: 'push', handle: getUpload }),
  route({ method: 'HEAD', shape: 'upload', path: UPLOAD, end: 'end-13', action: 'push', handle: getUpload }),
  route({ method: 'DELETE', shape: 'upload', path: UPLOAD, end: 'end-14', action: 'push', handle: deleteUpload }),
  route({ method: 'GET', shape: 'tags', path: '/v2/<name>/tags/list', end: 'end-8', action: 'pull', handle: listTags }),
  route({ method: 'HEAD', shape: 'tags', path: '/v2/<name>/tags/list', end: 'end-8', action: 'pull', handle: listTags }),
  route({ method: 'GET', shape: 'referrers', path: '/v2/<name>/referrers/<digest>', end: 'end-12', action: 'pull', handle: getReferrers }),
  route({ method: 'HEAD', shape: 'referrers', path: '/v2/<name>/referrers/<digest>', end: 'end-12', action: 'pull', handle: getReferrers }),
  route({ method: 'GET', shape: 'catalog', path: '/v2/_catalog', end: 'catalog', action: 'catalog', handle: getCatalog }),
  route({ method: 'HEAD', shape: 'catalog', path: '/v2/_catalog', end: 'catalog', action: 'catalog', handle: getCatalog }),
];

const BY_SHAPE = new Map<Shape, Map<string, Route>>();
for (const line of ROUTES) {
  const methods = BY_SHAPE.get(line.shape) ?? new Map<string, Route>();
  methods.set(line.method, line);
  BY_SHAPE.set(line.shape, methods);
}

export function findRoute(shape: Shape, method: string): Route | undefined {
  return BY_SHAPE.get(shape)?.get(method);
}

/** Methods of a shape, for `Allow`. */
export function methodsOf(shape: Shape): string {
  return [...(BY_SHAPE.get(shape)?.keys() ?? [])].join(', ');
}

/** What the gate is asked for. */
export function needOf(line: Route, target: Target): Need {
  if (line.action === 'enter' || line.action === 'catalog') return { action: line.action };
  if (!('repository' in target)) throw new TypeError(`${line.path} names no repository but needs ${line.action}.`);
  return { action: line.action, repository: target.repository };
}
