import { OCI_INDEX, OCI_MANIFEST } from '@berth/oci';
import { describe, expect, it } from 'vitest';
import { manifestFacts } from './manifest-facts.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const CONFIG = 'application/vnd.oci.image.config.v1+json';

function bytes(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

const image = (mediaType = CONFIG) => bytes({ mediaType: OCI_MANIFEST, config: { mediaType, digest: DIGEST, size: 2 }, layers: [] });

describe('manifestFacts', () => {
  it('takes the platform and the first lines out of an image config', () => {
    const config = bytes({ os: 'linux', architecture: 'arm', variant: 'v7', author: 'me', history: [1], config: { User: 'x' } });
    expect(manifestFacts(image(), OCI_MANIFEST, config)).toEqual({
      kind: 'image',
      configMediaType: CONFIG,
      platforms: [{ os: 'linux', architecture: 'arm', variant: 'v7' }],
      extraAttrs: { architecture: 'arm', author: 'me', config: { User: 'x' }, os: 'linux' },
      children: [],
    });
  });

  it('takes the platforms of an index out of its descriptors, without attestations', () => {
    const child = (platform: object | undefined, annotations?: object) => ({
      mediaType: OCI_MANIFEST,
      digest: DIGEST,
      size: 2,
      platform,
      annotations,
    });
    const index = bytes({
      mediaType: OCI_INDEX,
      manifests: [
        child({ os: 'linux', architecture: 'amd64' }),
        child({ os: 'unknown', architecture: 'unknown' }, { 'vnd.docker.reference.type': 'attestation-manifest' }),
        child(undefined),
      ],
    });
    const facts = manifestFacts(index, OCI_INDEX, undefined);
    expect(facts.platforms).toEqual([{ os: 'linux', architecture: 'amd64' }]);
    expect(facts.children).toHaveLength(3);
  });

  it.each([
    ['no config', undefined],
    ['no JSON', Buffer.from('{')],
    ['a list', bytes([1])],
    ['null', bytes(null)],
    ['numbers for names', bytes({ os: 1, architecture: [] })],
  ])('says nothing of %s', (_what, config) => {
    expect(manifestFacts(image(), OCI_MANIFEST, config).platforms).toEqual([]);
  });

  it('shows nothing of a config that it does not know, and survives a manifest that it cannot read', () => {
    expect(manifestFacts(image('application/vnd.example'), OCI_MANIFEST, bytes({ os: 'linux', architecture: 'x' })).extraAttrs).toEqual({});
    expect(manifestFacts(Buffer.from('no'), OCI_MANIFEST, undefined)).toEqual({
      kind: 'other',
      platforms: [],
      extraAttrs: {},
      children: [],
    });
  });

  it('stays small: labels without end are left out', () => {
    const config = bytes({ os: 'linux', architecture: 'x', config: { Labels: { a: 'x'.repeat(200_000) } } });
    const facts = manifestFacts(image(), OCI_MANIFEST, config);
    expect(facts.extraAttrs).toEqual({ architecture: 'x', os: 'linux' });
    const annotations = { a: 'x'.repeat(2000) };
    const manifests = Array.from({ length: 300 }, () => ({ mediaType: OCI_MANIFEST, digest: DIGEST, size: 2, annotations }));
    const large = manifestFacts(bytes({ mediaType: OCI_INDEX, manifests }), OCI_INDEX, undefined);
    expect(JSON.stringify(large).length).toBeLessThan(128 * 1024);
    expect(large.children).toHaveLength(200);
  });
});
