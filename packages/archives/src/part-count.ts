import { say } from '@berth/oci';
import { refused } from './archive-refused-error.ts';
import { LIMITS } from './limits.ts';

interface Counted {
  readonly manifests: readonly unknown[];
  readonly blobs: readonly unknown[];
  readonly tags?: readonly unknown[];
}

/** Counts what an archive asks for. */
export class PartCount {
  #parts = 0;

  /** Throws ArchiveRefusedError beyond the limit. */
  add({ manifests, blobs, tags = [] }: Counted): void {
    this.#parts += manifests.length + blobs.length + tags.length;
    if (this.#parts > LIMITS.parts)
      throw refused(say('archive-parts')`The images of the archive have more than ${{ most: LIMITS.parts }} parts in all: split it.`);
  }
}
