import { type Digest, type RepositoryName, say, type Sentence, type Tag } from '@berth/oci';
import type { ArchiveContents } from './archive-contents.ts';
import { refused } from './archive-refused-error.ts';
import { dockerImages } from './docker-images.ts';
import { type Destination, type ImageName, repositoryFor, tagFor } from './image-name.ts';
import { ociImages } from './oci-images.ts';
import { PartCount } from './part-count.ts';

export interface PlannedManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** An image found in an archive, whole. */
export interface FoundImage {
  readonly names: readonly ImageName[];
  /** What it hangs on to; such an image goes where its subject goes. */
  readonly subject: Digest | undefined;
  /** Children first, the image itself last. */
  readonly manifests: readonly PlannedManifest[];
  /** Configs, layers and other blobs of all its manifests, each once. */
  readonly blobs: readonly Digest[];
  readonly platforms: readonly string[];
}

/** An image and where it goes. */
export interface PlannedImage extends FoundImage {
  readonly digest: Digest;
  readonly repository: RepositoryName;
  readonly tags: readonly Tag[];
}

export interface Plan {
  readonly images: readonly PlannedImage[];
  /** About what was left out or done otherwise than one may expect. */
  readonly warnings: readonly Sentence[];
}

/** What would be imported. Throws ArchiveRefusedError when anything is missing, damaged or without a place to go. */
export function planImages(contents: ArchiveContents, destination: Destination): Plan {
  const warnings: Sentence[] = [];
  // Newer dockers write both: only the layout keeps digests and platforms.
  const found = ociImages(contents, warnings) ?? dockerImages(contents);
  if (found === undefined)
    throw refused(
      say('archive-no-index')`The archive has neither an index.json (OCI layout) nor a manifest.json (docker save), so it holds no images.`,
    );
  if (found.length === 0) throw refused(say('archive-empty')`The archive holds no images.`);
  const images = placed(found, destination);
  refuseCollisions(images);
  return { images, warnings };
}

function placed(found: readonly FoundImage[], destination: Destination): PlannedImage[] {
  const planned: PlannedImage[] = [];
  const parts = new PartCount();
  const add = (image: PlannedImage): void => {
    parts.add(image);
    planned.push(image);
  };
  for (const image of found.filter((one) => !followsSubject(one, found))) places(image, destination).forEach(add);
  for (const image of found.filter((one) => followsSubject(one, found))) {
    for (const { repository } of planned.filter(({ digest }) => digest === image.subject)) {
      add({ ...image, digest: digestOf(image), repository, tags: [] });
    }
  }
  return planned;
}

function followsSubject(image: FoundImage, all: readonly FoundImage[]): boolean {
  return image.names.length === 0 && image.subject !== undefined && all.some((other) => digestOf(other) === image.subject);
}

function places(image: FoundImage, destination: Destination): PlannedImage[] {
  const tagsOf = new Map<RepositoryName, Set<Tag>>();
  const names = image.names.length === 0 ? [{ path: undefined, tag: undefined }] : image.names;
  for (const name of names) {
    const repository = repositoryFor(name, destination);
    const tags = tagsOf.get(repository) ?? new Set();
    tagsOf.set(repository, tags);
    const tag = tagFor(name);
    if (tag !== undefined) tags.add(tag);
  }
  return [...tagsOf].map(([repository, tags]) => ({ ...image, digest: digestOf(image), repository, tags: [...tags] }));
}

function digestOf({ manifests }: FoundImage): Digest {
  const own = manifests.at(-1);
  if (own === undefined) throw new Error('An image has a manifest.');
  return own.digest;
}

function refuseCollisions(images: readonly PlannedImage[]): void {
  const taken = new Map<string, Digest>();
  for (const { repository, tags, digest } of images) {
    for (const tag of tags) {
      const name = `${repository}:${tag}`;
      if ((taken.get(name) ?? digest) !== digest)
        throw refused(
          say(
            'archive-same-name',
          )`Two different images of the archive would become ${{ name }}. Import them one by one, or without one repository for all.`,
        );
      taken.set(name, digest);
    }
  }
}
