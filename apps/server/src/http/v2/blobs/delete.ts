import type { Exchange } from '../exchange.ts';
import type { Targets } from '../target.ts';

/** end-10. */
export async function deleteBlob(exchange: Exchange<Targets['blob']>): Promise<void> {
  const { repository, digest } = exchange.target;
  await exchange.registry.blobs.delete(repository, digest);
  await exchange.recorded(202);
  exchange.empty(202, []);
}
