import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Berth } from '../harness/berth.ts';
import { ContainerTools } from '../harness/podman.ts';
import { sha256 } from '../harness/random-bytes.ts';
import { expectStatus, OCI_CONFIG, OCI_INDEX, OCI_MANIFEST, RegistryClient } from '../harness/registry-client.ts';
import { scenario } from '../harness/requirements.ts';

const PLAIN = '--tls-verify=false';

scenario('skopeo', ['skopeo'], () => {
  let berth: Berth;
  let tools: ContainerTools;
  let layout: string;

  beforeAll(async () => {
    berth = await Berth.start();
    tools = await ContainerTools.create();
    layout = join(tools.folder, 'layout');
    await writeLayout(layout);
    await tools.skopeo(['login', PLAIN, '--username', 'admin', '--password-stdin', berth.host], { input: berth.adminPassword });
  });
  afterAll(async () => {
    await tools?.dispose();
    await berth?.dispose();
  });

  it('copies an image in, inspects it and copies it out the same', async () => {
    await tools.skopeo(['copy', '--dest-tls-verify=false', `oci:${layout}:amd64`, `docker://${berth.host}/sk/app:1`]);
    const inspected = JSON.parse((await tools.skopeo(['inspect', PLAIN, `docker://${berth.host}/sk/app:1`])).stdout) as {
      Digest: string;
      RepoTags: string[];
    };
    expect(inspected.RepoTags).toEqual(['1']);
    const out = join(tools.folder, 'out');
    await tools.skopeo(['copy', '--src-tls-verify=false', `docker://${berth.host}/sk/app@${inspected.Digest}`, `oci:${out}:1`]);
    const raw = await tools.skopeo(['inspect', '--raw', `oci:${out}:1`]);
    expect(sha256(raw.stdout)).toBe(inspected.Digest);
  });

  it('copies between repositories without uploading again', async () => {
    await tools.skopeo([
      'copy',
      '--src-tls-verify=false',
      '--dest-tls-verify=false',
      `docker://${berth.host}/sk/app:1`,
      `docker://${berth.host}/sk2/app:1`,
    ]);
    await tools.skopeo(['inspect', PLAIN, `docker://${berth.host}/sk2/app:1`]);
  });

  it('copies a whole index, converts to docker schema 2, and lists tags', async () => {
    await tools.skopeo(['copy', '--all', '--dest-tls-verify=false', `oci:${layout}:all`, `docker://${berth.host}/sk/app:all`]);
    await tools.skopeo([
      'copy',
      '--dest-tls-verify=false',
      '--format',
      'v2s2',
      `oci:${layout}:arm64`,
      `docker://${berth.host}/sk/app:docker`,
    ]);
    const raw = JSON.parse((await tools.skopeo(['inspect', PLAIN, '--raw', `docker://${berth.host}/sk/app:docker`])).stdout) as {
      mediaType: string;
    };
    expect(raw.mediaType).toBe('application/vnd.docker.distribution.manifest.v2+json');
    const tags = JSON.parse((await tools.skopeo(['list-tags', PLAIN, `docker://${berth.host}/sk/app`])).stdout) as { Tags: string[] };
    expect(tags.Tags).toEqual(['1', 'all', 'docker']);
  });

  it('cannot push to a name without a project', async () => {
    const refused = await tools.trySkopeo(['copy', '--dest-tls-verify=false', `oci:${layout}:amd64`, `docker://${berth.host}/lonely:1`]);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr).toMatch(/400|invalid/i);
  });

  it('deletes an image, which is then gone by every name', async () => {
    await tools.skopeo(['delete', PLAIN, `docker://${berth.host}/sk/app:docker`]);
    expect((await tools.trySkopeo(['inspect', PLAIN, `docker://${berth.host}/sk/app:docker`])).code).not.toBe(0);
    const client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    expectStatus('the deleted tag', await client.getManifest('sk/app', 'docker'), 404);
    expectStatus('another tag', await client.getManifest('sk/app', 'all'), 200);
    client.close();
  });

  it('says unauthorized to a stranger, not found to one who may look', async () => {
    const stranger = await tools.trySkopeo(['inspect', PLAIN, '--no-creds', `docker://${berth.host}/sk/app:1`]);
    expect(stranger.stderr).toMatch(/unauthorized|denied|authentication required/i);
    const absent = await tools.trySkopeo(['inspect', PLAIN, `docker://${berth.host}/sk/absent:1`]);
    expect(absent.stderr).toMatch(/name unknown|manifest unknown|not found/i);
  });
});

/** An OCI image layout of two images and an index over both, made by hand. */
async function writeLayout(folder: string): Promise<void> {
  await mkdir(join(folder, 'blobs/sha256'), { recursive: true });
  const put = async (bytes: Buffer, mediaType: string): Promise<{ mediaType: string; digest: string; size: number }> => {
    const digest = sha256(bytes);
    await writeFile(join(folder, 'blobs/sha256', digest.slice(7)), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const images = [];
  for (const architecture of ['amd64', 'arm64']) {
    const tar = emptyTar(`who-${architecture}`);
    const layer = await put(gzipSync(tar), 'application/vnd.oci.image.layer.v1.tar+gzip');
    const config = await put(
      json({ architecture, os: 'linux', rootfs: { type: 'layers', diff_ids: [sha256(tar)] }, config: {} }),
      OCI_CONFIG,
    );
    const manifest = await put(json({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layer] }), OCI_MANIFEST);
    images.push({
      ...manifest,
      platform: { architecture, os: 'linux' },
      annotations: { 'org.opencontainers.image.ref.name': architecture },
    });
  }
  const list = images.map(({ annotations: _, ...entry }) => entry);
  const all = {
    ...(await put(json({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: list }), OCI_INDEX)),
    annotations: { 'org.opencontainers.image.ref.name': 'all' },
  };
  await writeFile(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(folder, 'index.json'), json({ schemaVersion: 2, manifests: [...images, all] }));
}

/** A tar archive of one empty file. */
function emptyTar(name: string): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0' + '0000000\0' + '0000000\0' + '00000000000\0' + '00000000000\0' + ' '.repeat(8) + '0', 100);
  header.write('ustar\x0000', 257, 'binary');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, Buffer.alloc(1024)]);
}
