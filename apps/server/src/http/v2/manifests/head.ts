import { isUnchanged } from '../etag.ts';
import type { Exchange } from '../exchange.ts';
import type { Targets } from '../target.ts';
import { manifestHeaders } from './manifest-headers.ts';

/** end-3 HEAD. */
export async function headManifest(exchange: Exchange<Targets['manifest']>): Promise<void> {
  const { repository, reference } = exchange.target;
  const head = await exchange.registry.manifests.head(repository, reference);
  const etag = `"${head.digest}"`;
  if (isUnchanged(exchange.header('if-none-match'), etag)) return exchange.empty(304, ['Docker-Content-Digest', head.digest, 'ETag', etag]);
  exchange.head(200, manifestHeaders(head));
  exchange.response.end();
}
