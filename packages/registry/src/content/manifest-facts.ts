import { type Manifest, type ManifestReference, parseManifest, type Platform } from '@berth/oci';
import type { ChildFacts, ManifestFacts } from '../ports/manifest-facts.ts';
import { HELM_CONFIG, isImageConfig } from './artifact-type.ts';

/** Largest config that is read for lists, bytes. Image configs have some ten thousand. */
export const MAX_CONFIG_BYTES = 1024 * 1024;
const MAX_CHILDREN = 200;
const MAX_PLATFORMS = 100;
/** What is kept of one manifest, bytes of JSON. */
const MAX_FACTS = 128 * 1024;

/** BuildKit's attestation manifests stand in an index beside the images, under this platform. */
function isAttestation({ platform, annotations }: ManifestReference): boolean {
  return platform?.os === 'unknown' || annotations?.['vnd.docker.reference.type'] === 'attestation-manifest';
}

/**
 * What lists show of a manifest. Never throws: of bytes or a config that cannot be read, the facts say as much as could be. What would be
 * larger than {@link MAX_FACTS} is left out, the largest part first.
 */
export function manifestFacts(bytes: Buffer, mediaType: string, config: Buffer | undefined): ManifestFacts {
  const manifest = parsed(bytes, mediaType);
  if (manifest === undefined) return { kind: 'other', platforms: [], extraAttrs: {}, children: [] };
  const children = manifest.references.filter(({ role }) => role === 'child');
  const json = config === undefined ? undefined : objectIn(config);
  const own = json === undefined || !isImageConfig(manifest.configMediaType) ? [] : platformOf(json);
  const facts: ManifestFacts = {
    kind: manifest.kind,
    ...(manifest.configMediaType === undefined ? {} : { configMediaType: manifest.configMediaType }),
    platforms:
      manifest.kind === 'index'
        ? children
            .filter((child) => !isAttestation(child))
            .flatMap(({ platform }) => (platform === undefined ? [] : [platform]))
            .slice(0, MAX_PLATFORMS)
        : own,
    extraAttrs: json === undefined ? {} : extraAttrs(json, manifest.configMediaType),
    children: children.slice(0, MAX_CHILDREN).map(childOf),
  };
  return trimmed(facts);
}

function parsed(bytes: Buffer, mediaType: string): Manifest | undefined {
  try {
    return parseManifest(bytes, mediaType);
  } catch {
    // It was parsed when it was pushed; a stricter parser of a newer version may refuse it. Lists then show its row alone.
    return undefined;
  }
}

function objectIn(config: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(config.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    // A config may be any bytes; one that is no JSON has nothing to show.
    return undefined;
  }
}

function platformOf(config: Record<string, unknown>): Platform[] {
  const { os, architecture, variant } = config;
  if (typeof os !== 'string' || typeof architecture !== 'string' || os === '' || architecture === '') return [];
  const version = config['os.version'];
  return [
    {
      architecture,
      os,
      ...(typeof version === 'string' ? { 'os.version': version } : {}),
      ...(typeof variant === 'string' && variant !== '' ? { variant } : {}),
    },
  ];
}

/** Harbor's choice: of an image the first lines of its config, of a chart the whole Chart.yaml; of anything else nothing. */
function extraAttrs(config: Record<string, unknown>, mediaType: string | undefined): Record<string, unknown> {
  if (mediaType === HELM_CONFIG) return config;
  if (!isImageConfig(mediaType)) return {};
  const { architecture, author, config: settings, created, os } = config;
  return Object.fromEntries(
    Object.entries({ architecture, author, config: settings, created, os }).filter(([, value]) => value !== undefined && value !== null),
  );
}

function childOf(child: ManifestReference): ChildFacts {
  const { digest, size, mediaType, platform, annotations, urls } = child;
  return {
    digest,
    size,
    mediaType,
    ...(platform === undefined ? {} : { platform }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(urls === undefined || urls.length === 0 ? {} : { urls }),
  };
}

function trimmed(facts: ManifestFacts): ManifestFacts {
  if (bytesOf(facts) <= MAX_FACTS) return facts;
  const { config: _config, ...attrs } = facts.extraAttrs;
  const withoutConfig = { ...facts, extraAttrs: attrs };
  if (bytesOf(withoutConfig) <= MAX_FACTS) return withoutConfig;
  const bare = { ...facts, extraAttrs: {}, children: facts.children.map(({ annotations: _annotations, urls: _urls, ...child }) => child) };
  return bytesOf(bare) <= MAX_FACTS ? bare : { ...bare, platforms: [], children: [] };
}

function bytesOf(facts: ManifestFacts): number {
  return Buffer.byteLength(JSON.stringify(facts));
}
