import { describe, expect, it } from 'vitest';
import { digestOfBytes } from './digest.ts';
import { OciError } from './errors.ts';
import { MAX_MANIFEST_REFERENCES, parseManifest } from './manifest.ts';
import { DOCKER_MANIFEST, DOCKER_SCHEMA1_SIGNED, OCI_INDEX, OCI_MANIFEST } from './media-types.ts';

const DIGEST = digestOfBytes(Buffer.from('content'));
const SHA512 = digestOfBytes(Buffer.from('content'), 'sha512');
const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: DIGEST, size: 7 };
const layer = { mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip', digest: DIGEST, size: 7 };
const image = { schemaVersion: 2, config, layers: [layer] };

function parse(document: unknown, contentType: string | undefined = OCI_MANIFEST): ReturnType<typeof parseManifest> {
  return parseManifest(Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)), contentType);
}

/** The sentence of the refusal; fails when there is none. */
function refusal(document: unknown, contentType?: string): string {
  try {
    parse(document, contentType);
  } catch (error) {
    expect(error).toBeInstanceOf(OciError);
    expect((error as OciError).code).toBe('MANIFEST_INVALID');
    return (error as OciError).message;
  }
  throw new Error('The manifest was accepted.');
}

describe('what is refused', () => {
  it.each([
    ['nothing', '', /no body/],
    ['what is no JSON', '{', /JSON/],
    ['a list', '[]', /object/],
    ['JSON in another encoding', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString('latin1'), /needs a "config"|JSON/],
    ['deep nesting', `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`, /nests/],
    ['schema 1 by its version', { ...image, schemaVersion: 1 }, /schema 1/],
    ['layers and manifests together', { ...image, manifests: [] }, /never both/],
    ['another mediaType than Content-Type', { ...image, mediaType: DOCKER_MANIFEST }, /Content-Type says/],
    ['no config', { schemaVersion: 2, layers: [] }, /"config"/],
    ['no layers', { schemaVersion: 2, config }, /"layers"/],
    ['a digest of a short hash', { ...image, config: { ...config, digest: 'sha256:abc' } }, /"config" has a malformed digest/],
    ['a digest in upper case', { ...image, config: { ...config, digest: DIGEST.toUpperCase() } }, /malformed digest/],
    ['a negative size', { ...image, layers: [{ ...layer, size: -1 }] }, /"layers\[0\]" needs a size/],
    ['a size beyond exact numbers', { ...image, layers: [{ ...layer, size: 2 ** 60 }] }, /needs a size/],
    ['a fraction of a byte', { ...image, layers: [{ ...layer, size: 1.5 }] }, /needs a size/],
    ['a layer that is no object', { ...image, layers: ['x'] }, /must be a descriptor/],
    ['a media type with a control character', { ...image, layers: [{ ...layer, mediaType: 'a/b\0' }] }, /printable/],
    ['an artifact type with a control character', { ...image, artifactType: 'a/b\u0000' }, /printable/],
    ['annotations that are no texts', { ...image, annotations: { a: 1 } }, /annotations/],
    ['a broken subject', { ...image, subject: { digest: 'x' } }, /subject/],
    ['too many references', { ...image, layers: Array.from({ length: MAX_MANIFEST_REFERENCES }, () => layer) }, /at most/],
  ])('%s', (_name, document, sentence) => {
    expect(refusal(document)).toMatch(sentence);
  });

  it('bytes that are no UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}')]);
    expect(() => parseManifest(bytes, OCI_MANIFEST)).toThrow(/UTF-8/);
  });

  it('schema 1 by its type, with the way out', () => {
    expect(refusal({ schemaVersion: 1 }, DOCKER_SCHEMA1_SIGNED)).toMatch(/Docker 1\.10/);
  });

  it('a document that tells its type nowhere', () => {
    expect(refusal({ schemaVersion: 2 }, '')).toMatch(/type is unknown/);
  });

  it('an index with layers', () => {
    expect(refusal({ schemaVersion: 2, layers: [] }, OCI_INDEX)).toMatch(/no "layers"/);
  });
});

describe('what is read', () => {
  it('an image: its references in order, and the config as artifact type', () => {
    const manifest = parse(image, `${OCI_MANIFEST}; charset=utf-8`);
    expect(manifest).toMatchObject({
      mediaType: OCI_MANIFEST,
      kind: 'image',
      artifactType: config.mediaType,
      configMediaType: config.mediaType,
    });
    expect(manifest.references.map(({ role, mayBeAbsent }) => [role, mayBeAbsent])).toEqual([
      ['config', false],
      ['layer', false],
    ]);
  });

  it('foreign layers may be absent, others with urls may not', () => {
    const foreign = { ...layer, mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', urls: ['https://example.com/x'] };
    const manifest = parse({ ...image, layers: [foreign, { ...layer, urls: ['https://example.com/x'] }] });
    expect(manifest.references.map(({ mayBeAbsent }) => mayBeAbsent)).toEqual([false, true, false]);
  });

  it('an index: its children, whatever they are, and no invented artifact type', () => {
    const manifest = parse(
      { schemaVersion: 2, manifests: [{ ...layer, platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } }] },
      OCI_INDEX,
    );
    expect(manifest.kind).toBe('index');
    expect(manifest.artifactType).toBeUndefined();
    expect(manifest.references[0]).toMatchObject({ role: 'child', platform: { os: 'linux', architecture: 'arm64', variant: 'v8' } });
  });

  it('an unknown type: every descriptor in it, but not the subject', () => {
    const subject = { mediaType: OCI_MANIFEST, digest: DIGEST, size: 1 };
    const manifest = parse({ blobs: [layer], deep: { one: [{ two: config }] }, subject }, 'application/vnd.example+json');
    expect(manifest.kind).toBe('other');
    expect(manifest.references.map(({ role, mediaType }) => [role, mediaType])).toEqual([
      ['other', layer.mediaType],
      ['other', config.mediaType],
    ]);
    expect(manifest.subject?.digest).toBe(DIGEST);
  });

  it('a type told by the document when Content-Type says nothing', () => {
    expect(parse({ ...image, mediaType: DOCKER_MANIFEST }, '').mediaType).toBe(DOCKER_MANIFEST);
    expect(parse(image, 'application/json').mediaType).toBe(OCI_MANIFEST);
    expect(parse({ schemaVersion: 2, manifests: [] }, 'application/octet-stream').mediaType).toBe(OCI_INDEX);
  });

  it('a type in the spelling of the document', () => {
    expect(parse({ mediaType: 'application/vnd.Example+json' }, 'application/vnd.example+json').mediaType).toBe(
      'application/vnd.Example+json',
    );
  });

  it('sha512 references', () => {
    expect(parse({ ...image, config: { ...config, digest: SHA512 } }).references[0]?.digest).toBe(SHA512);
  });
});
