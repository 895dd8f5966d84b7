import { isUnchanged } from '../etag.ts';
import type { Exchange } from '../exchange.ts';
import type { Targets } from '../target.ts';
import { manifestHeaders } from './manifest-headers.ts';

/** end-3 GET: the bytes as they were pushed; `Accept` never converts them (law 7). */
export async function getManifest(exchange: Exchange<Targets['manifest']>): Promise<void> {
  const { repository, reference } = exchange.target;
  const { digest, mediaType, bytes } = await exchange.registry.manifests.find(repository, reference);
  exchange.registry.traffic?.pulled(repository, reference, digest);
  const headers = manifestHeaders({ digest, mediaType, size: bytes.length });
  if (isUnchanged(exchange.header('if-none-match'), `"${digest}"`))
    return exchange.empty(304, ['Docker-Content-Digest', digest, 'ETag', `"${digest}"`]);
  exchange.bytes(200, headers, bytes);
}
