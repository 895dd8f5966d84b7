import { digestHex, isDigest, parseDigest } from './digest.ts';
import type { Descriptor, Platform } from './descriptor.ts';
import { OciError } from './errors.ts';
import {
  bareMediaType,
  DOCKER_SCHEMA1,
  DOCKER_SCHEMA1_SIGNED,
  isImageType,
  isIndexType,
  NON_DISTRIBUTABLE_LAYERS,
  OCI_INDEX,
  OCI_MANIFEST,
} from './media-types.ts';

/** Largest manifest accepted, bytes: distribution-spec 1.1 "Pushing manifests" asks for at least 4 MiB. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
/** Most descriptors one manifest may carry: bounds the work of one PUT. */
export const MAX_MANIFEST_REFERENCES = 5000;
const MAX_MEDIA_TYPE = 255;
const MAX_DEPTH = 64;

/**
 * What a descriptor inside a manifest stands for.
 * `config` and `layer` are blobs; `child` of an index is a manifest or, as BuildKit's caches do, a blob;
 * `other` is any descriptor found in a manifest of unknown type, a blob or a manifest.
 */
export type ReferenceRole = 'config' | 'layer' | 'child' | 'other';

export interface ManifestReference extends Descriptor {
  readonly role: ReferenceRole;
  /** True when the bytes may be absent from the registry (foreign layer). */
  readonly mayBeAbsent: boolean;
}

/** The one parse of a manifest's bytes. The raw bytes stay beside it and are never re-serialised (law 7). */
export interface Manifest {
  readonly mediaType: string;
  readonly kind: 'image' | 'index' | 'other';
  /** image-spec: `artifactType`, else the config's media type for an image; undefined when neither is there. */
  readonly artifactType: string | undefined;
  readonly configMediaType: string | undefined;
  readonly references: readonly ManifestReference[];
  readonly subject: Descriptor | undefined;
  readonly annotations: Readonly<Record<string, string>>;
}

type Json = Record<string, unknown>;

/**
 * Parses manifest bytes sent with a Content-Type. Throws MANIFEST_INVALID with a sentence when: not JSON, nested too deep, schema 1,
 * `layers` and `manifests` together, a `mediaType` that disagrees with Content-Type, a malformed or oversized descriptor list.
 */
export function parseManifest(bytes: Buffer, contentType: string | undefined): Manifest {
  const json = parseJson(bytes);
  const mediaType = decideMediaType(json, bareMediaType(contentType));
  refuseSchema1(json, mediaType);
  if (Array.isArray(json.layers) && Array.isArray(json.manifests)) {
    throw invalid('A manifest has either "layers" or "manifests", never both: one digest must have one meaning.');
  }
  const kind = kindOf(json, mediaType);
  const references = collectReferences(json, kind);
  if (references.length > MAX_MANIFEST_REFERENCES) {
    throw invalid(`A manifest may reference at most ${MAX_MANIFEST_REFERENCES} descriptors; this one has ${references.length}.`);
  }
  const config = references.find((reference) => reference.role === 'config');
  const declared = optionalText(json, 'artifactType');
  return {
    mediaType,
    kind,
    artifactType: declared ?? (kind === 'image' ? config?.mediaType : undefined),
    configMediaType: config?.mediaType,
    references,
    subject: json.subject === undefined || json.subject === null ? undefined : readDescriptor(json.subject, 'subject'),
    annotations: readAnnotations(json.annotations, 'annotations') ?? {},
  };
}

function parseJson(bytes: Buffer): Json {
  if (bytes.length === 0) throw invalid('The request has no body; a manifest is a JSON object.');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch (cause) {
    throw new OciError('MANIFEST_INVALID', 'The manifest is not valid UTF-8 JSON. Nothing was stored.', { cause });
  }
  if (!isObject(value)) throw invalid('A manifest is a JSON object.');
  if (depthExceeds(value, MAX_DEPTH)) throw invalid(`A manifest nests at most ${MAX_DEPTH} levels.`);
  return value;
}

function depthExceeds(value: unknown, limit: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (limit === 0) return true;
  return Object.values(value).some((member) => depthExceeds(member, limit - 1));
}

function decideMediaType(json: Json, header: string): string {
  const declared = optionalText(json, 'mediaType');
  if (header === '' || header === 'application/json' || header === 'application/octet-stream') {
    // Clients that send no useful Content-Type: the document speaks for itself.
    if (declared !== undefined) return checkedMediaType(declared);
    if (Array.isArray(json.manifests)) return OCI_INDEX;
    if (Array.isArray(json.layers)) return OCI_MANIFEST;
    throw invalid('The manifest type is unknown: send it as Content-Type or as "mediaType" in the manifest.');
  }
  if (declared !== undefined && declared.toLowerCase() !== header) {
    throw invalid(`Content-Type says ${header} but the manifest's "mediaType" says ${declared}.`);
  }
  // Clients compare the answered Content-Type with the document letter by letter, so the document's spelling is kept.
  return checkedMediaType(declared ?? header);
}

function checkedMediaType(text: string): string {
  if (text.length <= MAX_MEDIA_TYPE && /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(text)) return text;
  throw invalid('The media type is malformed; it reads type/subtype (RFC 6838).');
}

function refuseSchema1(json: Json, spelled: string): void {
  const mediaType = spelled.toLowerCase();
  if (mediaType === DOCKER_SCHEMA1 || mediaType === DOCKER_SCHEMA1_SIGNED || json.schemaVersion === 1) {
    throw invalid('Docker schema 1 manifests are not accepted; push with Docker 1.10 or newer, which sends schema 2 or OCI manifests.');
  }
}

function kindOf(json: Json, spelled: string): Manifest['kind'] {
  const mediaType = spelled.toLowerCase();
  if (isImageType(mediaType)) {
    if (json.manifests !== undefined) throw invalid(`A manifest of type ${mediaType} has no "manifests".`);
    if (!isObject(json.config)) throw invalid(`A manifest of type ${mediaType} needs a "config" descriptor.`);
    if (!Array.isArray(json.layers)) throw invalid(`A manifest of type ${mediaType} needs a "layers" list.`);
    return 'image';
  }
  if (isIndexType(mediaType)) {
    if (json.layers !== undefined) throw invalid(`An index of type ${mediaType} has no "layers".`);
    if (!Array.isArray(json.manifests)) throw invalid(`An index of type ${mediaType} needs a "manifests" list.`);
    return 'index';
  }
  return 'other';
}

function collectReferences(json: Json, kind: Manifest['kind']): ManifestReference[] {
  if (kind === 'image') {
    const layers = json.layers as unknown[];
    return [
      { ...readDescriptor(json.config, 'config'), role: 'config', mayBeAbsent: false },
      ...layers.map((layer, index) => readLayer(layer, `layers[${index}]`)),
    ];
  }
  if (kind === 'index') {
    const children = json.manifests as unknown[];
    return children.map((child, index) => ({
      ...readDescriptor(child, `manifests[${index}]`),
      role: 'child' as const,
      mayBeAbsent: false,
    }));
  }
  return everyDescriptor(json);
}

function readLayer(value: unknown, where: string): ManifestReference {
  const layer = readDescriptor(value, where);
  return { ...layer, role: 'layer', mayBeAbsent: NON_DISTRIBUTABLE_LAYERS.has(layer.mediaType) };
}

/** Law 5: of an unknown manifest type every descriptor found is a reference. The subject is none: it may be absent. */
function everyDescriptor(json: Json): ManifestReference[] {
  const found: ManifestReference[] = [];
  const visit = (value: unknown, where: string): void => {
    if (Array.isArray(value)) {
      value.forEach((member, index) => visit(member, `${where}[${index}]`));
    } else if (isObject(value)) {
      if (looksLikeDescriptor(value)) {
        found.push({ ...readDescriptor(value, where), role: 'other', mayBeAbsent: false });
        return;
      }
      for (const [key, member] of Object.entries(value)) visit(member, where === '' ? key : `${where}.${key}`);
    }
  };
  for (const [key, member] of Object.entries(json)) if (key !== 'subject') visit(member, key);
  return found;
}

function looksLikeDescriptor(value: Json): boolean {
  return (
    typeof value.digest === 'string' && isDigest(value.digest) && typeof value.size === 'number' && typeof value.mediaType === 'string'
  );
}

function readDescriptor(value: unknown, where: string): Descriptor {
  if (!isObject(value)) throw invalid(`"${where}" must be a descriptor: an object with mediaType, digest and size.`);
  const { mediaType, digest, size } = value;
  if (typeof digest !== 'string') throw invalid(`"${where}" has no digest.`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw invalid(`"${where}" needs a size: a whole number of bytes, zero or more.`);
  }
  if (typeof mediaType !== 'string' || mediaType === '' || !isPrintable(mediaType)) {
    throw invalid(`"${where}" needs a mediaType of 1 to ${MAX_MEDIA_TYPE} printable ASCII characters.`);
  }
  const artifactType = optionalText(value, 'artifactType');
  const annotations = readAnnotations(value.annotations, `${where}.annotations`);
  const platform = readPlatform(value.platform);
  return {
    mediaType,
    digest: parseDescriptorDigest(digest, where),
    size,
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(platform === undefined ? {} : { platform }),
    ...(Array.isArray(value.urls) ? { urls: value.urls.filter((url): url is string => typeof url === 'string') } : {}),
  };
}

function parseDescriptorDigest(text: string, where: string) {
  try {
    return parseDigest(text);
  } catch (cause) {
    throw new OciError('MANIFEST_INVALID', `"${where}" has a malformed digest. ${cause instanceof OciError ? cause.message : ''}`.trim(), {
      cause,
    });
  }
}

function readPlatform(value: unknown): Platform | undefined {
  if (!isObject(value) || typeof value.architecture !== 'string' || typeof value.os !== 'string') return undefined;
  const features = value['os.features'];
  return {
    architecture: value.architecture,
    os: value.os,
    ...(typeof value['os.version'] === 'string' ? { 'os.version': value['os.version'] } : {}),
    ...(Array.isArray(features) ? { 'os.features': features.filter((feature): feature is string => typeof feature === 'string') } : {}),
    ...(typeof value.variant === 'string' ? { variant: value.variant } : {}),
  };
}

function readAnnotations(value: unknown, where: string): Readonly<Record<string, string>> | undefined {
  if (value === undefined || value === null) return undefined;
  if (!isObject(value) || Object.values(value).some((text) => typeof text !== 'string')) {
    throw invalid(`"${where}" must map names to texts.`);
  }
  return value as Record<string, string>;
}

function optionalText(json: Json, key: string): string | undefined {
  const value = json[key];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string' || !isPrintable(value)) {
    throw invalid(`"${key}" must be a text of at most ${MAX_MEDIA_TYPE} printable ASCII characters.`);
  }
  return value;
}

/** Media types go into headers and database columns, where control characters do harm. */
function isPrintable(text: string): boolean {
  return text.length <= MAX_MEDIA_TYPE && /^[\x20-\x7e]*$/.test(text);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(message: string): OciError {
  return new OciError('MANIFEST_INVALID', message);
}

/** First twelve hexadecimal digits, as people read digests. */
export function shortDigest(digest: Parameters<typeof digestHex>[0]): string {
  return digestHex(digest).slice(0, 12);
}
