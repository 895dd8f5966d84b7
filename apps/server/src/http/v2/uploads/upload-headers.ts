import type { RepositoryName } from '@berth/oci';
import type { UploadStatus } from '@berth/registry';

/** Where an upload goes on, and how far it is: `Location`, `Range` (0-0 also for nothing yet, as clients expect) and docker's id. */
export function uploadHeaders({ id, repository, offset }: UploadStatus): string[] {
  return ['Location', `/v2/${repository}/blobs/uploads/${id}`, 'Range', `0-${Math.max(0, offset - 1)}`, 'Docker-Upload-UUID', id];
}

export function blobLocation(repository: RepositoryName, digest: string): string {
  return `/v2/${repository}/blobs/${digest}`;
}
