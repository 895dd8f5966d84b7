import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BASE_IMAGE, importBaseImage } from '../harness/base-image.ts';
import { Berth } from '../harness/berth.ts';
import { DockerEngine } from '../harness/docker-engine.ts';
import { ContainerTools } from '../harness/podman.ts';
import { run, type RunResult } from '../harness/processes.ts';
import { expectStatus, OCI_INDEX, RegistryClient } from '../harness/registry-client.ts';
import { scenario } from '../harness/requirements.ts';
import { CHECKOUT, removeFolder, scratchFolder } from '../harness/scratch.ts';
import { requireTool } from '../harness/tools.ts';

/** A server, a folder for archives, and the command as people use it beside it. */
class Site {
  readonly berth: Berth;
  readonly folder: string;
  readonly client: RegistryClient;

  private constructor(berth: Berth, folder: string) {
    this.berth = berth;
    this.folder = folder;
    this.client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
  }

  static async start(): Promise<Site> {
    const site = new Site(await Berth.start(), await scratchFolder('archives'));
    await writeFile(site.file('password'), site.berth.adminPassword);
    return site;
  }

  file(name: string): string {
    return join(this.folder, name);
  }

  async command(...args: readonly string[]): Promise<RunResult> {
    const proof = ['--username', 'admin', '--password-file', this.file('password')];
    return run(process.execPath, [join(CHECKOUT, 'apps/cli/bin/berth.js'), ...args, ...proof], { env: this.berth.environment });
  }

  async import(
    archive: string,
    ...flags: readonly string[]
  ): Promise<{ blobsStored: number; images: { digest: string; repository: string }[] }> {
    return JSON.parse((await this.command('import', archive, '--project', 'library', '--json', ...flags)).stdout) as never;
  }

  async export(file: string, ...references: readonly string[]): Promise<string> {
    const images = references.map((reference) => `${this.berth.host}/library/${reference}`);
    await this.command('export', ...images, '-o', this.file(file));
    return this.file(file);
  }

  async digest(repository: string, tag: string): Promise<string | undefined> {
    const answer = expectStatus('GET manifest', await this.client.getManifest(`library/${repository}`, tag), 200);
    return answer.headers['docker-content-digest']?.toString();
  }

  async dispose(): Promise<void> {
    this.client.close();
    await this.berth.dispose();
    await removeFolder(this.folder);
  }
}

const DOCKERFILE = `FROM ${BASE_IMAGE}\nCOPY big /big\nRUN echo built > /built\nCMD ["cat", "/built"]\n`;

scenario('archives of docker', ['root', 'dockerd', 'docker', 'busybox'], () => {
  let site: Site;
  let engine: DockerEngine;
  const images = ['app:1', 'app:2'];

  beforeAll(async () => {
    site = await Site.start();
    engine = await DockerEngine.start({ insecureRegistries: [site.berth.host] });
    await importBaseImage(engine);
    for (const name of images) await engine.build(name, { Dockerfile: DOCKERFILE, big: randomBytes(3_000_000) });
    await engine.docker(['save', '--output', site.file('saved.tar'), ...images]);
    expect((await engine.login(site.berth.host, 'admin', site.berth.adminPassword)).code).toBe(0);
  });
  afterAll(async () => {
    await engine?.dispose();
    await site?.dispose();
  });

  const idOf = async (name: string): Promise<string> => (await engine.docker(['inspect', '--format', '{{.Id}}', name])).stdout.trim();

  it('are imported, pulled as the same images, and run', async () => {
    const outcome = await site.import(site.file('saved.tar'));
    // The base's layer is in both.
    expect(outcome.images).toHaveLength(2);
    for (const name of images) {
      await engine.docker(['pull', `${site.berth.host}/library/${name}`]);
      expect(await idOf(`${site.berth.host}/library/${name}`)).toBe(await idOf(name));
    }
    expect((await site.import(site.file('saved.tar'))).blobsStored).toBe(0);
  });

  it('are imported over the API as they come out of a pipe, compressed', async () => {
    await run('gzip', ['--keep', '--fast', site.file('saved.tar')]);
    const answer = await run('curl', [
      ...['--silent', '--show-error', '--user', `admin:${site.berth.adminPassword}`, '--header', 'content-type: application/x-tar'],
      ...['--header', 'accept: application/x-ndjson', '--upload-file', site.file('saved.tar.gz'), '--request', 'POST'],
      `${site.berth.url}/api/v2.0/projects/library/archives?repository=piped`,
    ]);
    const last = JSON.parse(answer.stdout.trim().split('\n').at(-1) ?? '') as { event: string; message?: string };
    expect(last.event, last.message).toBe('done');
    expect(await site.digest('piped', '1')).toBe(await site.digest('app', '1'));
  });

  it('are exported so that docker load takes them, under the names of the registry', async () => {
    const file = await site.export('exported.tar', 'app:1', 'app:2');
    const before = await idOf('app:1');
    // The base last: docker lists images of one second in any order, and keeps one that others stand on.
    await engine.docker(['rmi', '--force', ...images.flatMap((name) => [name, `${site.berth.host}/library/${name}`])]);
    await engine.docker(['rmi', '--force', BASE_IMAGE]);
    expect((await engine.docker(['images', '--quiet'])).stdout).toBe('');
    await engine.docker(['load', '--input', file]);
    expect(await idOf(`${site.berth.host}/library/app:1`)).toBe(before);
    expect((await engine.docker(['run', '--rm', '--network', 'none', `${site.berth.host}/library/app:2`])).stdout).toBe('built\n');
    // The portal's download is the same file.
    await run('curl', [
      ...['--silent', '--show-error', '--fail', '--user', `admin:${site.berth.adminPassword}`, '--output', site.file('downloaded.tar')],
      `${site.berth.url}/api/v2.0/projects/library/repositories/app/artifacts/1/archive`,
    ]);
    const [one, other] = [await site.export('one.tar', 'app:1'), site.file('downloaded.tar')];
    expect((await readFile(one)).equals(await readFile(other))).toBe(true);
  });
});

scenario(
  'archives of Docker 26 with containerd’s image store',
  ['root', 'dockerd-26', 'docker-26', 'containerd-1.7', 'buildx', 'busybox'],
  () => {
    let site: Site;
    let engine: DockerEngine;

    beforeAll(async () => {
      site = await Site.start();
      engine = await DockerEngine.start({ engine: '26', insecureRegistries: [site.berth.host] });
      await importBaseImage(engine);
    });
    afterAll(async () => {
      await engine?.dispose();
      await site?.dispose();
    });

    it('keep their digests both ways', async () => {
      await engine.docker(['tag', BASE_IMAGE, 'plain:1']);
      await engine.docker(['save', '--output', site.file('plain.tar'), 'plain:1']);
      const { images } = await site.import(site.file('plain.tar'));
      expect(images).toHaveLength(1);
      const name = `${site.berth.host}/library/plain:1`;
      await engine.docker(['load', '--input', await site.export('out.tar', 'plain:1')]);
      expect((await engine.docker(['run', '--rm', '--network', 'none', name, 'echo', 'runs'])).stdout).toBe('runs\n');
      const { stdout } = await engine.docker(['inspect', '--format', '{{.Id}}', name]);
      expect(stdout.trim()).toBe(images[0]?.digest);
    });

    it('for several platforms come from buildx and go to docker with all of them', async () => {
      const context = await scratchFolder('context');
      try {
        await writeFile(join(context, 'big'), randomBytes(1_000_000));
        await writeFile(join(context, 'Dockerfile'), 'FROM scratch\nARG TARGETARCH\nCOPY big /${TARGETARCH}\n');
        const output = `type=oci,dest=${site.file('both.tar')},name=library/both:1`;
        const platforms = ['--platform', 'linux/amd64,linux/arm64'];
        await run(requireTool('buildx'), ['build', ...platforms, '--provenance=false', '--output', output, context], {
          env: engine.environment,
        });
      } finally {
        await removeFolder(context);
      }
      const { images } = await site.import(site.file('both.tar'));
      expect(images).toMatchObject([{ repository: 'library/both' }]);
      const manifest = expectStatus('GET manifest', await site.client.getManifest('library/both', '1'), 200);
      expect(manifest.headers['content-type']).toBe(OCI_INDEX);
      await engine.docker(['load', '--input', await site.export('both-out.tar', 'both:1')]);
      const again = `${site.berth.host}/library/both:again`;
      await engine.docker(['tag', `${site.berth.host}/library/both:1`, again]);
      expect((await engine.login(site.berth.host, 'admin', site.berth.adminPassword)).code).toBe(0);
      await engine.docker(['push', again]);
      expect(await site.digest('both', 'again')).toBe(images[0]?.digest);
    });
  },
);

scenario('archives of podman, skopeo and buildah', ['root', 'podman', 'skopeo', 'buildah', 'busybox'], () => {
  let site: Site;
  let tools: ContainerTools;

  beforeAll(async () => {
    site = await Site.start();
    tools = await ContainerTools.create();
    // The tools want their file of logins to be there, even where nobody signs in.
    await writeFile(tools.authFile, '{}');
    const container = (await tools.buildah(['from', 'scratch'])).stdout.trim();
    await tools.buildah(['copy', container, requireTool('busybox'), '/bin/busybox']);
    await tools.buildah(['config', '--cmd', '["/bin/busybox","echo","runs"]', container]);
    await tools.buildah(['commit', container, 'localhost/made:1']);
  });
  afterAll(async () => {
    await tools?.dispose();
    await site?.dispose();
  });

  it.each(['docker-archive', 'oci-archive', 'docker-dir-of-oci'])('are imported from a %s and run after a load', async (format) => {
    const archive = site.file(format);
    if (format === 'docker-dir-of-oci') await tools.podman(['save', '--format', 'oci-dir', '--output', archive, 'localhost/made:1']);
    else await tools.podman(['save', '--format', format, '--output', archive, 'localhost/made:1']);
    const repository = format.replaceAll('-', '.');
    await site.import(archive, '--repository', repository);
    const file = await site.export(`${format}-out.tar`, `${repository}:1`);
    await tools.podman(['load', '--input', file]);
    const loaded = `${site.berth.host}/library/${repository}:1`;
    expect((await tools.podmanRun(loaded, [])).stdout).toBe('runs\n');
  });

  it('are read by skopeo both as docker-archive and as oci-archive', async () => {
    const file = await site.export('skopeo.tar', 'docker.archive:1');
    const digest = await site.digest('docker.archive', '1');
    const raw = await tools.skopeo(['inspect', '--raw', `oci-archive:${file}:1`]);
    await writeFile(site.file('manifest'), raw.stdout);
    expect(`sha256:${(await run('sha256sum', [site.file('manifest')])).stdout.split(' ')[0]}`).toBe(digest);
    await tools.skopeo(['inspect', `docker-archive:${file}:${site.berth.host}/library/docker.archive:1`]);
    for (const format of ['docker-archive', 'oci-archive']) {
      const to = site.file(`skopeo-${format}.tar`);
      await tools.skopeo(['copy', `oci-archive:${file}:1`, `${format}:${to}:copied:2`]);
      await site.import(to, '--repository', 'copied');
    }
    await tools.buildah(['push', 'localhost/made:1', `oci-archive:${site.file('buildah.tar')}:3`]);
    expect((await site.import(site.file('buildah.tar'), '--repository', 'copied')).images).toHaveLength(1);
  });
});
