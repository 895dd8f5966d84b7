import {
  type Digest,
  isImageType,
  isIndexType,
  type Manifest,
  parseManifest,
  parseTag,
  type Reference,
  type RepositoryName,
  type Tag,
} from '@berth/oci';
import { type RegistryClient, RegistryContentError } from '@berth/registry-client';
import { inParallel } from '../in-parallel.ts';
import type { Report } from '../report.ts';
import { BlobCopier } from './blob-copier.ts';
import type { Described, SourceName, SourceRegistry } from './source-registry.ts';

/** Of one artifact; a few large layers are what takes the time. */
const BLOBS_AT_A_TIME = 3;
const TAGS_AT_A_TIME = 4;
const MAX_DEPTH = 16;

/** Where content is read and where it goes. */
export interface RepositoryPair {
  readonly from: SourceName;
  readonly to: RepositoryName;
  /** The project is there, so that the destination can be asked what it has. In a dry run it may not be. */
  readonly reachable: boolean;
}

/** Something to copy with all that belongs to it. */
export interface Root {
  readonly digest: Digest;
  /** Of the manifest, where it is known. */
  readonly mediaType: string | undefined;
  readonly tags: readonly Tag[];
  /** Signatures, SBOMs and the like that the source told along with it. */
  readonly accessories: readonly Digest[];
}

export interface CopierOptions {
  readonly source: SourceRegistry;
  readonly destination: RegistryClient;
  readonly report: Report;
  /** Tags that the destination has stay as they are there, whatever they stand for at the source. */
  readonly keepTags: boolean;
  /** Something was done. */
  readonly progress: () => void;
}

/** Copies manifests, what they are made of, what refers to them, and tags: digests stay what they are. */
export class ContentCopier {
  readonly #options: CopierOptions;
  readonly #blobs: BlobCopier;

  constructor(options: CopierOptions) {
    this.#options = options;
    this.#blobs = new BlobCopier(options);
  }

  /**
   * Copies what the tags of the source's repository stand for, but for those in `except`; what a registry has without a tag it does not tell.
   * Answers how many tags there are.
   */
  async copyTags(pair: RepositoryPair, except: ReadonlySet<string>): Promise<number> {
    const { source, report } = this.#options;
    let count = 0;
    await inParallel(source.tags(pair.from), TAGS_AT_A_TIME, async (text) => {
      count += 1;
      if (except.has(text)) return;
      try {
        const tag = parseTag(text);
        const described = await source.describe(pair.from, { kind: 'tag', tag });
        // Undefined: it went meanwhile.
        if (described !== undefined) await this.copy(pair, { ...described, tags: [tag], accessories: [] });
      } catch (error) {
        report.failed('tag', `${pair.to}:${text}`, error);
      }
    });
    return count;
  }

  /** Answers whether all of it is at the destination now. What fails is in the report. Rejects with MigrationStoppedError. */
  async copy(pair: RepositoryPair, root: Root): Promise<boolean> {
    const { report } = this.#options;
    const name = `${pair.to}${root.tags[0] === undefined ? `@${root.digest}` : `:${root.tags[0]}`}`;
    try {
      const known = await this.#tree(pair, root.digest, 0);
      for (const tag of root.tags) await this.#tag(pair, tag, { digest: root.digest, bytes: known });
    } catch (error) {
      report.failed('manifest', name, error);
      return false;
    }
    return this.#referrers(pair, root);
  }

  /** What a repository had was only kept for it. */
  repositoryEnds(to: RepositoryName): void {
    this.#blobs.forget(to);
  }

  /** The manifest with its bytes when it had to be read; undefined when the destination has it, with everything below it. */
  async #tree(pair: RepositoryPair, digest: Digest, depth: number): Promise<SourceManifest | undefined> {
    const { source, destination, report, progress } = this.#options;
    if (depth > MAX_DEPTH) throw new RegistryContentError(`The manifests below ${digest} nest more than ${MAX_DEPTH} levels.`);
    if (pair.reachable && (await destination.describe(pair.to, { kind: 'digest', digest })) !== undefined) {
      report.count('manifest', 'there');
      progress();
      return undefined;
    }
    if (report.dryRun && this.#blobs.firstSeen(`${pair.to}@${digest}`) === false) return undefined;
    const manifest = await source.manifest(pair.from, digest);
    const parsed = parseManifest(manifest.bytes, manifest.mediaType);
    await this.#parts(pair, parsed, depth);
    if (!report.dryRun) await destination.pushManifest(pair.to, { kind: 'digest', digest }, manifest);
    report.count('manifest', 'made');
    progress();
    return manifest;
  }

  async #parts(pair: RepositoryPair, manifest: Manifest, depth: number): Promise<void> {
    const blobs = [];
    for (const reference of manifest.references) {
      const { role, mediaType, digest } = reference;
      const child = role === 'child' || role === 'other';
      if (child && (isImageType(mediaType) || isIndexType(mediaType))) await this.#tree(pair, digest, depth + 1);
      // Of an index of an unknown kind of manifests, and of BuildKit's caches: the source knows what it is.
      else if (child && !(await this.#options.source.hasBlob(pair.from, digest))) await this.#tree(pair, digest, depth + 1);
      else blobs.push(reference);
    }
    await inParallel(blobs, BLOBS_AT_A_TIME, (reference) => this.#blobs.copy(pair, reference));
  }

  async #tag(pair: RepositoryPair, tag: Tag, { digest, bytes }: { digest: Digest; bytes: SourceManifest | undefined }): Promise<void> {
    const { source, destination, report, keepTags, progress } = this.#options;
    const reference: Reference = { kind: 'tag', tag };
    const there = pair.reachable ? await destination.describe(pair.to, reference) : undefined;
    if (there?.digest === digest) return report.count('tag', 'there');
    if (there !== undefined && keepTags) {
      report.count('tag', 'there');
      report.differs('tag', `${pair.to}:${tag}`, `It stands for ${there.digest} at the destination, and was left so.`);
      return;
    }
    const made = async (): Promise<void> =>
      destination.pushManifest(pair.to, reference, bytes ?? (await source.manifest(pair.from, digest)));
    await report.make('tag', `${pair.to}:${tag}`, made);
    progress();
  }

  /** Of a manifest and of those below it, and what refers to the referrers in turn. */
  async #referrers(pair: RepositoryPair, root: Root): Promise<boolean> {
    const { source, report } = this.#options;
    const visited = new Set<Digest>();
    let whole = true;
    const visit = async (digest: Digest, mediaType: string | undefined, told: readonly Digest[]): Promise<void> => {
      if (visited.has(digest)) return;
      visited.add(digest);
      const found = new Map<Digest, string | undefined>(told.map((one) => [one, undefined]));
      for await (const referrer of source.referrers(pair.from, digest)) found.set(referrer.digest, referrer.mediaType);
      for (const [referrer, type] of found) {
        if (visited.has(referrer)) continue;
        try {
          await this.#tree(pair, referrer, 0);
          await visit(referrer, type, []);
        } catch (error) {
          report.failed('manifest', `${pair.to}@${referrer}`, error);
          whole = false;
        }
      }
      for (const child of await this.#children(pair, digest, mediaType)) await visit(child.digest, child.mediaType, []);
    };
    try {
      await visit(root.digest, root.mediaType, root.accessories);
    } catch (error) {
      report.failed('manifest', `${pair.to}@${root.digest}`, error);
      return false;
    }
    return whole;
  }

  /** The manifests of an index; of nothing else are there any. Undefined: what it is was not told, and is looked at. */
  async #children(pair: RepositoryPair, digest: Digest, mediaType: string | undefined): Promise<readonly Described[]> {
    if (mediaType !== undefined && mediaType !== '' && !isIndexType(mediaType)) return [];
    const { bytes, mediaType: told } = await this.#options.source.manifest(pair.from, digest);
    const { references } = parseManifest(bytes, told);
    return references.filter((one) => isImageType(one.mediaType) || isIndexType(one.mediaType));
  }
}

type SourceManifest = Awaited<ReturnType<SourceRegistry['manifest']>>;
