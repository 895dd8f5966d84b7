import {
  type Digest,
  digestAlgorithm,
  digestHex,
  isImageType,
  isIndexType,
  type Manifest,
  OCI_INDEX,
  parseManifest,
  type Platform,
  type Sentence,
  say,
} from '@berth/oci';
import { LIMITS } from './limits.ts';
import { matchesPlatform, platformName, platformOfConfig } from './platforms.ts';

/** A manifest as the registry gave it. */
export interface ExportManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** An image that goes into the archive. */
export interface ExportImage<Place> {
  /** With registry, without tag: what docker calls it after a load. */
  readonly name: string;
  readonly tag: string | undefined;
  readonly root: ExportManifest;
  /** Where the source finds its parts. */
  readonly place: Place;
}

/** Where the parts of images are read from. */
export interface ExportSource<Place> {
  /** A manifest below an index; undefined when it is not there. */
  manifest(place: Place, digest: Digest): Promise<ExportManifest | undefined>;
  /** A config. Undefined for one that has more than `limit` bytes. */
  small(place: Place, digest: Digest, limit: number): Promise<Buffer | undefined>;
}

/** One file of the archive. */
export interface ExportFile<Place> {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly content: { readonly bytes: Buffer } | { readonly digest: Digest; readonly place: Place };
}

export interface ExportPlan<Place> {
  readonly files: readonly ExportFile<Place>[];
  /** Sentences about what is not in it. */
  readonly warnings: readonly string[];
}

/** What is asked for cannot be exported. The message is a sentence for a person. */
export class ExportRefusedError extends Error {
  override readonly name = 'ExportRefusedError';
  readonly sentence: Sentence;

  constructor(sentence: Sentence, options?: ErrorOptions) {
    super(sentence.text, options);
    this.sentence = sentence;
  }
}

export interface ExportOptions {
  /** `os/architecture` or `os/architecture/variant`: of an index only this image. */
  readonly platform?: string | undefined;
}

const DOCKER_CONFIGS = new Set(['application/vnd.oci.image.config.v1+json', 'application/vnd.docker.container.image.v1+json']);
const LAYER = /[./]tar([.+](gzip|zstd))?$/;
/** Which image of several platforms `docker load` shall find, as long as it takes one only. */
const FOR_DOCKER = ['linux/amd64', 'linux/arm64', 'linux'];

/**
 * The files of one archive that is a docker load archive (manifest.json, repositories) and an OCI layout (oci-layout, index.json) at once.
 * What describes the images comes first and everything else after it, in an order that follows from the images alone: the same images make
 * the same bytes. Rejects with ExportRefusedError.
 */
export async function planExport<Place>(
  images: readonly ExportImage<Place>[],
  source: ExportSource<Place>,
  options: ExportOptions = {},
): Promise<ExportPlan<Place>> {
  const collection = new Collection(source);
  for (const image of images) await collection.add(image, options.platform);
  return collection.plan();
}

interface Listed {
  readonly manifest: Pick<ExportManifest, 'digest' | 'mediaType' | 'bytes'>;
  readonly name: string;
  readonly tag: string | undefined;
}

interface DockerImage {
  readonly config: Digest;
  readonly layers: readonly Digest[];
  readonly tags: string[];
}

class Collection<Place> {
  readonly #source: ExportSource<Place>;
  readonly #blobs = new Map<Digest, ExportFile<Place>>();
  readonly #listed: Listed[] = [];
  readonly #docker = new Map<Digest, DockerImage>();
  readonly #repositories: Record<string, Record<string, string>> = {};
  readonly #warnings: string[] = [];
  #manifestBytes = 0;

  constructor(source: ExportSource<Place>) {
    this.#source = source;
  }

  async add(image: ExportImage<Place>, platform: string | undefined): Promise<void> {
    const { name, tag, place } = image;
    const root = await this.#chosen(image, platform);
    const family = await this.#collect(root, place, { depth: LIMITS.depth, seen: new Set() });
    this.#listed.push({ manifest: root, name, tag });
    const loadable = await this.#forDocker(family, place);
    if (loadable !== undefined) this.#addDocker(loadable, name, tag);
  }

  plan(): ExportPlan<Place> {
    const json = (name: string, value: unknown): ExportFile<Place> => {
      const bytes = Buffer.from(JSON.stringify(value));
      return { name, size: bytes.length, content: { bytes } };
    };
    const manifestJson = [...this.#docker.values()].map(({ config, layers, tags }) => ({
      Config: blobPath(config),
      RepoTags: tags.length === 0 ? null : tags,
      Layers: layers.map(blobPath),
    }));
    const index = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: this.#listed.map(descriptorOf) };
    const blobs = [...this.#blobs.values()];
    const inMemory = blobs.filter(({ content }) => 'bytes' in content);
    return {
      files: [
        json('oci-layout', { imageLayoutVersion: '1.0.0' }),
        json('index.json', index),
        json('manifest.json', manifestJson),
        json('repositories', this.#repositories),
        ...inMemory,
        ...blobs.filter(({ content }) => !('bytes' in content)),
      ],
      warnings: this.#warnings,
    };
  }

  async #chosen({ root, place }: ExportImage<Place>, platform: string | undefined): Promise<ExportManifest> {
    if (platform === undefined || !isIndexType(root.mediaType)) return root;
    const children = parse(root).references;
    const child = children.find((one) => isImageType(one.mediaType) && matchesPlatform(platform, one.platform));
    if (child === undefined) {
      const there = [...new Set(children.flatMap((one) => platformName(one.platform) ?? []))];
      throw new ExportRefusedError(
        say('export-no-platform')`The image has no ${{ platform }}; it has ${{ known: there.join(', ') || 'no platforms at all' }}.`,
      );
    }
    const manifest = await this.#source.manifest(place, child.digest);
    if (manifest === undefined)
      throw new ExportRefusedError(
        say('export-not-stored')`The image for ${{ platform }}, ${{ digest: child.digest }}, is not stored in this registry.`,
      );
    return manifest;
  }

  /** Adds a manifest and all below it; answers the images among them, each once: indexes may name one part any number of times, on each level. */
  async #collect(manifest: ExportManifest, place: Place, { depth, seen }: Descent): Promise<Member[]> {
    seen.add(manifest.digest);
    if (depth === 0) throw new ExportRefusedError(say('export-nests')`The image nests indexes more than ${{ most: LIMITS.depth }} deep.`);
    const parsed = parse(manifest);
    this.#addBytes(manifest);
    const members: Member[] = parsed.kind === 'image' ? [{ manifest: parsed, digest: manifest.digest, platform: undefined }] : [];
    for (const part of parsed.references) {
      if (!isImageType(part.mediaType) && !isIndexType(part.mediaType)) {
        if (!part.mayBeAbsent) this.#addBlob(part.digest, part.size, place);
        continue;
      }
      if (seen.has(part.digest)) continue;
      seen.add(part.digest);
      const child = await this.#source.manifest(place, part.digest);
      if (child === undefined)
        this.#warnings.push(`${part.digest}, a part of ${manifest.digest}, is not stored in this registry, so it is left out.`);
      else
        for (const one of await this.#collect(child, place, { depth: depth - 1, seen }))
          members.push({ ...one, platform: one.platform ?? part.platform });
    }
    return members;
  }

  #addBytes({ digest, bytes }: ExportManifest): void {
    if (this.#blobs.has(digest)) return;
    this.#manifestBytes += bytes.length;
    if (this.#manifestBytes > LIMITS.documents)
      throw new ExportRefusedError(say('export-too-large')`The manifests come to more than one archive can hold: export fewer images.`);
    this.#blobs.set(digest, { name: blobPath(digest), size: bytes.length, content: { bytes } });
  }

  #addBlob(digest: Digest, size: number, place: Place): void {
    if (!this.#blobs.has(digest)) this.#blobs.set(digest, { name: blobPath(digest), size, content: { digest, place } });
  }

  /** The image that `docker load` of a docker without an OCI image store finds: one, of one platform. */
  async #forDocker(family: readonly Member[], place: Place): Promise<Member | undefined> {
    const loadable = family.filter(({ manifest }) => isLoadable(manifest));
    if (loadable.length < 2) return loadable[0];
    const placed: Member[] = [];
    for (const one of loadable) placed.push({ ...one, platform: one.platform ?? (await this.#platformOf(one, place)) });
    for (const wanted of FOR_DOCKER) {
      const found = placed.find(({ platform }) => matchesPlatform(wanted, platform));
      if (found !== undefined) return found;
    }
    return placed[0];
  }

  async #platformOf({ manifest }: Member, place: Place): Promise<Platform | undefined> {
    const config = manifest.references.find(({ role }) => role === 'config');
    return config === undefined ? undefined : platformOfConfig(await this.#source.small(place, config.digest, LIMITS.document));
  }

  #addDocker({ manifest, digest }: Member, name: string, tag: string | undefined): void {
    const config = manifest.references.find(({ role }) => role === 'config')?.digest as Digest;
    const layers = manifest.references.filter(({ role }) => role === 'layer').map((layer) => layer.digest);
    const image = this.#docker.get(digest) ?? { config, layers, tags: [] };
    this.#docker.set(digest, image);
    const top = layers.at(-1);
    if (tag === undefined) return;
    if (!image.tags.includes(`${name}:${tag}`)) image.tags.push(`${name}:${tag}`);
    if (top !== undefined) (this.#repositories[name] ??= {})[tag] = digestHex(top);
  }
}

interface Descent {
  /** Levels that may follow. */
  readonly depth: number;
  readonly seen: Set<Digest>;
}

interface Member {
  readonly manifest: Manifest;
  readonly digest: Digest;
  readonly platform: Platform | undefined;
}

function isLoadable({ references }: Manifest): boolean {
  const [config, ...layers] = references;
  return (
    config !== undefined &&
    DOCKER_CONFIGS.has(config.mediaType) &&
    layers.every((layer) => LAYER.test(layer.mediaType) && !layer.mayBeAbsent)
  );
}

function descriptorOf({ manifest: { digest, mediaType, bytes }, name, tag }: Listed): object {
  const annotations =
    tag === undefined
      ? { 'io.containerd.image.name': `${name}@${digest}` }
      : { 'io.containerd.image.name': `${name}:${tag}`, 'org.opencontainers.image.ref.name': tag };
  return { mediaType, digest, size: bytes.length, annotations };
}

function blobPath(digest: Digest): string {
  return `blobs/${digestAlgorithm(digest)}/${digestHex(digest)}`;
}

function parse({ bytes, mediaType }: ExportManifest): Manifest {
  return parseManifest(bytes, mediaType);
}
