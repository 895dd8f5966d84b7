import { type Digest, type Manifest, OciError, parseManifest, type RepositoryName, say } from '@berth/oci';
import type { BlobRecords } from '../ports/blob-records.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { ContentLists } from '../ports/content-lists.ts';
import type { ManifestRecords } from '../ports/manifest-records.ts';
import { HELM_CONFIG, isImageConfig } from './artifact-type.ts';
import { chartFile, MAX_CHART_BYTES } from './chart-files.ts';
import { readObject } from './fact-reader.ts';
import { MAX_CONFIG_BYTES } from './manifest-facts.ts';

export interface AdditionPorts {
  readonly lists: Pick<ContentLists, 'layerUses'>;
  readonly manifestRecords: Pick<ManifestRecords, 'find'>;
  readonly blobRecords: Pick<BlobRecords, 'findLinked'>;
  readonly blobStore: BlobStore;
}

/** One line of an image's build, with the layer that it made. */
export interface BuiltLayer {
  /** Absent where the line made no layer. */
  readonly digest?: Digest;
  readonly mediaType?: string;
  /** Bytes as stored. */
  readonly size?: number;
  readonly command?: string;
  readonly created?: string;
  /** How many repositories hold the same bytes. */
  readonly repositories?: number;
}

export const ADDITIONS = ['build_history', 'values.yaml', 'readme.md', 'dependencies'] as const;
export type AdditionName = (typeof ADDITIONS)[number];

export type Addition =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'text'; readonly mediaType: string; readonly text: string };

const CHART_FILES = {
  'values.yaml': { file: 'values.yaml', mediaType: 'text/plain' },
  'readme.md': { file: 'README.md', mediaType: 'text/markdown' },
} as const;
const CHART_CONTENT = 'application/vnd.cncf.helm.chart.content.v1.tar+gzip';

type Json = Record<string, unknown>;

/** What an artifact brings beside its manifest, read from its blobs when asked for. All sizes are bounded. */
export class Additions {
  readonly #ports: AdditionPorts;

  constructor(ports: AdditionPorts) {
    this.#ports = ports;
  }

  /** Throws MANIFEST_UNKNOWN, MANIFEST_INVALID where the kind of artifact has no such addition, BLOB_UNKNOWN where this one does not bring it. */
  async read(repository: RepositoryName, digest: Digest, name: AdditionName): Promise<Addition> {
    const { manifest } = await this.manifest(repository, digest);
    const image = isImageConfig(manifest.configMediaType);
    const chart = manifest.configMediaType === HELM_CONFIG;
    if (name === 'build_history' ? !image : !chart) {
      throw new OciError(
        'MANIFEST_INVALID',
        say(
          'addition-absent',
        )`This artifact has no ${{ name }}: it is ${{ kind: image ? 'an image' : chart ? 'a chart' : 'neither an image nor a chart' }}.`,
      );
    }
    if (name === 'build_history') return { kind: 'json', value: listIn((await this.config(repository, manifest)) ?? {}, 'history') };
    if (name === 'dependencies') return { kind: 'json', value: listIn((await this.config(repository, manifest)) ?? {}, 'dependencies') };
    const content = manifest.references.find(({ mediaType }) => mediaType === CHART_CONTENT);
    const archive = content === undefined ? undefined : await this.#blob(repository, content.digest, MAX_CHART_BYTES);
    const { file, mediaType } = CHART_FILES[name];
    const text = archive === undefined ? undefined : await chartFile(archive, file);
    if (text === undefined)
      throw new OciError('BLOB_UNKNOWN', say('chart-file-absent')`The chart has no ${{ file }}, or it is too large to be shown.`);
    return { kind: 'text', mediaType, text };
  }

  /** The lines of an image's build, each with its layer; of another artifact its layers alone. */
  async layers(repository: RepositoryName, digest: Digest): Promise<readonly BuiltLayer[]> {
    const { manifest } = await this.manifest(repository, digest);
    const layers = manifest.references.filter(({ role }) => role === 'layer');
    const uses = new Map(
      (await this.#ports.lists.layerUses([...new Set(layers.map((layer) => layer.digest))])).map((use) => [use.digest, use.repositories]),
    );
    const shown = layers.map((layer) => ({
      digest: layer.digest,
      mediaType: layer.mediaType,
      size: layer.size,
      repositories: uses.get(layer.digest) ?? 0,
    }));
    const config = isImageConfig(manifest.configMediaType) ? await this.config(repository, manifest) : undefined;
    const history = listIn(config ?? {}, 'history').filter(isObject);
    const filled = history.filter((line) => line['empty_layer'] !== true).length;
    // A history that does not fit its layers explains nothing.
    if (filled !== shown.length) return shown;
    let next = 0;
    return history.map((line) => {
      const layer = line['empty_layer'] === true ? {} : shown[next++];
      return { ...layer, ...textIn(line, 'created_by', 'command'), ...textIn(line, 'created', 'created') };
    });
  }

  /** Throws MANIFEST_UNKNOWN. */
  async manifest(
    repository: RepositoryName,
    digest: Digest,
  ): Promise<{ readonly bytes: Buffer; readonly mediaType: string; readonly manifest: Manifest }> {
    const found = await this.#ports.manifestRecords.find(repository, { kind: 'digest', digest });
    if (found === undefined) throw new OciError('MANIFEST_UNKNOWN', say('artifact-just-deleted')`The artifact was deleted a moment ago.`);
    return { bytes: found.bytes, mediaType: found.mediaType, manifest: parseManifest(found.bytes, found.mediaType) };
  }

  /** The config as JSON; undefined where there is none, it is larger than a mebibyte, or no JSON. Throws BLOB_UNKNOWN. */
  async config(repository: RepositoryName, manifest: Manifest): Promise<Json | undefined> {
    const config = manifest.references.find(({ role }) => role === 'config');
    const bytes = config === undefined ? undefined : await this.#blob(repository, config.digest, MAX_CONFIG_BYTES);
    try {
      const value: unknown = bytes === undefined ? undefined : JSON.parse(bytes.toString('utf8'));
      return isObject(value) ? value : undefined;
    } catch {
      // A config may be any bytes; one that is no JSON has nothing to show.
      return undefined;
    }
  }

  /** undefined when it is larger than `limit`. Throws BLOB_UNKNOWN. */
  async #blob(repository: RepositoryName, digest: Digest, limit: number): Promise<Buffer | undefined> {
    const linked = await this.#ports.blobRecords.findLinked(repository, digest);
    if (linked === undefined)
      throw new OciError('BLOB_UNKNOWN', say('blob-damaged')`A blob of this artifact is missing or damaged. Push it again to heal it.`);
    return linked.object.size > limit ? undefined : readObject(this.#ports.blobStore, linked.object);
  }
}

function listIn(json: Json, key: string): unknown[] {
  const value = json[key];
  return Array.isArray(value) ? value : [];
}

function textIn(json: Json, key: string, as: string): Record<string, string> {
  const value = json[key];
  return typeof value === 'string' ? { [as]: value } : {};
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
