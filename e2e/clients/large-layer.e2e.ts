import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BASE_IMAGE, importBaseImage } from '../harness/base-image.ts';
import { Berth } from '../harness/berth.ts';
import { DockerEngine } from '../harness/docker-engine.ts';
import { scenario } from '../harness/requirements.ts';

const GIB = 1024 ** 3;

scenario('docker with a layer of one gibibyte', ['root', 'dockerd', 'docker', 'busybox'], () => {
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

  it('pushes it and pulls it back unharmed', async () => {
    const name = `${berth.host}/big/app:1`;
    // Random bytes do not compress, so the layer that travels is as large as the file.
    const big = Buffer.alloc(GIB);
    for (let offset = 0; offset < GIB; offset += 64 * 1024 * 1024) randomBytes(64 * 1024 * 1024).copy(big, offset);
    await engine.build(name, { Dockerfile: `FROM ${BASE_IMAGE}\nCOPY big /big\nCMD ["busybox", "sha256sum", "/big"]\n`, big });
    const run = ['run', '--rm', '--network', 'none', name];
    const before = (await engine.docker(run)).stdout;
    await engine.docker(['push', name], { timeoutMs: 280_000 });
    await engine.docker(['rmi', '--force', name]);
    await engine.docker(['pull', name], { timeoutMs: 280_000 });
    expect((await engine.docker(run)).stdout).toBe(before);
  }, 600_000);
});
