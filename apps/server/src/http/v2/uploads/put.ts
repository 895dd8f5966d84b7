import { OciError, parseDigest } from '@berth/oci';
import { readContentRange } from '../byte-ranges.ts';
import type { Exchange } from '../exchange.ts';
import type { Targets } from '../target.ts';
import { blobLocation } from './upload-headers.ts';

/** end-6: takes the last bytes, if any, and closes the upload. */
export async function putUpload(exchange: Exchange<Targets['upload']>): Promise<void> {
  const { repository, id } = exchange.target;
  const named = exchange.query().one('digest');
  if (named === undefined)
    throw new OciError('DIGEST_INVALID', 'Closing an upload needs ?digest=, the digest of the whole blob. The upload is kept.');
  const digest = parseDigest(named);
  const range = readContentRange(exchange.header('content-range'));
  await exchange.registry.uploads.finish({ id, repository, actor: exchange.actor }, digest, { source: exchange.body(), range });
  exchange.empty(201, ['Location', blobLocation(repository, digest), 'Docker-Content-Digest', digest]);
}
