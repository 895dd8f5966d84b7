import { randomBytes } from 'node:crypto';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BASE_IMAGE, importBaseImage } from '../harness/base-image.ts';
import { Berth } from '../harness/berth.ts';
import { DockerEngine } from '../harness/docker-engine.ts';
import { run, type RunResult } from '../harness/processes.ts';
import { expectStatus, OCI_INDEX, RegistryClient } from '../harness/registry-client.ts';
import { scenario } from '../harness/requirements.ts';
import { removeFolder, scratchFolder } from '../harness/scratch.ts';
import { requireTool } from '../harness/tools.ts';

interface Manifest {
  readonly mediaType?: string;
  readonly artifactType?: string;
  readonly config?: { readonly mediaType: string };
  readonly manifests?: readonly { readonly mediaType: string; readonly digest: string; readonly annotations?: Record<string, string> }[];
}

scenario(
  'Docker 26 with containerd’s image store, and buildx',
  ['root', 'dockerd-26', 'docker-26', 'containerd-1.7', 'buildx', 'busybox'],
  () => {
    let berth: Berth;
    let engine: DockerEngine;
    let client: RegistryClient;

    beforeAll(async () => {
      berth = await Berth.start();
      engine = await DockerEngine.start({ engine: '26' });
      await mkdir(join(engine.configFolder, 'cli-plugins'));
      await symlink(requireTool('buildx'), join(engine.configFolder, 'cli-plugins/docker-buildx'));
      await importBaseImage(engine);
      client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    });
    afterAll(async () => {
      client?.close();
      await engine?.dispose();
      await berth?.dispose();
    });

    const manifest = async (repository: string, reference: string): Promise<Manifest> =>
      JSON.parse(expectStatus('GET manifest', await client.getManifest(repository, reference), 200).body.toString()) as Manifest;

    it('logs in, and is refused with a wrong password', async () => {
      expect((await engine.login(berth.host, 'admin', 'wrong')).code).not.toBe(0);
      expect((await engine.login(berth.host, 'admin', berth.adminPassword)).code).toBe(0);
    });

    it('pushes an image with its attestations, removes it, pulls and runs it', async () => {
      const name = `${berth.host}/bx/app:1`;
      await build(engine, { big: randomBytes(5_000_000) }, ['--provenance=mode=max', '--tag', name, '--push']);
      const index = await manifest('bx/app', '1');
      expect(index.mediaType).toBe(OCI_INDEX);
      expect(index.manifests?.some((entry) => entry.annotations?.['vnd.docker.reference.type'] === 'attestation-manifest')).toBe(true);
      await engine.try(['rmi', '--force', name]);
      await engine.docker(['pull', name]);
      expect((await engine.docker(['run', '--rm', '--network', 'none', name])).stdout).toBe('built\n');
    });

    it('pushes with docker push from containerd’s store and pulls by digest', async () => {
      const name = `${berth.host}/bx/plain:1`;
      await engine.docker(['tag', BASE_IMAGE, name]);
      const pushed = await engine.docker(['push', name]);
      const digest = /digest: (sha256:[0-9a-f]{64})/.exec(pushed.stdout)?.[1] ?? '';
      await engine.docker(['rmi', '--force', name]);
      await engine.docker(['pull', `${berth.host}/bx/plain@${digest}`]);
    });

    it('keeps a build cache in the registry and builds from it', async () => {
      const ref = `${berth.host}/bx/cache:main`;
      await build(engine, {}, ['--cache-to', `type=registry,ref=${ref},mode=max,oci-mediatypes=true`]);
      const cache = await manifest('bx/cache', 'main');
      // Without image-manifest=true BuildKit writes an index whose children are plain blobs.
      expect(cache.manifests?.some((entry) => entry.mediaType.includes('layer') || entry.mediaType.includes('buildkit'))).toBe(true);
      await build(engine, {}, ['--cache-to', `type=registry,ref=${ref}-image,mode=max,image-manifest=true`]);
      await engine.docker(['buildx', 'prune', '--all', '--force']);
      const again = await build(engine, {}, ['--cache-from', `type=registry,ref=${ref}`]);
      expect(again.stderr).toMatch(/CACHED/);
    });

    it('pushes zstd layers from buildx and runs what it pulls back', async () => {
      const name = `${berth.host}/bx/zstd:1`;
      await build(engine, {}, [
        '--output',
        `type=image,name=${name},push=true,compression=zstd,force-compression=true,oci-mediatypes=true`,
      ]);
      await engine.try(['rmi', '--force', name]);
      await engine.docker(['pull', name]);
      expect((await engine.docker(['run', '--rm', '--network', 'none', name])).stdout).toBe('built\n');
    });

    it('reads and copies indexes with imagetools', async () => {
      await engine.docker(['buildx', 'imagetools', 'create', '--tag', `${berth.host}/bx2/copy:1`, `${berth.host}/bx/app:1`]);
      const inspected = await engine.docker(['buildx', 'imagetools', 'inspect', '--raw', `${berth.host}/bx2/copy:1`]);
      expect((JSON.parse(inspected.stdout) as Manifest).mediaType).toBe(OCI_INDEX);
    });
  },
);

scenario('oras', ['oras'], () => {
  let berth: Berth;
  let folder: string;

  beforeAll(async () => {
    berth = await Berth.start();
    folder = await scratchFolder('oras');
    await writeFile(join(folder, 'report.txt'), 'all is well\n');
    await oras('login', '--username', 'admin', '--password', berth.adminPassword, berth.host);
  });
  afterAll(async () => {
    await removeFolder(folder);
    await berth?.dispose();
  });

  async function oras(command: string, ...args: readonly string[]): Promise<RunResult> {
    const common = ['--plain-http', '--registry-config', join(folder, 'auth.json')];
    const [verb = '', ...sub] = command.split(' ');
    return run(requireTool('oras'), [verb, ...sub, ...common, ...args], { cwd: folder });
  }

  it('pushes and pulls an artifact whose config is the empty descriptor', async () => {
    await oras('push', '--artifact-type', 'application/vnd.example.report', `${berth.host}/art/report:1`, 'report.txt:text/plain');
    const manifest = JSON.parse((await oras('manifest fetch', `${berth.host}/art/report:1`)).stdout) as Manifest;
    expect(manifest.artifactType).toBe('application/vnd.example.report');
    expect(manifest.config?.mediaType).toBe('application/vnd.oci.empty.v1+json');
    await oras('pull', '--output', 'out', `${berth.host}/art/report:1`);
  });

  it('attaches, discovers and follows referrers, and copies with them', async () => {
    await oras('attach', '--artifact-type', 'application/vnd.example.sbom', `${berth.host}/art/report:1`, 'report.txt:text/plain');
    const found = JSON.parse((await oras('discover', '--format', 'json', `${berth.host}/art/report:1`)).stdout) as {
      manifests: { artifactType: string }[];
    };
    expect(found.manifests.map((entry) => entry.artifactType)).toEqual(['application/vnd.example.sbom']);
    const auth = ['--from-registry-config', join(folder, 'auth.json'), '--to-registry-config', join(folder, 'auth.json')];
    await run(requireTool('oras'), [
      'copy',
      '-r',
      '--from-plain-http',
      '--to-plain-http',
      ...auth,
      `${berth.host}/art/report:1`,
      `${berth.host}/art2/report:1`,
    ]);
    const copied = JSON.parse((await oras('discover', '--format', 'json', `${berth.host}/art2/report:1`)).stdout) as {
      manifests: unknown[];
    };
    expect(copied.manifests).toHaveLength(1);
  });

  it('tags, lists and deletes', async () => {
    const auth = ['--plain-http', '--registry-config', join(folder, 'auth.json')];
    await run(requireTool('oras'), ['tag', ...auth, `${berth.host}/art/report:1`, '2', '3']);
    expect((await oras('repo tags', `${berth.host}/art/report`)).stdout.trim().split('\n')).toEqual(['1', '2', '3']);
    await oras('manifest delete', '--force', `${berth.host}/art/report:3`);
    expect((await oras('repo tags', `${berth.host}/art/report`)).stdout.trim()).toBe('');
  });
});

scenario('cosign', ['cosign'], () => {
  let berth: Berth;
  let folder: string;
  let image: string;

  beforeAll(async () => {
    berth = await Berth.start();
    folder = await scratchFolder('cosign');
    const client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    const descriptor = await client.pushImage('signed/app', '1', randomBytes(1000));
    client.close();
    image = `${berth.host}/signed/app@${descriptor.digest}`;
    const auth = Buffer.from(`admin:${berth.adminPassword}`).toString('base64');
    await writeFile(join(folder, 'config.json'), JSON.stringify({ auths: { [berth.host]: { auth } } }));
    await cosign(['generate-key-pair']);
  });
  afterAll(async () => {
    await removeFolder(folder);
    await berth?.dispose();
  });

  async function cosign(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<RunResult> {
    return run(requireTool('cosign'), args, {
      cwd: folder,
      env: { ...process.env, HOME: folder, DOCKER_CONFIG: folder, COSIGN_PASSWORD: '', ...env },
    });
  }

  const offline = ['--tlog-upload=false', '--allow-insecure-registry', '--allow-http-registry'];
  const verify = ['verify', '--key', 'cosign.pub', '--insecure-ignore-tlog=true', '--allow-insecure-registry', '--allow-http-registry'];

  it('signs by the tag convention and verifies', async () => {
    await cosign(['sign', '--yes', '--key', 'cosign.key', ...offline, image]);
    const verified = await cosign([...verify, image]);
    expect(verified.stdout + verified.stderr).toContain('signatures were verified');
    const tree = await cosign(['triangulate', '--allow-insecure-registry', '--allow-http-registry', image]);
    expect(tree.stdout).toContain('.sig');
  });

  it('signs and verifies by OCI 1.1 referrers', async () => {
    await cosign(['sign', '--yes', '--key', 'cosign.key', '--registry-referrers-mode', 'oci-1-1', ...offline, image], {
      COSIGN_EXPERIMENTAL: '1',
    });
    await cosign([...verify, '--experimental-oci11', image], { COSIGN_EXPERIMENTAL: '1' });
    const client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    const referrers = expectStatus('referrers', await client.ask('GET', `/v2/signed/app/referrers/${image.split('@')[1]}`), 200);
    expect((JSON.parse(referrers.body.toString()) as { manifests: unknown[] }).manifests.length).toBeGreaterThan(0);
    client.close();
  });

  it('attaches an attestation and cleans up', async () => {
    await writeFile(join(folder, 'predicate.json'), '{"ok":true}');
    await cosign(['attest', '--yes', '--key', 'cosign.key', '--predicate', 'predicate.json', '--type', 'custom', ...offline, image]);
    await cosign(['clean', '--force', '--allow-insecure-registry', '--allow-http-registry', image]);
  });
});

/** `docker buildx build` of a two-layer image that prints `built`. */
async function build(engine: DockerEngine, files: Readonly<Record<string, Uint8Array>>, args: readonly string[]): Promise<RunResult> {
  const context = await scratchFolder('buildx');
  try {
    const copies = Object.keys(files).map((name) => `COPY ${name} /${name}\n`);
    await writeFile(join(context, 'Dockerfile'), `FROM ${BASE_IMAGE}\n${copies.join('')}RUN echo built > /built\nCMD ["cat", "/built"]\n`);
    for (const [name, bytes] of Object.entries(files)) await writeFile(join(context, name), bytes);
    return await engine.docker(['buildx', 'build', '--progress', 'plain', '--network', 'none', ...args, context], {
      env: { DOCKER_BUILDKIT: '1' },
    });
  } finally {
    await removeFolder(context);
  }
}
