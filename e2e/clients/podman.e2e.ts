import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { busyboxRoot } from '../harness/base-image.ts';
import { Berth } from '../harness/berth.ts';
import { ContainerTools } from '../harness/podman.ts';
import { run } from '../harness/processes.ts';
import { scenario } from '../harness/requirements.ts';
import { removeFolder } from '../harness/scratch.ts';

const PLAIN = '--tls-verify=false';

scenario('podman and buildah', ['root', 'podman', 'buildah', 'runc', 'busybox'], () => {
  let berth: Berth;
  let tools: ContainerTools;

  beforeAll(async () => {
    berth = await Berth.start();
    tools = await ContainerTools.create();
    const root = await busyboxRoot();
    const archive = join(tools.folder, 'base.tar');
    await run('tar', ['-C', root, '-cf', archive, '.']);
    await removeFolder(root);
    await tools.podman(['import', archive, 'localhost/base:1']);
  });
  afterAll(async () => {
    await tools?.dispose();
    await berth?.dispose();
  });

  it('refuses a wrong password and accepts the right one', async () => {
    const login = ['login', PLAIN, '--username', 'admin', '--password-stdin', berth.host];
    const wrong = await tools.tryPodman(login, { input: 'wrong' });
    expect(wrong.code).not.toBe(0);
    expect(wrong.stderr).toMatch(/invalid username\/password|unauthorized/i);
    const right = await tools.podman(login, { input: berth.adminPassword });
    expect(right.stdout).toContain('Login Succeeded');
  });

  it('builds, pushes, removes, pulls and runs an image', async () => {
    await writeFile(join(tools.folder, 'Dockerfile'), 'FROM localhost/base:1\nRUN echo podman > /who\n');
    const name = `${berth.host}/pod/app:1`;
    await tools.podman(['build', '--isolation', 'chroot', '--network', 'host', '--tag', name, tools.folder]);
    await tools.podman(['push', PLAIN, name]);
    await tools.podman(['rmi', '--force', name]);
    await tools.podman(['pull', PLAIN, name]);
    expect((await tools.podmanRun(name, ['cat', '/who'])).stdout).toBe('podman\n');
  });

  it('pushes zstd layers and pulls them back', async () => {
    // A layer of its own: podman would send one that the registry has as it is there, in gzip.
    await writeFile(join(tools.folder, 'Dockerfile'), 'FROM localhost/base:1\nRUN echo zstd > /who\n');
    const name = `${berth.host}/pod/zstd:1`;
    await tools.podman(['build', '--isolation', 'chroot', '--network', 'host', '--tag', name, tools.folder]);
    await tools.podman(['push', PLAIN, '--compression-format', 'zstd', '--format', 'oci', name]);
    const raw = await tools.skopeo(['inspect', PLAIN, '--raw', `docker://${name}`]);
    expect(raw.stdout).toContain('+zstd');
    await tools.podman(['rmi', '--force', name]);
    await tools.podman(['pull', PLAIN, name]);
    expect((await tools.podmanRun(name, ['cat', '/who'])).stdout).toBe('zstd\n');
  });

  it('pushes an index of several platforms with all its images', async () => {
    const list = `${berth.host}/pod/multi:all`;
    await tools.buildah(['manifest', 'create', 'localhost/multi']);
    for (const arch of ['amd64', 'arm64']) {
      await writeFile(join(tools.folder, 'Dockerfile'), `FROM localhost/base:1\nRUN echo ${arch} > /arch\n`);
      await tools.buildah(['bud', '--isolation', 'chroot', '--network', 'host', '--tag', `localhost/multi-${arch}`, tools.folder]);
      await tools.buildah(['manifest', 'add', '--arch', arch, 'localhost/multi', `localhost/multi-${arch}`]);
    }
    await tools.buildah(['manifest', 'push', PLAIN, '--all', '--format', 'oci', 'localhost/multi', `docker://${list}`]);
    const raw = await tools.skopeo(['inspect', PLAIN, '--raw', `docker://${list}`]);
    const index = JSON.parse(raw.stdout) as { manifests: { platform: { architecture: string } }[] };
    expect(index.manifests.map((entry) => entry.platform.architecture).sort()).toEqual(['amd64', 'arm64']);
    await tools.podman(['pull', PLAIN, '--arch', 'arm64', list]);
    expect((await tools.podmanRun(list, ['cat', '/arch'])).stdout).toBe('arm64\n');
  });
});
