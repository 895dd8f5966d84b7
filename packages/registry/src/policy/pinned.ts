import { type Digest, OciError, type RepositoryName, say } from '@berth/oci';

/** A manifest that stays until its pin is taken off. Answers as an immutable tag does. */
export class ManifestPinnedError extends OciError {
  constructor(repository: RepositoryName, digest: Digest) {
    super('DENIED', say('pinned')`${{ repository }}@${{ digest }} is pinned, so it is kept. Nothing was changed; take the pin off first.`, {
      status: 412,
      detail: { digest },
    });
    this.name = 'ManifestPinnedError';
  }
}
