import type { Exchange } from '../exchange.ts';
import type { Targets } from '../target.ts';

/** end-14: cancels an upload. */
export async function deleteUpload(exchange: Exchange<Targets['upload']>): Promise<void> {
  const { repository, id } = exchange.target;
  await exchange.registry.uploads.cancel({ id, repository, actor: exchange.actor });
  exchange.empty(204, []);
}
