import { isUnchanged } from '../etag.ts';
import type { Exchange, Headers } from '../exchange.ts';
import type { Targets } from '../target.ts';

/** end-2 HEAD. A caller who may push gets a lease and a look at the stored length (law 4). */
export async function headBlob(exchange: Exchange<Targets['blob']>): Promise<void> {
  const { repository, digest } = exchange.target;
  const { blobs, progress } = exchange.registry;
  const object = await (exchange.admitted.mayPush ? blobs.findForPush(repository, digest) : blobs.find(repository, digest));
  if (exchange.admitted.mayPush) progress?.present({ repository, actor: exchange.actor, digest, bytes: object.size });
  const etag = `"${digest}"`;
  const headers: Headers = ['Docker-Content-Digest', digest, 'ETag', etag, 'Accept-Ranges', 'bytes'];
  // Asked after the lease: a client that has the blob in its cache leaves out the upload, too.
  if (isUnchanged(exchange.header('if-none-match'), etag)) return exchange.empty(304, headers);
  exchange.head(200, ['Content-Type', 'application/octet-stream', 'Content-Length', object.size, ...headers]);
  exchange.response.end();
}
