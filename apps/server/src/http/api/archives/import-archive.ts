import type { ImportedImage, ImportOutcome } from '@berth/archives';
import { OPERATIONS } from '@berth/api-contract';
import { parseRepositoryName, type RepositoryName } from '@berth/oci';
import { ArchiveBody } from '../../../archives/archive-body.ts';
import type { Import } from '../../../archives/archives.ts';
import { keyOfActor } from '../acting.ts';
import { contentAuditEntry } from '../content-audit.ts';
import { projectEndpoint } from '../endpoint.ts';
import { projectOf } from '../project-target.ts';
import { told } from '../render.ts';
import { progressLines } from './progress-lines.ts';

/**
 * Images appear when the whole archive was read and found right. Without progress the status tells how it ended; with it the status was sent
 * before anything was known, so the last line does.
 */
export const importArchive = projectEndpoint(OPERATIONS.importArchive, 'repository:push', async (call, standing) => {
  const { parts, request, response, actor, query } = call;
  const { name: project } = await projectOf(call, standing);
  if (query.repository !== undefined) parseRepositoryName(`${project}/${query.repository}`);
  const body = new ArchiveBody(request, response);
  const work: Import = {
    ...{ destination: { project, repository: query.repository }, actor: keyOfActor(actor), body },
    mayPull: async (repository: RepositoryName) =>
      (await parts.identity.standings.allowingAt(actor, { action: 'repository:pull', repository })) !== undefined,
    pushed: async (repository, references) => {
      for (const reference of references)
        await parts.policy.audit.record(contentAuditEntry(call, { operation: 'create', repository, reference, how: 'by an archive' }));
    },
  };
  if (request.accepts(['json', 'application/x-ndjson']) === 'application/x-ndjson')
    return { stream: progressLines(parts.archives, work), headers: { 'content-type': 'application/x-ndjson' } };
  return { json: importView(await parts.archives.import(work)) };
});

export function importView({ images, warnings, ...counts }: ImportOutcome): object {
  return {
    images: images.map(imageView),
    blobs_stored: counts.blobsStored,
    blobs_existing: counts.blobsExisting,
    bytes_stored: counts.bytesStored,
    bytes_existing: counts.bytesExisting,
    warnings: warnings.map(({ text }) => text),
    warning_sentences: warnings.map(told),
  };
}

export function imageView({ repository, digest, tags, platforms }: ImportedImage): object {
  return { repository, digest, tags, platforms };
}
