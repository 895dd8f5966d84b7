import { randomBytes } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BASE_IMAGE, importBaseImage } from '../harness/base-image.ts';
import { BerthOnS3 } from '../harness/berth-on-s3.ts';
import { DockerEngine } from '../harness/docker-engine.ts';
import { ContainerTools } from '../harness/podman.ts';
import { scenario } from '../harness/requirements.ts';

const LAYER_BYTES = 6_000_000;
/** What manifests, tokens, redirects and heads come to; a layer is a hundred times that. */
const TALK_BYTES = 60_000;

scenario('pulls from S3', ['root', 'radosgw', 'ceph-mon', 'ceph-osd', 'dockerd', 'docker', 'skopeo', 'busybox'], () => {
  let site: BerthOnS3;
  let engine: DockerEngine;
  let tools: ContainerTools;
  let name: string;

  beforeAll(async () => {
    site = await BerthOnS3.start();
    engine = await DockerEngine.start();
    tools = await ContainerTools.create();
    await importBaseImage(engine);
    const { berth } = site;
    expect((await engine.login(berth.host, 'admin', berth.adminPassword)).code).toBe(0);
    name = `${berth.host}/demo/app:1`;
    await engine.build(name, { Dockerfile: `FROM ${BASE_IMAGE}\nCOPY big /big\nCMD ["echo", "runs"]\n`, big: randomBytes(LAYER_BYTES) });
    await engine.docker(['push', name]);
    await tools.skopeo(['login', '--tls-verify=false', '--username', 'admin', '--password-stdin', berth.host], {
      input: berth.adminPassword,
    });
  }, 180_000);
  afterAll(async () => {
    await tools?.dispose();
    await engine?.dispose();
    await site?.dispose();
  });

  /** Bytes that left the server since it was started, of all its processes. */
  async function sent(): Promise<number> {
    const answer = await fetch(`http://127.0.0.1:${site.berth.metricsPort}/metrics`);
    const lines = (await answer.text()).split('\n').filter((line) => line.startsWith('berth_http_sent_bytes_total{'));
    return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  }

  it('by docker and skopeo move no layer byte through the server', async () => {
    const before = await sent();
    await engine.docker(['rmi', '--force', name]);
    await engine.docker(['pull', name]);
    expect((await engine.docker(['run', '--rm', '--network', 'none', name])).stdout).toBe('runs\n');
    const copy = join(tools.folder, 'copy');
    await tools.skopeo(['copy', '--src-tls-verify=false', `docker://${name}`, `dir:${copy}`]);
    const copied = await Promise.all((await readdir(copy)).map(async (file) => (await stat(join(copy, file))).size));
    expect(copied.reduce((sum, bytes) => sum + bytes, 0)).toBeGreaterThan(LAYER_BYTES);
    expect((await sent()) - before).toBeLessThan(TALK_BYTES);
  });

  it('with redirects switched off come through the server, whole', async () => {
    await site.restart({ BERTH_S3_REDIRECT: 'false' });
    const before = await sent();
    await engine.docker(['rmi', '--force', name]);
    await engine.docker(['pull', name]);
    expect((await engine.docker(['run', '--rm', '--network', 'none', name])).stdout).toBe('runs\n');
    expect((await sent()) - before).toBeGreaterThan(LAYER_BYTES);
  });
});
