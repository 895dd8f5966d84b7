import { actorKey, type AuditEntry } from '@berth/access';
import { projectOf, type Reference, referenceText, type RepositoryName } from '@berth/oci';
import { requestId } from '../request-id.ts';
import type { Call } from './endpoint.ts';

export interface ContentEvent {
  readonly operation: 'create' | 'pull';
  readonly repository: RepositoryName;
  readonly reference: Reference;
  /** Ends the description. */
  readonly how: 'by an archive' | 'as one file';
}

/** What /v2 would have told of this image, had it come or gone there. */
export function contentAuditEntry(
  { parts, request, actor }: Pick<Call, 'parts' | 'request' | 'actor'>,
  { operation, repository, reference, how }: ContentEvent,
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
    description: `${operation} ${resource} ${how}`,
    successful: true,
    status: operation === 'create' ? 201 : 200,
    requestId: requestId(request),
  };
}
