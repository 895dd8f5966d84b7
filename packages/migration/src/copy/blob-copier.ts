import type { Digest, ManifestReference, RepositoryName } from '@berth/oci';
import type { CopierOptions, RepositoryPair } from './content-copier.ts';

/** Digests that are remembered, to spare questions; some 100 bytes each. */
const MAX_KNOWN = 200_000;

/** Copies blobs once: what the destination has anywhere is not moved again. */
export class BlobCopier {
  readonly #options: CopierOptions;
  /** Blobs that are in a repository of the destination for certain. */
  readonly #known = new Map<RepositoryName, Set<Digest>>();
  /** Under way: whoever needs the same waits, and mounts it. */
  readonly #moving = new Map<Digest, Promise<void>>();
  readonly #seen = new Set<string>();

  constructor(options: CopierOptions) {
    this.#options = options;
  }

  async copy(pair: RepositoryPair, blob: ManifestReference): Promise<void> {
    const { report, destination } = this.#options;
    const { digest } = blob;
    const known = this.#knownIn(pair.to);
    if (known.has(digest)) return report.count('blob', 'there');
    if (pair.reachable && (await destination.hasBlob(pair.to, digest))) {
      remember(known, digest);
      return report.count('blob', 'there');
    }
    // A foreign layer that nobody stored is fetched by docker from where it is.
    if (blob.mayBeAbsent && !(await this.#options.source.hasBlob(pair.from, digest))) return;
    if (report.dryRun) return this.#foresee(blob);
    for (let moving = this.#moving.get(digest); moving !== undefined; moving = this.#moving.get(digest)) await moving;
    if (known.has(digest)) return report.count('blob', 'there');
    const move = this.#move(pair, blob);
    // Others only wait for it to end: whether it failed concerns whoever began it.
    const ended = (): void => void this.#moving.delete(digest);
    this.#moving.set(digest, move.then(ended, ended));
    await move;
    remember(known, digest);
  }

  forget(to: RepositoryName): void {
    this.#known.delete(to);
  }

  /** True the first time; true as well when too much is remembered. */
  firstSeen(what: string): boolean {
    if (this.#seen.has(what)) return false;
    if (this.#seen.size < MAX_KNOWN) this.#seen.add(what);
    return true;
  }

  #foresee({ digest, size }: ManifestReference): void {
    if (!this.firstSeen(digest)) return this.#options.report.count('blob', 'there');
    this.#options.report.count('blob', 'made');
    this.#options.report.sent(size);
    this.#options.progress();
  }

  async #move(pair: RepositoryPair, { digest, size }: ManifestReference): Promise<void> {
    const { source, destination, report, progress } = this.#options;
    let sent = 0;
    const open = async function* (): AsyncGenerator<Buffer> {
      // Sent anew after it broke off: what counts is what arrives.
      report.sent(-sent);
      sent = 0;
      for await (const chunk of source.blob(pair.from, digest)) {
        report.sent(chunk.length);
        sent += chunk.length;
        progress();
        yield chunk;
      }
    };
    const outcome = await destination.pushBlob(pair.to, { digest, size, open }, true);
    report.count('blob', 'made');
    if (outcome === 'mounted') report.mounted();
    progress();
  }

  #knownIn(to: RepositoryName): Set<Digest> {
    const known = this.#known.get(to) ?? new Set<Digest>();
    this.#known.set(to, known);
    return known;
  }
}

function remember(known: Set<Digest>, digest: Digest): void {
  if (known.size < MAX_KNOWN) known.add(digest);
}
