import { readContentRange } from '../byte-ranges.ts';
import type { Exchange } from '../exchange.ts';
import type { Targets } from '../target.ts';
import { uploadHeaders } from './upload-headers.ts';

/** end-5: appends a chunk, or a stream when there is no Content-Range. */
export async function patchUpload(exchange: Exchange<Targets['upload']>): Promise<void> {
  const { repository, id } = exchange.target;
  const range = readContentRange(exchange.header('content-range'));
  const upload = await exchange.registry.uploads.append({ id, repository, actor: exchange.actor }, { source: exchange.body(), range });
  exchange.empty(202, uploadHeaders(upload));
}
