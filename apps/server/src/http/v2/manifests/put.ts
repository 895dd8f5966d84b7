import { MAX_MANIFEST_BYTES, OciError, parseTag, referenceText } from '@berth/oci';
import type { Exchange, Headers } from '../exchange.ts';
import type { Targets } from '../target.ts';

/** Most `tag` parameters of one push; the specification asks for at least ten. */
const MAX_TAGS = 100;

/** end-7a and end-7b: stores a manifest and points tags at it. */
export async function putManifest(exchange: Exchange<Targets['manifest']>): Promise<void> {
  const { repository, reference } = exchange.target;
  const named = exchange.query().all('tag');
  if (named.length > MAX_TAGS)
    throw new OciError('TAG_INVALID', `One push may set at most ${MAX_TAGS} tags. Nothing was stored.`, { status: 414 });
  const tags = named.map(parseTag);
  const bytes = await exchange.body().read(MAX_MANIFEST_BYTES, tooLarge);
  const contentType = exchange.header('content-type');
  const pushed = await exchange.registry.manifests.put({ repository, reference, tags, bytes, contentType, actor: exchange.actor });
  exchange.registry.traffic?.pushed(repository);
  const location = `/v2/${repository}/manifests/${referenceText(reference)}`;
  const headers: Headers = ['Location', location, 'Docker-Content-Digest', pushed.digest];
  if (pushed.manifest.subject !== undefined) headers.push('OCI-Subject', pushed.manifest.subject.digest);
  if (named.length > 0) headers.push('OCI-Tag', pushed.tags.join(', '));
  await exchange.recorded(201);
  exchange.empty(201, headers);
}

function tooLarge(): OciError {
  return new OciError('MANIFEST_INVALID', `A manifest has at most ${MAX_MANIFEST_BYTES} bytes. Nothing was stored.`, { status: 413 });
}
