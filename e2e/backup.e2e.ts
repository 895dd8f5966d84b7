import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { type S3Server, startCephRgw } from '@berth/testkit/ceph-rgw';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Berth } from './harness/berth.ts';
import { s3Client } from './harness/berth-on-s3.ts';
import { ContainerTools } from './harness/podman.ts';
import { run } from './harness/processes.ts';
import { RegistryClient } from './harness/registry-client.ts';
import { scenario } from './harness/requirements.ts';

async function berthCommand(berth: Berth, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<string> {
  const [node = '', ...command] = berth.command;
  const done = await run(node, [...command, ...args], { env: { ...berth.environment, ...env } });
  return done.stdout;
}

scenario('backup and restore', ['skopeo'], () => {
  let berth: Berth;
  let tools: ContainerTools;
  let place: string;

  beforeAll(async () => {
    berth = await Berth.start();
    tools = await ContainerTools.create();
    place = await mkdtemp(join(tmpdir(), 'berth-place-'));
  });
  afterAll(async () => {
    await tools?.dispose();
    await berth?.dispose();
    await rm(place, { recursive: true, force: true });
  });

  it('brings back every image that was acknowledged before, under pushes and deletions', async () => {
    const client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    const kept = new Map<string, string>();
    for (let image = 0; image < 10; image += 1)
      kept.set(`load/app:kept-${image}`, (await client.pushImage('load/app', `kept-${image}`, randomBytes(300_000))).digest);
    let going = true;
    let [pushes, deletions] = [0, 0];
    const load = async (worker: number): Promise<void> => {
      for (let image = 0; going; image += 1) {
        const { digest } = await client.pushImage(`load/w${worker}`, `t${image}`, randomBytes(200_000));
        pushes += 1;
        if (image % 2 === 0) continue;
        const answer = await client.ask('DELETE', `/v2/load/w${worker}/manifests/${digest}`);
        expect(answer.status).toBe(202);
        deletions += 1;
      }
    };
    const workers = [0, 1, 2].map(load);
    const ids: string[] = [];
    try {
      for (let round = 0; round < 3; round += 1)
        ids.push((JSON.parse(await berthCommand(berth, ['backup', '-o', place, '--json'])) as { id: string }).id);
    } finally {
      going = false;
      await Promise.all(workers);
      client.close();
    }
    expect(Math.min(pushes, deletions)).toBeGreaterThan(3);
    await berth.stop();
    const bare = join(berth.folder, 'restored');
    await berthCommand(berth, ['restore', place, ids[1] ?? ''], { BERTH_DATA: bare, ...(await secretOf(berth)) });
    const restored = await Berth.start({ env: { BERTH_DATA: bare, ...(await secretOf(berth)) } });
    try {
      expect(await berthCommand(restored, ['storage', 'fsck'])).toBe('');
      const viewer = new RegistryClient(restored.url, { user: 'admin', password: berth.adminPassword });
      const { repositories } = JSON.parse(
        (await viewer.plain('GET', '/v2/_catalog?n=100', { headers: viewer.basic() })).body.toString(),
      ) as {
        repositories: string[];
      };
      let pulled = 0;
      await tools.skopeo(['login', '--tls-verify=false', '--username', 'admin', '--password-stdin', restored.host], {
        input: berth.adminPassword,
      });
      for (const repository of repositories) {
        const { tags } = JSON.parse((await viewer.ask('GET', `/v2/${repository}/tags/list`)).body.toString()) as { tags: string[] | null };
        for (const tag of tags ?? []) {
          const digest = String((await viewer.getManifest(repository, tag)).headers['docker-content-digest']);
          await tools.skopeo([
            'copy',
            '--src-tls-verify=false',
            `docker://${restored.host}/${repository}@${digest}`,
            `dir:${join(tools.folder, 'out')}`,
          ]);
          expect(kept.get(`${repository}:${tag}`) ?? digest).toBe(digest);
          kept.delete(`${repository}:${tag}`);
          pulled += 1;
        }
      }
      viewer.close();
      expect(kept.size).toBe(0);
      expect(pulled).toBeGreaterThanOrEqual(10);
    } finally {
      await restored.dispose();
    }
  });
});

async function secretOf(berth: Berth): Promise<NodeJS.ProcessEnv> {
  return { BERTH_SECRET_KEY: (await readFile(join(berth.dataFolder, 'secret-key'), 'utf8')).trim() };
}

scenario('backup to S3', ['root', 'radosgw', 'ceph-mon', 'ceph-osd'], () => {
  let server: S3Server;
  let berth: Berth;
  beforeAll(async () => {
    server = await startCephRgw();
    const client = s3Client(server);
    await client.send(new CreateBucketCommand({ Bucket: 'backups' }));
    client.destroy();
    berth = await Berth.start();
  });
  afterAll(async () => {
    await berth?.dispose();
    await server?.stop();
  });

  it('and back, encrypted', async () => {
    const client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    const { digest } = await client.pushImage('s3/app', '1', randomBytes(9_000_000));
    client.close();
    const passphrase = join(berth.folder, 'passphrase');
    await writeFile(passphrase, 'a long enough passphrase\n');
    const env = { AWS_ACCESS_KEY_ID: server.accessKeyId, AWS_SECRET_ACCESS_KEY: server.secretAccessKey };
    const s3 = ['--s3-endpoint', server.endpoint, '--passphrase-file', passphrase];
    expect(JSON.parse(await berthCommand(berth, ['backup', '-o', 's3://backups/night', '--json', ...s3], env))).toMatchObject({
      copiedBlobs: 2,
    });
    expect(JSON.parse(await berthCommand(berth, ['backup', '-o', 's3://backups/night', '--json', ...s3], env))).toMatchObject({
      copiedBlobs: 0,
    });
    await berth.stop();
    const bare = join(berth.folder, 'restored');
    await berthCommand(berth, ['restore', 's3://backups/night', ...s3], { ...env, BERTH_DATA: bare });
    const restored = await Berth.start({ env: { BERTH_DATA: bare } });
    try {
      const viewer = new RegistryClient(restored.url, { user: 'admin', password: berth.adminPassword });
      expect((await viewer.getManifest('s3/app', '1')).headers['docker-content-digest']).toBe(digest);
      viewer.close();
      expect(await berthCommand(restored, ['storage', 'fsck'])).toBe('');
    } finally {
      await restored.dispose();
    }
  });
});
