import { createHash, randomBytes } from 'node:crypto';
import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { apiCalls } from '../../testing/api-calls.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const { asAdmin } = apiCalls(server);
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const LAYER = 5_000;
let projects = 0;
let name = '';
let id = 0;
let admin = 0;

beforeAll(async () => {
  await server.start(database.url);
  admin = await server.addUser('admin', true);
});
afterAll(() => server.stop());
beforeEach(async () => {
  projects += 1;
  name = `quota${projects}`;
  id = await server.addProject(name, admin);
  await setting(false);
});

async function setting(counts: boolean): Promise<void> {
  expect((await asAdmin('PUT', '/configurations', { trash_counts_in_quota: counts })).status).toBe(200);
  server.passFiveSeconds();
}

function sha256(bytes: Buffer | string): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

async function pushBlob(repository: string, bytes: Buffer): Promise<{ digest: string; size: number }> {
  const digest = sha256(bytes);
  const headers = { 'content-type': 'application/octet-stream' };
  const answer = await server.ask('POST', `/v2/${name}/${repository}/blobs/uploads/?digest=${digest}`, { as: 'admin', bytes, headers });
  expect(answer.status, answer.text).toBe(201);
  return { digest, size: bytes.length };
}

/** Of `LAYER` bytes and two more; answers its digest. */
async function pushImage(repository: string): Promise<string> {
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', ...(await pushBlob(repository, Buffer.from('{}'))) };
  const layers = [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', ...(await pushBlob(repository, randomBytes(LAYER))) }];
  const body = JSON.stringify({ schemaVersion: 2, mediaType: MANIFEST, config, layers });
  const put = { as: 'admin', body, headers: { 'content-type': MANIFEST } };
  expect((await server.ask('PUT', `/v2/${name}/${repository}/manifests/latest`, put)).status).toBe(201);
  return sha256(body);
}

async function used(): Promise<number> {
  const { policy } = server;
  expect(await policy.quotas.reconcile()).toEqual([]);
  return (
    (await asAdmin('GET', `/quotas?reference=project&reference_id=${id}`)).json<{ used: { storage: number } }[]>()[0]?.used.storage ?? -1
  );
}

/** As if all leases had ended long ago. */
async function collect(): Promise<void> {
  await server.knex.raw(`update repository_blobs set lease_until = now() - interval '3 days'`);
  await server.collection.collector.sweep(new AbortController().signal);
}

async function trashOf(kind: string): Promise<number> {
  const entries = (await asAdmin('GET', `/projects/${name}/trash?q=kind=${kind}`)).json<{ id: number }[]>();
  return entries[0]?.id ?? 0;
}

it('a deleted repository counts no more, and counts again when it is restored', async () => {
  await pushImage('app');
  await pushImage('other');
  const [layer, config] = [LAYER, 2];
  expect(await used()).toBe(2 * layer + config);
  expect((await asAdmin('DELETE', `/projects/${name}/repositories/app`)).status).toBe(200);
  expect(await used()).toBe(layer + config);
  await collect();
  expect(await used()).toBe(layer + config);
  expect((await asAdmin('POST', `/projects/${name}/trash/${await trashOf('repository')}/restore`)).status).toBe(200);
  expect(await used()).toBe(2 * layer + config);
  expect((await asAdmin('DELETE', `/projects/${name}/repositories/app`)).status).toBe(200);
  expect((await asAdmin('DELETE', `/projects/${name}/trash/${await trashOf('repository')}`)).status).toBe(200);
  await collect();
  expect(await used()).toBe(layer + config);
});

it('what would go over the quota is not restored, in words, and stays in the trash', async () => {
  await pushImage('app');
  await asAdmin('DELETE', `/projects/${name}/repositories/app`);
  await pushImage('other');
  expect((await asAdmin('PUT', `/quotas/${id}`, { hard: { storage: LAYER + 100 } })).status).toBe(200);
  const refused = await asAdmin('POST', `/projects/${name}/trash/${await trashOf('repository')}/restore`);
  expect([refused.status, refused.text]).toEqual([403, expect.stringContaining('quota')]);
  expect(await used()).toBe(LAYER + 2);
  expect(await trashOf('repository')).toBeGreaterThan(0);
});

it('with the setting on, repositories and artifacts in the trash count until they are purged', async () => {
  await setting(true);
  const digest = await pushImage('app');
  await pushImage('other');
  await asAdmin('DELETE', `/projects/${name}/repositories/other`);
  expect((await asAdmin('DELETE', `/projects/${name}/repositories/app/artifacts/${digest}`)).status).toBe(200);
  await collect();
  expect(await used()).toBe(2 * LAYER + 2);
  // What was deleted before stays as it was counted.
  await setting(false);
  expect(await used()).toBe(2 * LAYER + 2);
  await setting(true);
  expect((await asAdmin('DELETE', `/projects/${name}/trash/${await trashOf('artifact')}`)).status).toBe(200);
  await collect();
  expect(await used()).toBe(LAYER + 2);
  expect((await asAdmin('DELETE', `/projects/${name}/trash/${await trashOf('repository')}`)).status).toBe(200);
  await collect();
  expect(await used()).toBe(0);
});

it('with the setting off, a deleted artifact is out of the quota when it is collected', async () => {
  const digest = await pushImage('app');
  await asAdmin('DELETE', `/projects/${name}/repositories/app/artifacts/${digest}`);
  await collect();
  expect(await used()).toBe(0);
  expect((await asAdmin('POST', `/projects/${name}/trash/${await trashOf('artifact')}/restore`)).status).toBe(200);
  expect(await used()).toBe(LAYER + 2);
  expect(server.failures).toEqual([]);
});

it('the three numbers agree at any moment, while pushes, deletions and collections go on', async () => {
  interface Numbers {
    readonly total_storage_consumption: number;
    readonly physical_storage_consumption: number;
    readonly shared_storage_consumption: number;
    readonly pending_storage_consumption: number;
  }
  const numbers = async (): Promise<Numbers> => (await asAdmin('GET', '/statistics')).json<Numbers>();
  const reconciled = ({
    total_storage_consumption: total,
    physical_storage_consumption: physical,
    shared_storage_consumption: shared,
    pending_storage_consumption: pending,
  }: Numbers): boolean => physical === total - shared + pending;
  const twin = `${name}-twin`;
  await server.addProject(twin, admin);
  const before = await numbers();
  const layer = await pushBlob('app', randomBytes(LAYER));
  // Linked in a project of its own, too: stored once.
  const mounted = await server.ask('POST', `/v2/${twin}/app/blobs/uploads/?mount=${layer.digest}&from=${name}/app`, { as: 'admin' });
  expect(mounted.status).toBe(201);
  const after = await numbers();
  expect(after.physical_storage_consumption - before.physical_storage_consumption).toBe(LAYER);
  expect(after.shared_storage_consumption - before.shared_storage_consumption).toBe(LAYER);
  let working = true;
  const seen: Numbers[] = [];
  const watching = (async () => {
    while (working) seen.push(await numbers());
  })();
  await Promise.all(
    [0, 1, 2, 3].map(async (writer) => {
      for (let round = 0; round < 5; round += 1) {
        const digest = await pushImage(`app${writer}`);
        await asAdmin('DELETE', `/projects/${name}/repositories/app${writer}/artifacts/${digest}`);
        // Leases hold: an old one would be taken from under a push.
        if (writer === 0) await server.collection.collector.sweep(new AbortController().signal);
      }
    }),
  );
  await collect();
  working = false;
  await watching;
  seen.push(await numbers());
  expect(seen.length).toBeGreaterThan(5);
  expect(seen.filter((each) => !reconciled(each))).toEqual([]);
});
