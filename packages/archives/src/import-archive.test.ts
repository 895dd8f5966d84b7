import { gzipSync } from 'node:zlib';
import { digestOfBytes, OCI_INDEX, OCI_MANIFEST, parseManifest } from '@berth/oci';
import { describe, expect, it, vi } from 'vitest';
import { ArchiveRefusedError } from './archive-refused-error.ts';
import type { Destination } from './image-name.ts';
import { importArchive, type ImportOutcome } from './import-archive.ts';
import { LIMITS } from './limits.ts';
import { tarEntries } from './tar-entries.ts';
import {
  blob,
  CONFIG,
  described,
  dockerSave,
  type Files,
  hex,
  image,
  indexOf,
  inPieces,
  LAYER,
  layout,
  MemoryTarget,
  named,
  tarOf,
} from './testing/made-archives.ts';

const TEAM: Destination = { project: 'team' };
const one = image('amd64', ['layer one', 'layer two']);
const arm = image('arm64', ['layer one', 'another']);
const both = indexOf([
  { manifest: one.manifest, architecture: 'amd64' },
  { manifest: arm.manifest, architecture: 'arm64' },
]);

async function imported(files: Files | Buffer, destination = TEAM): Promise<{ target: MemoryTarget; outcome: ImportOutcome }> {
  const target = new MemoryTarget();
  const bytes = Buffer.isBuffer(files) ? files : await tarOf(files);
  return { target, outcome: await importArchive(tarEntries(inPieces(bytes)), target, { destination }) };
}

/** The sentence of the refusal. Nothing may have become visible. */
async function refusal(files: Files | Buffer, destination = TEAM): Promise<string> {
  const target = new MemoryTarget();
  const bytes = Buffer.isBuffer(files) ? files : await tarOf(files);
  const error: unknown = await importArchive(tarEntries(inPieces(bytes)), target, { destination }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ArchiveRefusedError);
  expect(target.manifests).toEqual([]);
  expect(target.placed).toEqual([]);
  return (error as Error).message;
}

describe('what is refused', () => {
  const whole = [...layout(named(one.manifest, 'app:1')), blob(one.manifest), ...one.blobs];
  const withOne = (...extra: Files): Files => [...whole, ...extra];

  it.each<[string, Files, RegExp]>([
    ['a path that leads out', withOne(['../../etc/passwd', 'x']), /leads out/],
    ['an absolute path', withOne(['/etc/passwd', 'x']), /leads out/],
    ['a backslash', withOne(['a\\b', 'x']), /leads out/],
    ['a link that leads out', withOne(['l', '', { type: 'symlink', linkname: '../x' }]), /leads out/],
    ['an absolute link', withOne(['l', '', { type: 'symlink', linkname: '/etc/passwd' }]), /leads out/],
    ['a device', withOne(['d', '', { type: 'character-device' }]), /character-device/],
    ['a name that is too long', withOne([`${'x/'.repeat(LIMITS.name)}y`, 'x']), /characters/],
    ['a blob whose name is no digest', withOne(['blobs/sha256/abc', 'x']), /no digest/],
    ['a blob with other content than its name says', withOne([`blobs/sha256/${hex('x')}`, 'y']), /has the digest/],
    ['a document with other content than its name says', withOne([`blobs/sha256/${hex('{}')}`, '{"a":1}']), /has the digest/],
    ['one name for two contents', withOne(['a', 'x'], ['a', 'y']), /two files/],
    ['no images', [['readme', 'x']], /neither/],
    ['an empty list', [['manifest.json', '[]']], /holds no images/],
    ['a manifest.json that is no list', [['manifest.json', '{"a":[]}']], /no list/],
    ['a layer that is not there', [...layout(named(one.manifest, 'app:1')), blob(one.manifest), ...one.blobs.slice(0, 2)], /not whole/],
    ['a manifest that is not there', [...layout(named(one.manifest, 'app:1')), ...one.blobs], /not whole/],
    ['a manifest of another size', [...layout({ ...named(one.manifest, 'app:1'), size: 3 }), blob(one.manifest), ...one.blobs], /bytes/],
    ['a name nobody can have', [...layout(named(one.manifest, 'APP:1')), blob(one.manifest), ...one.blobs], /cannot be the name/],
    ['a tag nobody can have', [...layout(named(one.manifest, 'app:..')), blob(one.manifest), ...one.blobs], /cannot be the name/],
    [
      'an image without a name',
      [...layout(described(one.manifest, 'application/vnd.oci.image.manifest.v1+json')), blob(one.manifest), ...one.blobs],
      /does not tell the name/,
    ],
    [
      'two images under one name',
      [
        ...layout(named(one.manifest, 'app:1'), named(arm.manifest, 'app:1')),
        blob(one.manifest),
        blob(arm.manifest),
        ...one.blobs,
        ...arm.blobs,
      ],
      /Two different images/,
    ],
    [
      'a docker layer that the config does not name',
      dockerSave(['app:1'], ['a'], { rootfs: { diff_ids: [`sha256:${hex('b')}`] } }),
      /is not the one/,
    ],
    ['a docker image with another number of layers', dockerSave(['app:1'], ['a'], { rootfs: { diff_ids: [] } }), /layers of an image/],
    ['a docker layer that is not there', dockerSave(['app:1'], ['a', 'b']).slice(1), /not whole/],
    [
      'links in a circle',
      [
        ...dockerSave(['app:1'], ['a']).slice(1),
        [dockerSave(['app:1'], ['a'])[0]?.[0] ?? '', '', { type: 'symlink', linkname: 'layer.tar' }],
      ],
      /circle/,
    ],
  ])('%s', async (_what, files, sentence) => {
    expect(await refusal(files)).toMatch(sentence);
  });

  it('an archive that was cut short, wherever', async () => {
    const bytes = await tarOf(whole);
    // The end of the tar is two empty blocks, which nobody needs.
    for (let length = 0; length < bytes.length - 1536; length += 97) await refusal(bytes.subarray(0, length));
  });

  it('a compressed archive that was cut short, or damaged', async () => {
    const bytes = gzipSync(await tarOf(whole));
    for (let length = 1; length < bytes.length; length += 61) await refusal(bytes.subarray(0, length));
    const damaged = Buffer.from(bytes);
    damaged.writeUInt8(damaged.readUInt8(200) ^ 0xff, 200);
    await refusal(damaged);
  });

  it('what is no tar', async () => {
    expect(await refusal(Buffer.from('hello'.repeat(1000)))).toMatch(/no tar/);
    expect(await refusal(Buffer.from('BZh91AY&SY'))).toMatch(/bzip2/);
  });

  it('a bomb', async () => {
    const bomb = gzipSync(await tarOf([['zeros', Buffer.alloc(LIMITS.expansion.free + 128 * 1024 * 1024)]]));
    expect(await refusal(bomb)).toMatch(/unpacks to/);
  });

  it('more documents than may be held', async () => {
    const documents = Array.from({ length: 9 }, (_, index) => [`d${index}`, `{"x":"${'x'.repeat(4_000_000)}"}`] as const);
    expect(await refusal(documents)).toMatch(/split it/);
  });

  it('more files than may be', async () => {
    const files = Array.from({ length: LIMITS.entries + 1 }, (_, index) => [`f${index}`, ''] as const);
    expect(await refusal(files)).toMatch(/more than 50000 files/);
  });

  it('indexes in indexes without end', async () => {
    let inner = one.manifest;
    const blobs: (readonly [string, Buffer | string])[] = [blob(one.manifest)];
    let type = 'application/vnd.oci.image.manifest.v1+json';
    for (let depth = 0; depth < LIMITS.depth + 1; depth += 1) {
      inner = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [described(inner, type)] });
      type = OCI_INDEX;
      blobs.push(blob(inner));
    }
    expect(await refusal([...layout(named(inner, 'app:1', OCI_INDEX)), ...blobs, ...one.blobs])).toMatch(/deep/);
  });
});

describe('an OCI layout', () => {
  it('keeps an index with all its platforms, whatever the order of the files', async () => {
    const blobs = [...one.blobs, ...arm.blobs, blob(both), blob(arm.manifest), blob(one.manifest)];
    const unique = [...new Map(blobs.map((file) => [file[0], file])).values()];
    for (const files of [
      [...layout(named(both, 'reg.example:5000/web/app:1', OCI_INDEX)), ...unique],
      [...unique, ...layout(named(both, 'reg.example:5000/web/app:1', OCI_INDEX))],
    ]) {
      const { target, outcome } = await imported(files);
      expect(target.tags).toEqual({ 'team/web/app:1': digestOfBytes(Buffer.from(both)) });
      expect(target.manifests.map(({ manifest }) => manifest.bytes.toString())).toEqual([one.manifest, arm.manifest, both]);
      expect(outcome.images).toMatchObject([{ repository: 'team/web/app', tags: ['1'], platforms: ['linux/amd64', 'linux/arm64'] }]);
      // Two configs and three layers, one of which both images have.
      expect(outcome).toMatchObject({ blobsStored: 5, blobsExisting: 0, warnings: [] });
    }
  });

  it('of which one platform is there gives that image, and says so', async () => {
    const { target, outcome } = await imported([...layout(named(both, 'app:1', OCI_INDEX)), blob(both), blob(arm.manifest), ...arm.blobs]);
    expect(target.tags).toEqual({ 'team/app:1': digestOfBytes(Buffer.from(arm.manifest)) });
    expect(outcome.warnings.map(({ text }) => text).join()).toContain('linux/arm64');
  });

  it('of which some platforms are there is refused', async () => {
    const third = image('s390x', ['third']);
    const three = indexOf([
      { manifest: one.manifest, architecture: 'amd64' },
      { manifest: arm.manifest, architecture: 'arm64' },
      { manifest: third.manifest, architecture: 's390x' },
    ]);
    const files = [blob(three), blob(arm.manifest), blob(one.manifest), ...arm.blobs, ...one.blobs];
    const unique = [...new Map(files.map((file) => [file[0], file])).values()];
    expect(await refusal([...layout(named(three, 'app:1', OCI_INDEX)), ...unique])).toMatch(/2 of the 3 parts/);
  });

  it('takes a bare tag as the name where the repository is told', async () => {
    const root = described(one.manifest, 'application/vnd.oci.image.manifest.v1+json', {
      annotations: { 'org.opencontainers.image.ref.name': '1.2' },
    });
    const { target } = await imported([...layout(root), blob(one.manifest), ...one.blobs], { project: 'team', repository: 'a/b' });
    expect(Object.keys(target.tags)).toEqual(['team/a/b:1.2']);
  });

  it('brings what hangs on to an image along', async () => {
    const subject = described(one.manifest, 'application/vnd.oci.image.manifest.v1+json');
    const signature = JSON.stringify({ ...(JSON.parse(image('', ['sig']).manifest) as object), subject });
    const files: Files = [
      ...layout(named(one.manifest, 'app:1'), described(signature, 'application/vnd.oci.image.manifest.v1+json')),
      ...[blob(one.manifest), blob(signature), ...one.blobs, ...image('', ['sig']).blobs],
    ];
    const { target } = await imported(files);
    expect(target.manifests.map(({ repository, tags }) => [repository, tags])).toEqual([
      ['team/app', ['1']],
      ['team/app', []],
    ]);
  });
});

describe('a docker save archive', () => {
  it('becomes an OCI image with the layers as they are, always the same', async () => {
    const digests = [];
    for (const tags of [['app:1', 'reg.example/team/app:2', 'docker.io/library/nginx:3'], ['app:1']]) {
      const { target } = await imported(dockerSave(tags, ['layer one', 'layer two']));
      digests.push(target.tags['team/app:1']);
      const [put] = target.manifests;
      const manifest = parseManifest(put?.manifest.bytes ?? Buffer.alloc(0), put?.manifest.mediaType);
      expect(manifest.references.slice(1).map(({ digest, mediaType }) => [digest, mediaType])).toEqual([
        [`sha256:${hex('layer one')}`, LAYER],
        [`sha256:${hex('layer two')}`, LAYER],
      ]);
      if (tags.length > 1) expect(Object.keys(target.tags).sort()).toEqual(['team/app:1', 'team/app:2', 'team/nginx:3']);
    }
    expect(digests[0]).toBe(digests[1]);
    expect(digests[0]).toBeDefined();
  });

  it('may have layers twice by links, and compressed ones', async () => {
    const packed = gzipSync('a layer of a tar');
    const files = dockerSave(['app:1'], [packed, 'other', 'other']);
    const again = files[2]?.[0] ?? '';
    const target = `../${files[1]?.[0]}`;
    const { target: memory } = await imported([
      ...files.slice(0, 1),
      [again, '', { type: 'symlink', linkname: target }],
      ...files.slice(1).filter(([name]) => name !== again),
      [files[1]?.[0] ?? '', 'other'],
    ]);
    const [put] = memory.manifests;
    expect(
      parseManifest(put?.manifest.bytes ?? Buffer.alloc(0), undefined)
        .references.slice(1)
        .map(({ mediaType }) => mediaType),
    ).toEqual([`${LAYER}+gzip`, LAYER, LAYER]);
  });

  it('as a layout too (docker 25) keeps its digests', async () => {
    const files: Files = [
      ...layout(named(one.manifest, 'docker.io/library/app:1')),
      ...[blob(one.manifest), ...one.blobs],
      [
        'manifest.json',
        JSON.stringify([{ Config: one.blobs[0]?.[0], RepoTags: ['app:1'], Layers: one.blobs.slice(1).map(([name]) => name) }]),
      ],
    ];
    const { target } = await imported(files);
    expect(target.tags).toEqual({ 'team/app:1': digestOfBytes(Buffer.from(one.manifest)) });
  });

  it.each([
    ['gzip', gzipSync],
    ['nothing', (bytes: Buffer) => bytes],
  ])('may be compressed with %s', async (_name, compress) => {
    const { target } = await imported(compress(await tarOf(dockerSave(['app:1'], ['a'.repeat(300_000)]))));
    expect(Object.keys(target.tags)).toEqual(['team/app:1']);
  });
});

/** Each read of it would hold up the server, which does nothing else meanwhile. */
describe('a document that many images share is read once', () => {
  const IMAGES = 300;
  const large = ' '.repeat(50_000);

  async function readsOf(files: Files): Promise<number> {
    const parse = vi.spyOn(JSON, 'parse');
    try {
      await imported(files);
      return parse.mock.calls.filter(([text]) => text.includes(large)).length;
    } finally {
      parse.mockRestore();
    }
  }

  it('as a config in a manifest.json', async () => {
    const items = Array.from({ length: IMAGES }, (_, index) => ({ Config: 'config.json', RepoTags: [`app:${index}`], Layers: [] }));
    const config = `{"os":"linux","architecture":"amd64",${large}"rootfs":{"diff_ids":[]}}`;
    // Once for the layers, once for the platform.
    expect(
      await readsOf([
        ['config.json', config],
        ['manifest.json', JSON.stringify(items)],
      ]),
    ).toBe(2);
  });

  it('as an index, and as a config, in a layout', async () => {
    const config = `{"os":"linux","architecture":"amd64",${large}"rootfs":{"diff_ids":[]}}`;
    const shared = JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config: described(config, CONFIG), layers: [] });
    const index = `{"schemaVersion":2,${large}"mediaType":"${OCI_INDEX}","manifests":[${JSON.stringify(described(shared, OCI_MANIFEST))}]}`;
    const above = Array.from({ length: IMAGES }, (_, at) =>
      JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, annotations: { at: String(at) }, manifests: [described(index, OCI_INDEX)] }),
    );
    const listed = Array.from({ length: IMAGES }, (_, at) => named(index, `app:${at}`, OCI_INDEX));
    const roots = above.map((root, at) => named(root, `app:root-${at}`, OCI_INDEX));
    expect(await readsOf([...layout(...listed, ...roots), blob(config), blob(shared), blob(index), ...above.map(blob)])).toBe(2);
  });

  it('and tags count among the parts, however the entries of one image divide them', async () => {
    const [[name, config] = ['', '']] = dockerSave([], []);
    const items = Array.from({ length: 10_000 }, (_, at) => ({
      Config: name,
      Layers: [],
      RepoTags: Array.from({ length: 21 }, (_tag, more) => `a:${at}-${more}`),
    }));
    expect(
      await refusal([
        [name, config],
        ['manifest.json', JSON.stringify(items)],
      ]),
    ).toMatch(/more than 200000 parts/);
  });

  it('and more parts than an archive may have in all are refused', async () => {
    const layers = Array.from({ length: 1500 }, (_, at) => `layer ${at}`);
    const wide = image('amd64', layers);
    const names = Array.from({ length: 150 }, (_, at) => named(wide.manifest, `app-${at}:1`));
    expect(await refusal([...layout(...names), blob(wide.manifest), ...wide.blobs])).toMatch(/more than 200000 parts/);
  });
});
