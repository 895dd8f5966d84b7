import {
  type Digest,
  isImageType,
  isIndexType,
  type Manifest,
  type ManifestReference,
  OCI_INDEX,
  OciError,
  parseManifest,
  say,
  type Sentence,
} from '@berth/oci';
import type { ArchiveContents } from './archive-contents.ts';
import { refused } from './archive-refused-error.ts';
import { type ImageName, readImageName, readRefName } from './image-name.ts';
import type { FoundImage, PlannedManifest } from './image-plan.ts';
import { PartCount } from './part-count.ts';
import { LIMITS } from './limits.ts';
import { platformName, platformOfConfig } from './platforms.ts';

const WHOLE_NAME = 'io.containerd.image.name';
const REF_NAME = 'org.opencontainers.image.ref.name';
const ATTESTATION = 'vnd.docker.reference.type';

/** Images of an OCI layout (image-spec image-layout.md), or undefined where the archive is none. Throws ArchiveRefusedError. */
export function ociImages(contents: ArchiveContents, warnings: Sentence[]): readonly FoundImage[] | undefined {
  const index = contents.named('index.json')?.bytes;
  if (index === undefined || contents.named('oci-layout') === undefined) return undefined;
  const found = new Map<Digest, FoundImage>();
  const documents = new Documents(contents);
  const parts = new PartCount();
  for (const listed of documents.parsed(index, OCI_INDEX, 'index.json').references) {
    const root = presentPart(documents, listed, warnings);
    const name = nameOf(listed);
    const names = name === undefined ? [] : [name];
    const known = found.get(root.digest);
    if (known !== undefined) found.set(root.digest, { ...known, names: [...known.names, ...names] });
    else {
      const family = new Family(documents).collect(root);
      parts.add(family);
      found.set(root.digest, { ...family, names });
    }
  }
  return [...found.values()];
}

/** The manifests and configs of an archive, each read once: thousands of images may have the same part, of four megabytes. */
class Documents {
  readonly contents: ArchiveContents;
  readonly #read = new Map<Buffer, Map<string, Manifest>>();
  readonly #platforms = new Map<Buffer, string | undefined>();

  constructor(contents: ArchiveContents) {
    this.contents = contents;
  }

  /** parseManifest with its refusals in the words of an archive. */
  parsed(bytes: Buffer, mediaType: string, what: string): Manifest {
    const known = this.#read.get(bytes)?.get(mediaType);
    if (known !== undefined) return known;
    const manifest = parsed(bytes, mediaType, what);
    const byType = this.#read.get(bytes) ?? new Map<string, Manifest>();
    this.#read.set(bytes, byType.set(mediaType, manifest));
    return manifest;
  }

  /** Of a config. */
  platform(bytes: Buffer | undefined): string | undefined {
    if (bytes === undefined) return undefined;
    if (!this.#platforms.has(bytes)) this.#platforms.set(bytes, platformName(platformOfConfig(bytes)));
    return this.#platforms.get(bytes);
  }
}

function nameOf({ annotations }: ManifestReference): ImageName | undefined {
  const whole = annotations?.[WHOLE_NAME];
  if (whole !== undefined && whole !== '') return readImageName(whole);
  const ref = annotations?.[REF_NAME];
  return ref === undefined || ref === '' ? undefined : readRefName(ref);
}

/**
 * Docker saves an index of which it has one platform only. An index is never rewritten and cannot be stored without its parts, so the image
 * for that platform stands for it.
 */
function presentPart(documents: Documents, listed: ManifestReference, warnings: Sentence[]): ManifestReference {
  const { contents } = documents;
  const bytes = contents.blob(listed.digest)?.bytes;
  if (bytes === undefined || !isIndexType(listed.mediaType)) return listed;
  const children = documents.parsed(bytes, listed.mediaType, listed.digest).references;
  const absent = children.filter(({ digest, mediaType }) => isManifestType(mediaType) && contents.blob(digest) === undefined);
  if (absent.length === 0) return listed;
  const images = children.filter(
    (child) => isImageType(child.mediaType) && contents.blob(child.digest) !== undefined && child.annotations?.[ATTESTATION] === undefined,
  );
  const [only] = images;
  if (only === undefined || images.length > 1)
    throw refused(
      say(
        'archive-half-index',
      )`The archive has ${{ there: images.length }} of the ${{ all: children.length }} parts of ${{ digest: listed.digest }}, and an image for several platforms is taken whole or as one of them. Save it again with all its platforms, or with one.`,
    );
  const platform = platformName(only.platform);
  warnings.push(
    platform === undefined
      ? say('archive-one-image')`Of ${{ digest: listed.digest }} the archive has one image only, which was imported in its place.`
      : say(
          'archive-one-platform',
        )`Of ${{ digest: listed.digest }} the archive has the image for ${{ platform }} only, which was imported in its place.`,
  );
  return only;
}

/** A manifest with everything below it. */
class Family {
  readonly #documents: Documents;
  readonly #contents: ArchiveContents;
  readonly #manifests = new Map<Digest, PlannedManifest>();
  readonly #blobs = new Set<Digest>();
  readonly #platforms = new Set<string>();

  constructor(documents: Documents) {
    this.#documents = documents;
    this.#contents = documents.contents;
  }

  collect(root: ManifestReference): Omit<FoundImage, 'names'> {
    const manifest = this.#add(root, LIMITS.depth);
    return {
      subject: manifest.subject?.digest,
      manifests: [...this.#manifests.values()],
      blobs: [...this.#blobs],
      platforms: [...this.#platforms],
    };
  }

  #add(reference: ManifestReference, depth: number): Manifest {
    if (depth === 0) throw refused(say('archive-nests')`The archive nests indexes more than ${{ most: LIMITS.depth }} deep.`);
    const { bytes } = this.#present(reference);
    if (bytes === undefined)
      throw refused(
        say(
          'archive-manifest-unreadable',
        )`The archive's manifest ${{ digest: reference.digest }} is no JSON or has more than ${{ most: LIMITS.document }} bytes.`,
      );
    const manifest = this.#documents.parsed(bytes, reference.mediaType, reference.digest);
    for (const child of manifest.references) {
      if (isManifestType(child.mediaType) && !this.#manifests.has(child.digest)) this.#add(child, depth - 1);
      else if (!isManifestType(child.mediaType)) this.#addBlob(child);
    }
    this.#notePlatform(reference, manifest);
    this.#manifests.set(reference.digest, { digest: reference.digest, mediaType: manifest.mediaType, bytes });
    if (this.#manifests.size > LIMITS.manifests)
      throw refused(say('archive-manifests')`An image of the archive has more than ${{ most: LIMITS.manifests }} manifests.`);
    return manifest;
  }

  #addBlob(reference: ManifestReference): void {
    if (reference.mayBeAbsent && this.#contents.blob(reference.digest) === undefined) return;
    this.#present(reference);
    this.#blobs.add(reference.digest);
  }

  #present({ digest, size, role }: ManifestReference): { readonly bytes?: Buffer } {
    const file = this.#contents.blob(digest);
    if (file === undefined)
      throw refused(
        say('archive-part-missing')`The archive is not whole: the ${{ part: role }} ${{ digest }} is not in it. Was it cut short?`,
      );
    if (file.size !== size)
      throw refused(
        say(
          'archive-size-differs',
        )`The archive is damaged: ${{ digest }} has ${{ size: file.size }} bytes, and ${{ named: size }} in the manifest that names it.`,
      );
    return file;
  }

  #notePlatform(reference: ManifestReference, manifest: Manifest): void {
    if (manifest.kind !== 'image' || reference.annotations?.[ATTESTATION] !== undefined) return;
    const config = manifest.references.find(({ role }) => role === 'config');
    const name = platformName(reference.platform) ?? this.#documents.platform(config && this.#contents.blob(config.digest)?.bytes);
    if (name !== undefined) this.#platforms.add(name);
  }
}

function isManifestType(mediaType: string): boolean {
  return isImageType(mediaType) || isIndexType(mediaType);
}

/** parseManifest with its refusals in the words of an archive. */
function parsed(bytes: Buffer, mediaType: string, what: string): Manifest {
  try {
    return parseManifest(bytes, mediaType);
  } catch (error) {
    if (error instanceof OciError)
      throw refused(say('archive-part-unusable')`The archive's ${{ part: what }} cannot be used. ${{ why: error.message }}`, {
        cause: error,
      });
    throw error;
  }
}
