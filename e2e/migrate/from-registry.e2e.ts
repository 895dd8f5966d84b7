import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DockerRegistry } from '../harness/docker-registry.ts';
import { Berth } from '../harness/berth.ts';
import { ContainerTools } from '../harness/podman.ts';
import { run, type RunResult, tryRun } from '../harness/processes.ts';
import { type Descriptor, OCI_INDEX, RegistryClient } from '../harness/registry-client.ts';
import { scenario } from '../harness/requirements.ts';
import { removeFolder, scratchFolder } from '../harness/scratch.ts';

interface Report {
  readonly things: Readonly<Record<string, { readonly made: number; readonly there: number; readonly failed: number }>>;
  readonly problems: readonly { readonly name: string; readonly sentence: string }[];
  readonly bytes: number;
  readonly mounted: number;
}

scenario('berth migrate from-registry, from a docker-registry', ['root', 'mount', 'docker-registry', 'skopeo'], () => {
  let [berth, registry, tools] = [] as unknown as [Berth, DockerRegistry, ContainerTools];
  let [from, to] = [] as unknown as [RegistryClient, RegistryClient];

  beforeAll(async () => {
    berth = await Berth.start();
    registry = await DockerRegistry.create();
    await registry.start();
    tools = await ContainerTools.create();
    from = new RegistryClient(registry.url);
    to = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    await writeFile(join(berth.folder, 'password'), berth.adminPassword);
  });
  afterAll(async () => {
    from?.close();
    to?.close();
    await tools?.dispose();
    await registry?.dispose();
    await berth?.dispose();
  });

  function migrate(...args: readonly string[]): Promise<RunResult> {
    return migrateTo(berth, ...args);
  }

  function migrateTo(there: Berth, ...args: readonly string[]): Promise<RunResult> {
    const [node = '', ...command] = there.command;
    const sides = ['--url', registry.url, '--to', there.url, '--to-user', 'admin', '--to-password-file', join(there.folder, 'password')];
    return tryRun(node, [...command, 'migrate', 'from-registry', ...sides, '--json', ...args], { env: { ...process.env } });
  }

  async function report(...args: readonly string[]): Promise<Report> {
    const { code, stdout, stderr } = await migrate(...args);
    expect(code, stderr).toBe(0);
    return JSON.parse(stdout) as Report;
  }

  async function pushIndex(repository: string, tag: string, children: readonly Descriptor[]): Promise<Descriptor> {
    return from.putManifest(repository, tag, { schemaVersion: 2, mediaType: OCI_INDEX, manifests: children }, OCI_INDEX);
  }

  it('copies every tag of every repository, platforms and all, moves no layer twice, and a second time nothing', async () => {
    const shared = randomBytes(3_000_000);
    const children = [await from.pushImage('app', 'amd64', shared), await from.pushImage('app', 'arm64', randomBytes(1000))];
    const index = await pushIndex('app', '1', children);
    const other = await from.pushImage('team/deep/app', 'x', shared);
    const foreseen = await report('--dry-run');
    expect(foreseen.things).toMatchObject({ repository: { made: 2 }, tag: { made: 4 } });
    expect((await to.getManifest('library/app', '1')).status).toBe(404);
    const first = await report();
    expect([first.problems, first.things['tag'], first.mounted > 0]).toEqual([[], { made: 4, there: 0, failed: 0 }, true]);
    expect(first.bytes).toBeLessThan(3_100_000);
    const second = await report();
    expect([second.bytes, second.things['tag'], second.things['manifest']?.made]).toEqual([0, { made: 0, there: 4, failed: 0 }, 0]);
    const login = ['--src-creds', `admin:${berth.adminPassword}`, '--src-tls-verify=false'];
    for (const [name, digest] of [
      ['library/app:1', index.digest],
      ['team/deep/app:x', other.digest],
    ] as const) {
      const folder = join(berth.folder, name.replaceAll(/\W/g, '-'));
      await tools.skopeo(['copy', '--all', '--preserve-digests', ...login, `docker://${berth.host}/${name}`, `dir:${folder}`]);
      expect((await run('sha256sum', [join(folder, 'manifest.json')])).stdout.split(' ')[0]).toBe(digest.slice('sha256:'.length));
    }
  });

  it('copies what is named only, below a project where it is told to', async () => {
    for (const name of ['wanted/one', 'wanted/two', 'unwanted']) await from.pushImage(name, '1', randomBytes(100));
    await writeFile(join(berth.folder, 'list'), '# of the old registry\nwanted/one\n\n');
    const list = ['--repositories-file', join(berth.folder, 'list'), '--repository', 'wanted/two', '--project', 'library', '--below'];
    expect((await report(...list)).things).toMatchObject({ repository: { made: 2 }, tag: { made: 2 } });
    for (const name of ['one', 'two']) expect((await to.getManifest(`library/wanted/${name}`, '1')).status).toBe(200);
    expect((await to.getManifest('wanted/one', '1')).status).toBe(404);
  });

  it('goes on after what it cannot copy, names it, and says what to do', async () => {
    const pushed = await from.pushImage('late/app', '1', randomBytes(100));
    const { code, stdout, stderr } = await migrate('--repository', 'UPPER/case', '--repository', 'late/app');
    expect(code).toBe(1);
    expect((JSON.parse(stdout) as Report).problems.map(({ name }) => name)).toEqual(['UPPER/case']);
    expect(stderr).toMatch(/run the same command again/);
    expect((await to.getManifest('late/app', pushed.digest)).status).toBe(200);
  });

  it('says where there is nothing to copy that it was told nothing of', async () => {
    const empty = await DockerRegistry.create();
    try {
      await empty.start();
      const { code, stderr } = await migrate('--url', empty.url);
      expect([code, stderr]).toEqual([1, expect.stringMatching(/lists no repositories.*--repository/)]);
    } finally {
      await empty.dispose();
    }
  });

  it('ends where the destination is full, says what to do, and goes on once there is space', async () => {
    const data = await scratchFolder('full');
    const blobs = join(data, 'blobs');
    await mkdir(blobs);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', blobs]);
    const full = await Berth.start({ env: { BERTH_DATA: data } });
    try {
      await writeFile(join(full.folder, 'password'), full.adminPassword);
      for (const tag of ['1', '2', '3']) await from.pushImage('heavy/app', tag, randomBytes(4_000_000));
      const { code, stderr } = await migrateTo(full, '--repository', 'heavy/app');
      expect([code, stderr]).toEqual([
        1,
        expect.stringMatching(/There is no room left.*What was copied stays: run the same command again/),
      ]);
      await run('mount', ['-o', 'remount,size=200m', blobs]);
      const again = await migrateTo(full, '--repository', 'heavy/app');
      expect([again.code, (JSON.parse(again.stdout) as Report).things['tag']?.failed]).toEqual([0, 0]);
      const client = new RegistryClient(full.url, { user: 'admin', password: full.adminPassword });
      for (const tag of ['1', '2', '3']) expect((await client.getManifest('heavy/app', tag)).status).toBe(200);
      client.close();
    } finally {
      await full.dispose();
      await tryRun('umount', [blobs]);
      await removeFolder(data);
    }
  });
});
