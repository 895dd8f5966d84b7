import { archiveLength, planExport, writeArchive } from '@berth/archives';
import { OPERATIONS } from '@berth/api-contract';
import { type Reference, referenceText, type RepositoryName } from '@berth/oci';
import type { Call } from '../endpoint.ts';
import { contentAuditEntry } from '../content-audit.ts';
import { referenceFrom, repositoryEndpoint } from '../repository-endpoint.ts';

/** Its length is told beforehand, so that a download that broke off is seen as one. */
export const getArchive = repositoryEndpoint(OPERATIONS.getArchive, 'repository:pull', async (call, { repository: { name } }) => {
  const { parts, params, query } = call;
  const reference = referenceFrom(params.reference);
  const { source, registry } = parts.archives;
  const root = await registry.manifests.find(name, reference);
  const tag = reference.kind === 'tag' ? reference.tag : undefined;
  const image = { name: `${registryHost(call)}/${name}`, tag, root, place: name };
  const plan = await planExport([image], source, { platform: query.platform });
  registry.traffic?.pulled(name, reference, root.digest);
  if (parts.policy.audit.tellsPulls())
    parts.policy.audit.recordPull(contentAuditEntry(call, { operation: 'pull', repository: name, reference, how: 'by an archive' }));
  return {
    stream: writeArchive(plan, (place, digest) => source.open(place, digest)),
    headers: {
      'content-type': 'application/x-tar',
      'content-length': String(archiveLength(plan)),
      'content-disposition': `attachment; filename="${fileName(name, reference)}"`,
    },
  };
});

/** As docker shall call the image after a load, so that it can be pushed back. */
function registryHost({ parts, request }: Pick<Call, 'parts' | 'request'>): string {
  if (parts.externalUrl !== undefined) return new URL(parts.externalUrl).host;
  return parts.identity.originOf(request).host ?? 'localhost';
}

/** Of letters that need no escape in the header. */
function fileName(repository: RepositoryName, reference: Reference): string {
  return `${repository}_${referenceText(reference).slice(0, 80)}.tar`.replaceAll(/[^\w.-]/g, '_');
}
