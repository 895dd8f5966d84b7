import { type Digest, digestOfBytes, OCI_INDEX, OCI_MANIFEST } from '@berth/oci';
import { describe, expect, it } from 'vitest';
import { type ExportImage, type ExportManifest, ExportRefusedError, type ExportSource, planExport } from './export-plan.ts';
import { importArchive } from './import-archive.ts';
import { tarEntries } from './tar-entries.ts';
import { collect, hex, image, indexOf, inPieces, MemoryTarget } from './testing/made-archives.ts';
import { archiveLength, writeArchive } from './write-archive.ts';

const amd = image('amd64', ['layer one', 'l'.repeat(100_000)]);
const arm = image('arm64', ['layer one', 'another']);
const both = indexOf([
  { manifest: arm.manifest, architecture: 'arm64' },
  { manifest: amd.manifest, architecture: 'amd64' },
]);

const kept = new Map<string, Buffer>();
for (const { manifest, blobs } of [amd, arm]) {
  kept.set(`sha256:${hex(manifest)}`, Buffer.from(manifest));
  for (const [name, content] of blobs) kept.set(name.replace('blobs/sha256/', 'sha256:'), Buffer.from(content));
}

function manifestOf(text: string, mediaType = OCI_MANIFEST): ExportManifest {
  return { digest: digestOfBytes(Buffer.from(text)), mediaType, bytes: Buffer.from(text) };
}

const source: ExportSource<string> = {
  manifest: async (_place, digest) => {
    const bytes = kept.get(digest);
    return bytes === undefined ? undefined : { digest, mediaType: OCI_MANIFEST, bytes };
  },
  small: async (_place, digest) => kept.get(digest),
};

async function* open(_place: string, digest: Digest): AsyncGenerator<Buffer> {
  yield* inPieces(kept.get(digest) ?? Buffer.alloc(0), 4096);
}

function exported(root: ExportManifest, tag = '1'): ExportImage<string> {
  return { name: 'reg.example/team/app', tag: tag === '' ? undefined : tag, root, place: 'here' };
}

async function archive(images: readonly ExportImage<string>[], platform?: string): Promise<Buffer> {
  const plan = await planExport(images, source, { platform });
  const bytes = Buffer.concat(await collect(writeArchive(plan, open)));
  expect(bytes.length).toBe(archiveLength(plan));
  return bytes;
}

async function filesOf(bytes: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  for await (const entry of tarEntries(inPieces(bytes))) {
    if (entry.kind === 'file') files.set(entry.name, Buffer.concat(await collect(entry.content())));
  }
  return files;
}

describe('an archive', () => {
  it('is a docker load archive and an OCI layout, and comes back as it was', async () => {
    const bytes = await archive([exported(manifestOf(both, OCI_INDEX)), exported(manifestOf(arm.manifest), '2')]);
    const files = await filesOf(bytes);
    const docker = JSON.parse(files.get('manifest.json')?.toString() ?? '') as { Config: string; RepoTags: string[]; Layers: string[] }[];
    // Docker without an image store for several platforms takes one: the one most people have.
    expect(docker.map(({ RepoTags }) => RepoTags)).toEqual([['reg.example/team/app:1'], ['reg.example/team/app:2']]);
    expect(files.get(docker[0]?.Config ?? '')?.toString()).toContain('amd64');
    for (const { Config, Layers } of docker) for (const name of [Config, ...Layers]) expect(files.has(name), name).toBe(true);
    for (const [name, content] of files) if (name.startsWith('blobs/')) expect(name).toBe(`blobs/sha256/${hex(content)}`);
    const target = new MemoryTarget();
    await importArchive(tarEntries(inPieces(bytes)), target, { destination: { project: 'team' } });
    expect(target.tags).toEqual({
      'team/app:1': `sha256:${hex(both)}`,
      'team/app:2': `sha256:${hex(arm.manifest)}`,
    });
  });

  it('is the same bytes each time', async () => {
    const images = [exported(manifestOf(both, OCI_INDEX))];
    expect((await archive(images)).equals(await archive(images))).toBe(true);
  });

  it('has one platform where one is asked for, under the same tag', async () => {
    const target = new MemoryTarget();
    const bytes = await archive([exported(manifestOf(both, OCI_INDEX))], 'linux/arm64');
    await importArchive(tarEntries(inPieces(bytes)), target, { destination: { project: 'team' } });
    expect(target.tags).toEqual({ 'team/app:1': `sha256:${hex(arm.manifest)}` });
    expect(bytes.includes('l'.repeat(1000))).toBe(false);
  });

  it('names the platforms when there is none like the one asked for', async () => {
    const asked = planExport([exported(manifestOf(both, OCI_INDEX))], source, { platform: 'linux/s390x' });
    await expect(asked).rejects.toThrow(ExportRefusedError);
    await expect(asked).rejects.toThrow(/linux\/arm64, linux\/amd64/);
  });

  it('of an image without a tag keeps its repository', async () => {
    const target = new MemoryTarget();
    const bytes = await archive([exported(manifestOf(arm.manifest), '')]);
    const outcome = await importArchive(tarEntries(inPieces(bytes)), target, { destination: { project: 'other' } });
    expect(outcome.images).toMatchObject([{ repository: 'other/team/app', tags: [], digest: `sha256:${hex(arm.manifest)}` }]);
  });

  it('breaks off when a blob does, rather than ending cleanly', async () => {
    const plan = await planExport([exported(manifestOf(arm.manifest))], source);
    const broken = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.from('la');
      throw new Error('made by the test');
    };
    await expect(collect(writeArchive(plan, broken))).rejects.toThrow('made by the test');
  });

  it('breaks off when a blob is shorter than it was said to be', async () => {
    const plan = await planExport([exported(manifestOf(arm.manifest))], source);
    const short = async function* (): AsyncGenerator<Buffer> {
      yield Buffer.from('l');
    };
    await expect(collect(writeArchive(plan, short))).rejects.toThrow();
  });
});

it('asks once for each part, however often the indexes of all levels name it', async () => {
  const indexes = new Map<string, ExportManifest>();
  let below = amd.manifest;
  let type = OCI_MANIFEST;
  for (let level = 0; level < 6; level += 1) {
    const named = { mediaType: type, digest: `sha256:${hex(below)}`, size: Buffer.byteLength(below) };
    below = JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [named, named, named] });
    type = OCI_INDEX;
    indexes.set(`sha256:${hex(below)}`, manifestOf(below, OCI_INDEX));
  }
  let asked = 0;
  const counting: ExportSource<string> = {
    ...source,
    manifest: async (place, digest) => {
      asked += 1;
      return indexes.get(digest) ?? source.manifest(place, digest);
    },
  };
  const plan = await planExport([exported(manifestOf(below, OCI_INDEX))], counting);
  expect(asked).toBe(6);
  expect(plan.warnings).toEqual([]);
});
