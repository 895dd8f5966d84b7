import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Berth } from '../harness/berth.ts';
import { run, tryRun } from '../harness/processes.ts';
import { LargeContent, sha256 } from '../harness/random-bytes.ts';
import { type Answer, type Descriptor, expectStatus, RegistryClient, withQuery } from '../harness/registry-client.ts';
import { scenario } from '../harness/requirements.ts';
import { removeFolder, scratchFolder } from '../harness/scratch.ts';

const MIB = 1024 * 1024;
const REPOSITORY = 'full/app';

/** The layers are on a file system of 96 MiB of the test's own, which fills up. */
scenario('a full disk', ['root', 'mount'], () => {
  let folder: string;
  let blobs: string;
  let berth: Berth;
  let client: RegistryClient;
  let before: Descriptor;
  const large = new LargeContent(150 * MIB);

  beforeAll(async () => {
    folder = await scratchFolder('full');
    blobs = join(folder, 'data/blobs');
    await mkdir(blobs, { recursive: true });
    await run('mount', ['-t', 'tmpfs', '-o', 'size=96m', 'tmpfs', blobs]);
    berth = await Berth.start({ env: { BERTH_DATA: join(folder, 'data') } });
    client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    before = await client.pushImage(REPOSITORY, 'before', randomBytes(10 * MIB));
  });
  afterAll(async () => {
    client?.close();
    await berth?.dispose();
    if (blobs !== undefined) await tryRun('umount', [blobs]);
    if (folder !== undefined) await removeFolder(folder);
  });

  const pullsGoOn = async (): Promise<void> => {
    const manifest = expectStatus('GET manifest', await client.getManifest(REPOSITORY, 'before'), 200);
    expect(sha256(manifest.body)).toBe(before.digest);
    const { layers } = JSON.parse(manifest.body.toString()) as { layers: Descriptor[] };
    for (const { digest } of layers)
      expect(sha256(expectStatus('GET blob', await client.getBlob(REPOSITORY, digest), 200).body)).toBe(digest);
  };
  const inWords = (answer: Answer): void => {
    expectStatus('an upload beyond the disk', answer, 507);
    expect(answer.body.toString()).toMatch(/full/);
  };
  const put = async (): Promise<Answer> => {
    const location = await client.startUpload(REPOSITORY);
    const headers = { 'content-length': String(large.size), 'content-type': 'application/octet-stream' };
    return client.ask('PUT', withQuery(location, { digest: large.digest() }), { body: large.stream(), headers });
  };

  it('refuses what does not fit, in words; pulls and the way back go on, and nothing of it is left', async () => {
    inWords(await put());
    const location = await client.startUpload(REPOSITORY);
    const chunk = { body: large.stream(), headers: { 'content-length': String(large.size), 'content-type': 'application/octet-stream' } };
    inWords(await client.ask('PATCH', location, chunk));
    await pullsGoOn();
    expectStatus('HEAD of what was refused', await client.ask('HEAD', `/v2/${REPOSITORY}/blobs/${large.digest()}`), 404);
    expect((await fetch(`${berth.url}/readyz`)).status).toBe(200);
    expectStatus('cancel', await client.ask('DELETE', location), 204);
    // What fits still comes in.
    await client.pushImage(REPOSITORY, 'small', randomBytes(1000));
  });

  it('takes it without a restart once there is space, and storage and database agree', async () => {
    const { pid } = berth;
    await run('mount', ['-o', 'remount,size=600m', blobs]);
    expectStatus('PUT with space', await put(), 201);
    await pullsGoOn();
    expect(berth.pid).toBe(pid);
    const api = async (method: string, path: string): Promise<Answer> =>
      client.plain(method, `/api/v2.0${path}`, {
        headers: { ...client.basic(), 'content-type': 'application/json' },
        ...(method === 'POST' ? { body: '{}' } : {}),
      });
    const started = expectStatus('fsck', await api('POST', '/jobs/storage-fsck/runs'), 201);
    const path = (started.headers.location ?? '').replace('/api/v2.0', '');
    for (let waited = 0; waited < 300; waited += 1) {
      const run = JSON.parse((await api('GET', path)).body.toString()) as { status: string; result: { problems?: number } };
      if (run.status === 'Success') {
        expect(run.result.problems ?? 0).toBe(0);
        return;
      }
      await sleep(100);
    }
    throw new Error('The check did not end.');
  });
});
