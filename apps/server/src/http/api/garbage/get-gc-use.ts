import { OPERATIONS } from '@berth/api-contract';
import { parseDigest, say } from '@berth/oci';
import { ApiError } from '../api-error.ts';
import { systemEndpoint } from '../endpoint.ts';

export const getGcUse = systemEndpoint(OPERATIONS.getGCUse, 'garbage-collection:read', async ({ parts, query }) => {
  const digest = parseDigest(query.digest);
  const use = await parts.collection.collector.why(digest);
  if (use === undefined)
    throw new ApiError('NOT_FOUND', say('digest-unknown')`Nothing with this digest is stored here, and nothing waits for its removal.`);
  return { json: { digest, ...use, reasons: use.reasons.map((reason) => ({ ...reason, until: reason.until?.toISOString() })) } };
});
