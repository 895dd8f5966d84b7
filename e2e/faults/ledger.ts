/** What a tag may point to: its last acknowledged state, and writes whose answer never came. */
interface TagState {
  /** Digest, or undefined for "deleted". */
  acknowledged: string | undefined;
  readonly unanswered: Set<string | undefined>;
}

export interface BlobEntry {
  readonly repository: string;
  readonly digest: string;
  readonly size: number;
}

export interface ManifestEntry {
  readonly repository: string;
  readonly digest: string;
  readonly body: string;
  readonly blobs: readonly string[];
}

export interface UploadEntry {
  readonly repository: string;
  readonly location: string;
  readonly acknowledgedBytes: number;
  readonly content: Buffer;
}

/** What clients were told and what they only asked for: the truth that a server is compared with after a kill. */
export class Ledger {
  readonly blobs = new Map<string, BlobEntry>();
  readonly attemptedBlobs = new Map<string, BlobEntry>();
  readonly manifests = new Map<string, ManifestEntry>();
  readonly attemptedManifests = new Map<string, ManifestEntry>();
  readonly uploads = new Map<string, UploadEntry>();
  readonly #tags = new Map<string, TagState>();

  attemptTag(repository: string, tag: string, digest: string | undefined): void {
    const key = `${repository}:${tag}`;
    const state = this.#tags.get(key) ?? { acknowledged: undefined, unanswered: new Set() };
    state.unanswered.add(digest);
    this.#tags.set(key, state);
  }

  /** Each tag has one writer that waits for each answer, so an acknowledgement settles all that went before. */
  acknowledgeTag(repository: string, tag: string, digest: string | undefined): void {
    this.#tags.set(`${repository}:${tag}`, { acknowledged: digest, unanswered: new Set() });
  }

  /** Every tag with the digests that it may show; undefined among them means that it may be absent. */
  *tags(): Generator<{ readonly repository: string; readonly tag: string; readonly allowed: ReadonlySet<string | undefined> }> {
    for (const [key, state] of this.#tags) {
      const colon = key.lastIndexOf(':');
      yield { repository: key.slice(0, colon), tag: key.slice(colon + 1), allowed: new Set([state.acknowledged, ...state.unanswered]) };
    }
  }

  /** What no acknowledged manifest of its repository names is there for as long as its lease only. */
  forgetUnreferenced(): void {
    const named = new Set(
      [...this.manifests.values()].flatMap(({ repository, blobs }) => blobs.map((digest) => `${repository}@${digest}`)),
    );
    for (const key of this.blobs.keys()) if (!named.has(key)) this.blobs.delete(key);
  }

  /** Once seen after a restart a tag is settled: a write without an answer either took effect by then or never will. */
  settleTag(repository: string, tag: string, digest: string | undefined): void {
    this.acknowledgeTag(repository, tag, digest);
  }
}
