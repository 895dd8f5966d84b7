import type { Exchange } from '../exchange.ts';
import type { Targets } from '../target.ts';
import { uploadHeaders } from './upload-headers.ts';

/** end-13: how far an upload is. */
export async function getUpload(exchange: Exchange<Targets['upload']>): Promise<void> {
  const { repository, id } = exchange.target;
  const upload = await exchange.registry.uploads.status({ id, repository, actor: exchange.actor });
  exchange.empty(204, uploadHeaders(upload));
}
