import { OCI_INDEX, OciError } from '@berth/oci';
import { MAX_REFERRERS_PAGE } from '@berth/registry';
import type { Exchange, Headers } from '../exchange.ts';
import { nextLink, pageAsked } from '../query.ts';
import type { Targets } from '../target.ts';

const MAX_ARTIFACT_TYPE = 255;

/** end-12a and end-12b: an index of the manifests whose subject this is, empty when there are none. */
export async function getReferrers(exchange: Exchange<Targets['referrers']>): Promise<void> {
  const { repository, digest } = exchange.target;
  const query = exchange.query();
  const page = pageAsked(query, MAX_REFERRERS_PAGE);
  const artifactType = checkedArtifactType(query.one('artifactType'));
  const filter = artifactType === undefined ? {} : { artifactType };
  const { descriptors, more } = await exchange.registry.listings.referrers(repository, { subject: digest, ...page, ...filter });
  const headers: Headers = artifactType === undefined ? [] : ['OCI-Filters-Applied', 'artifactType'];
  const last = descriptors.at(-1)?.digest;
  if (more && last !== undefined)
    headers.push('Link', nextLink(`/v2/${repository}/referrers/${digest}`, { ...filter, n: String(page.limit), last }));
  const body = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: descriptors }));
  exchange.bytes(200, ['Content-Type', OCI_INDEX, 'Content-Length', body.length, ...headers], body);
}

function checkedArtifactType(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined;
  // A "+" that a client did not escape arrives as a space, which no media type holds.
  if (text.length <= MAX_ARTIFACT_TYPE && /^[\x20-\x7e]+$/.test(text)) return text.replaceAll(' ', '+');
  throw new OciError('UNSUPPORTED', `The parameter "artifactType" is a media type of at most ${MAX_ARTIFACT_TYPE} characters.`, {
    status: 400,
  });
}
