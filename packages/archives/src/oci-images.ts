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
  for (const listed of parsed(index, OCI_INDEX, 'index.json').references) {
    const root = presentPart(contents, listed, warnings);
    const name = nameOf(listed);
    const names = name === undefined ? [] : [name];
    const known = found.get(root.digest);
    if (known !== undefined) found.set(root.digest, { ...known, names: [...known.names, ...names] });
    else found.set(root.digest, { ...new Family(contents).collect(root), names });
  }
  return [...found.values()];
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
function presentPart(contents: ArchiveContents, listed: ManifestReference, warnings: Sentence[]): ManifestReference {
  const bytes = contents.blob(listed.digest)?.bytes;
  if (bytes === undefined || !isIndexType(listed.mediaType)) return listed;
  const children = parsed(bytes, listed.mediaType, listed.digest).references;
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
  readonly #contents: ArchiveContents;
  readonly #manifests = new Map<Digest, PlannedManifest>();
  readonly #blobs = new Set<Digest>();
  readonly #platforms = new Set<string>();

  constructor(contents: ArchiveContents) {
    this.#contents = contents;
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
    const manifest = parsed(bytes, reference.mediaType, reference.digest);
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
    const name = platformName(reference.platform) ?? platformName(platformOfConfig(config && this.#contents.blob(config.digest)?.bytes));
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
