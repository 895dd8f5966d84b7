import type { Exchange } from '../exchange.ts';
import type { Targets } from '../target.ts';

/** end-2 HEAD. A caller who may push gets a lease and a look at the stored length (law 4). */
export async function headBlob(exchange: Exchange<Targets['blob']>): Promise<void> {
  const { repository, digest } = exchange.target;
  const { blobs, progress } = exchange.registry;
  const object = await (exchange.admitted.mayPush ? blobs.findForPush(repository, digest) : blobs.find(repository, digest));
  if (exchange.admitted.mayPush) progress?.present({ repository, actor: exchange.actor, digest, bytes: object.size });
  exchange.head(200, [
    ...['Content-Type', 'application/octet-stream', 'Content-Length', object.size, 'Docker-Content-Digest', digest],
    ...['ETag', `"${digest}"`, 'Accept-Ranges', 'bytes'],
  ]);
  exchange.response.end();
}
