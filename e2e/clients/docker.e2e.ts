import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BASE_IMAGE, importBaseImage } from '../harness/base-image.ts';
import { Berth } from '../harness/berth.ts';
import { DockerEngine } from '../harness/docker-engine.ts';
import { Management } from '../harness/management.ts';
import { waitFor } from '../harness/processes.ts';
import { expectStatus, RegistryClient } from '../harness/registry-client.ts';
import { scenario } from '../harness/requirements.ts';

scenario('docker', ['root', 'dockerd', 'docker', 'busybox'], () => {
  let berth: Berth;
  let engine: DockerEngine;

  beforeAll(async () => {
    berth = await Berth.start();
    engine = await DockerEngine.start();
    await importBaseImage(engine);
    expect((await engine.login(berth.host, 'admin', berth.adminPassword)).code).toBe(0);
  });
  afterAll(async () => {
    await engine?.dispose();
    await berth?.dispose();
  });

  it('builds, pushes, removes, pulls and runs an image', async () => {
    const name = `${berth.host}/demo/app:1.0`;
    await engine.build(name, {
      Dockerfile: `FROM ${BASE_IMAGE}\nCOPY hello /hello\nRUN echo built > /built\nCMD ["cat", "/hello", "/built"]\n`,
      hello: 'hello from berth\n',
    });
    const pushed = await engine.docker(['push', name]);
    const digest = /digest: (sha256:[0-9a-f]{64})/.exec(pushed.stdout)?.[1];
    expect(digest).toBeDefined();
    await engine.docker(['rmi', '--force', name]);
    expect((await engine.docker(['images', '--quiet', name])).stdout).toBe('');
    await engine.docker(['pull', name]);
    const output = await engine.docker(['run', '--rm', '--network', 'none', name]);
    expect(output.stdout).toBe('hello from berth\nbuilt\n');
    const inspected = await engine.docker(['inspect', '--format', '{{index .RepoDigests 0}}', name]);
    expect(inspected.stdout.trim()).toBe(`${berth.host}/demo/app@${digest}`);
    await engine.docker(['rmi', '--force', name]);
    await engine.docker(['pull', `${berth.host}/demo/app@${digest}`]);
  });

  it('moves only the layers that the registry lacks', async () => {
    const first = `${berth.host}/demo/shared:1`;
    await engine.build(first, { Dockerfile: `FROM ${BASE_IMAGE}\nCOPY big /big\n`, big: randomBytes(3_000_000) });
    await engine.docker(['push', first]);
    const again = await engine.docker(['push', first]);
    expect(again.stdout).toContain('Layer already exists');
    await engine.docker(['tag', first, `${berth.host}/other/shared:1`]);
    const mounted = await engine.docker(['push', `${berth.host}/other/shared:1`]);
    expect(mounted.stdout).toContain('Mounted from demo/shared');
  });

  it('pushes twenty images that share layers, all at once', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `${berth.host}/parallel/app${index % 4}:t${index}`);
    const common = randomBytes(2_000_000);
    for (const [index, name] of names.entries()) {
      await engine.build(name, { Dockerfile: `FROM ${BASE_IMAGE}\nCOPY common /common\nCOPY own /own\n`, common, own: `own ${index}` });
    }
    const results = await Promise.all(names.map(async (name) => engine.try(['push', name])));
    expect(results.filter((result) => result.code !== 0)).toEqual([]);
    for (const name of names) await engine.docker(['rmi', '--force', name]);
    for (const name of names) await engine.docker(['pull', '--quiet', name]);
    const client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    const tags = expectStatus('tags', await client.ask('GET', '/v2/parallel/app1/tags/list'), 200);
    expect((JSON.parse(tags.body.toString()) as { tags: string[] }).tags).toEqual(['t1', 't13', 't17', 't5', 't9']);
    client.close();
  });

  it('pushes a list of images for several platforms', async () => {
    for (const platform of ['amd64', 'arm64']) {
      const name = `${berth.host}/demo/multi:${platform}`;
      await engine.build(name, { Dockerfile: `FROM ${BASE_IMAGE}\nCOPY which /which\nCMD ["cat", "/which"]\n`, which: platform });
      await engine.docker(['push', name]);
    }
    const list = `${berth.host}/demo/multi:all`;
    const experimental = { env: { DOCKER_CLI_EXPERIMENTAL: 'enabled' } };
    await engine.docker(
      ['manifest', 'create', '--insecure', list, `${berth.host}/demo/multi:amd64`, `${berth.host}/demo/multi:arm64`],
      experimental,
    );
    await engine.docker(['manifest', 'annotate', '--arch', 'arm64', list, `${berth.host}/demo/multi:arm64`], experimental);
    await engine.docker(['manifest', 'push', '--insecure', list], experimental);
    await engine.docker(['rmi', '--force', `${berth.host}/demo/multi:amd64`]);
    await engine.docker(['pull', list]);
    expect((await engine.docker(['run', '--rm', '--network', 'none', list])).stdout).toBe('amd64');
  });

  it('says no to a wrong password and keeps working for the right one', async () => {
    const wrong = await engine.login(berth.host, 'admin', 'not the password');
    expect(wrong.code).not.toBe(0);
    expect(wrong.stderr).toMatch(/unauthorized|401/i);
    expect((await engine.login(berth.host, 'admin', berth.adminPassword)).code).toBe(0);
  });

  it('refuses a push where the user may not push, and stores nothing', async () => {
    const management = new Management(berth);
    await management.createUser('visitor', 'Visitor12345');
    await management.createProject('closed');
    await management.createProject('readable', true);
    await management.addMember('closed', 'visitor', 3);
    expect((await engine.login(berth.host, 'visitor', 'Visitor12345')).code).toBe(0);
    for (const project of ['closed', 'readable']) {
      const name = `${berth.host}/${project}/app:1`;
      await engine.docker(['tag', BASE_IMAGE, name]);
      const refused = await engine.try(['push', name]);
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toMatch(/denied|unauthorized/i);
    }
    expect((await engine.login(berth.host, 'admin', berth.adminPassword)).code).toBe(0);
    const client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    expectStatus('tags of the refused push', await client.ask('GET', '/v2/closed/app/tags/list'), 404);
    client.close();
    management.close();
  });

  it('finishes a push that a kill of the server interrupted, once the server is back', async () => {
    const name = `${berth.host}/demo/interrupted:1`;
    await engine.build(name, { Dockerfile: `FROM ${BASE_IMAGE}\nCOPY big /big\n`, big: randomBytes(120_000_000) });
    const before = await berth.uploadedBytes();
    const pushing = engine.try(['push', name], { timeoutMs: 240_000 });
    await waitFor('the push to be under way', 60_000, async () => (await berth.uploadedBytes()) > before + 5_000_000);
    await berth.kill('server');
    await berth.start();
    // The engine retries by itself; whether it had given up or not, a push after the restart must succeed.
    await pushing;
    await engine.docker(['push', name], { timeoutMs: 240_000 });
    await engine.docker(['rmi', '--force', name]);
    await engine.docker(['pull', name]);
  });
});
