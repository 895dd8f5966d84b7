import { type Digest, digestOfBytes, OCI_MANIFEST, say } from '@berth/oci';
import type { ArchiveContents, ReadFile } from './archive-contents.ts';
import { refused, shown } from './archive-refused-error.ts';
import { type ImageName, readImageName } from './image-name.ts';
import type { FoundImage } from './image-plan.ts';
import { platformName, platformOfConfig } from './platforms.ts';

const OCI_CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';
const LAYER_TYPES: Readonly<Record<string, string>> = { none: LAYER, gzip: `${LAYER}+gzip`, zstd: `${LAYER}+zstd` };
const MAX_IMAGES = 10_000;

interface Item {
  readonly config: string;
  readonly tags: readonly string[];
  readonly layers: readonly string[];
}

/**
 * Images of `docker save` before version 25, podman, skopeo and others that write its manifest.json; undefined where there is none. Such an
 * archive has no manifest in the registry's sense: one is made, always the same for the same image. Layers stay as they are, byte for byte,
 * so their digests are those that the image itself names. Throws ArchiveRefusedError.
 */
export function dockerImages(contents: ArchiveContents): readonly FoundImage[] | undefined {
  const bytes = contents.named('manifest.json')?.bytes;
  if (bytes === undefined) return undefined;
  const found = new Map<Digest, FoundImage & { readonly names: ImageName[] }>();
  const configs = new Map<ReadFile, Config>();
  for (const item of readItems(bytes)) {
    const image = imageOf(contents, configs, item);
    const digest = image.manifests[0]?.digest as Digest;
    const known = found.get(digest);
    if (known === undefined) found.set(digest, { ...image, names: [...image.names] });
    // Added one by one: copied for each of ten thousand entries, a million names would take minutes.
    else for (const name of image.names) known.names.push(name);
  }
  return [...found.values()];
}

function readItems(bytes: Buffer): Item[] {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString());
  } catch (error) {
    throw refused(say('archive-manifest-json')`The archive's manifest.json is no JSON.`, { cause: error });
  }
  if (!Array.isArray(json) || json.length > MAX_IMAGES)
    throw refused(say('archive-manifest-list')`The archive's manifest.json is no list of at most ${{ most: MAX_IMAGES }} images.`);
  return json.map((value: unknown) => {
    const { Config: config, RepoTags: tags, Layers: layers } = (value ?? {}) as Record<string, unknown>;
    if (typeof config !== 'string' || !isTexts(layers ?? []) || !isTexts(tags ?? []))
      throw refused(say('archive-manifest-image')`The archive's manifest.json has an image without Config and Layers.`);
    return { config, tags: (tags ?? []) as string[], layers: (layers ?? []) as string[] };
  });
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === 'string');
}

/** What counts of an image's config. */
interface Config {
  readonly diffIds: readonly string[];
  readonly platform: string | undefined;
}

/** `configs`: those that were read. Ten thousand images may name the same one, of four megabytes. */
function imageOf(
  contents: ArchiveContents,
  configs: Map<ReadFile, Config>,
  { config: configName, tags, layers: layerNames }: Item,
): FoundImage {
  const config = present(contents, configName);
  const { diffIds, platform } = configs.get(config) ?? readConfig(config, configName);
  configs.set(config, { diffIds, platform });
  if (diffIds.length !== layerNames.length)
    throw refused(
      say(
        'archive-layer-count',
      )`The archive has ${{ layers: layerNames.length }} layers of an image whose config names ${{ named: diffIds.length }}.`,
    );
  const layers = layerNames.map((name, index) => {
    const layer = present(contents, name);
    const mediaType = LAYER_TYPES[layer.compression];
    if (mediaType === undefined)
      throw refused(
        say(
          'archive-layer-compression',
        )`The layer ${{ name: shown(name) }} is compressed with ${{ compression: layer.compression }}, which clients cannot unpack.`,
      );
    if (layer.compression === 'none' && layer.digest !== diffIds[index])
      throw refused(
        say(
          'archive-layer-differs',
        )`The archive is damaged: the layer ${{ name: shown(name) }} is not the one that its image names, ${{ digest: diffIds[index] ?? '' }}.`,
      );
    return { mediaType, digest: layer.digest, size: layer.size };
  });
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: { mediaType: OCI_CONFIG, digest: config.digest, size: config.size },
      layers,
    }),
  );
  return {
    names: tags.map(readImageName),
    subject: undefined,
    manifests: [{ digest: digestOfBytes(manifest), mediaType: OCI_MANIFEST, bytes: manifest }],
    blobs: [...new Set([config.digest, ...layers.map(({ digest }) => digest)])],
    platforms: platform === undefined ? [] : [platform],
  };
}

function present(contents: ArchiveContents, name: string): ReadFile {
  const file = contents.named(name.replace(/^\.\//, ''));
  if (file === undefined)
    throw refused(say('archive-not-whole')`The archive is not whole: ${{ name: shown(name) }} is not in it. Was it cut short?`);
  return file;
}

function readConfig({ bytes }: ReadFile, name: string): Config {
  if (bytes === undefined)
    throw refused(say('archive-config-json')`The config ${{ name: shown(name) }} of an image in the archive is no JSON.`);
  return { diffIds: readDiffIds(bytes, name), platform: platformName(platformOfConfig(bytes)) };
}

function readDiffIds(bytes: Buffer, name: string): readonly string[] {
  try {
    const { rootfs } = JSON.parse(bytes.toString()) as { rootfs?: { diff_ids?: unknown } };
    const ids = rootfs?.diff_ids ?? [];
    if (isTexts(ids)) return ids;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw refused(say('archive-config-unreadable')`The config ${{ name: shown(name) }} of an image in the archive cannot be read.`);
}
