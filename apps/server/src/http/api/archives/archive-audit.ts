import { actorKey, type AuditEntry } from '@berth/access';
import { projectOf, type Reference, referenceText, type RepositoryName } from '@berth/oci';
import { requestId } from '../../request-id.ts';
import type { Call } from '../endpoint.ts';

/** What /v2 would have told of this image, had it come or gone there. */
export function archiveAuditEntry(
  { parts, request, actor }: Pick<Call, 'parts' | 'request' | 'actor'>,
  operation: 'create' | 'pull',
  { repository, reference }: { readonly repository: RepositoryName; readonly reference: Reference },
): AuditEntry {
  const resource = `${repository}${reference.kind === 'tag' ? ':' : '@'}${referenceText(reference)}`;
  return {
    actor: actorKey(actor),
    username: actor.kind === 'anonymous' ? 'anonymous' : actor.name,
    address: parts.identity.originOf(request).address,
    project: projectOf(repository),
    resourceType: 'artifact',
    resource,
    operation,
    description: `${operation} ${resource} by an archive`,
    successful: true,
    status: operation === 'create' ? 201 : 200,
    requestId: requestId(request),
  };
}
