import type { Exchange } from '../exchange.ts';
import type { Targets } from '../target.ts';

/** end-9: by tag only the tag goes, by digest the manifest and its tags (law 8). */
export async function deleteManifest(exchange: Exchange<Targets['manifest']>): Promise<void> {
  const { repository, reference } = exchange.target;
  await exchange.registry.manifests.delete(repository, reference, exchange.actor);
  await exchange.recorded(202);
  exchange.empty(202, []);
}
