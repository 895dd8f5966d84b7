import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Berth } from '../harness/berth.ts';
import { Management } from '../harness/management.ts';
import { MovedClock } from '../harness/moved-clock.ts';
import { PostgresServer } from '../harness/postgres-server.ts';
import { waitFor } from '../harness/processes.ts';
import { sha256 } from '../harness/random-bytes.ts';
import { expectStatus, RegistryClient, withQuery } from '../harness/registry-client.ts';
import { scenario } from '../harness/requirements.ts';

const MINUTE = 60;
const DAY = 24 * 60 * MINUTE;
const REPOSITORY = 'demo/app';

/** A server whose wall clock jumps, on a database whose clock is right: ages are the database's, so nothing young is ever old. */
scenario('the clock of the server is wrong', ['root', 'setpriv', 'faketime'], () => {
  let postgres: PostgresServer;
  let clock: MovedClock;
  let berth: Berth;
  let client: RegistryClient;
  let management: Management;

  beforeAll(async () => {
    postgres = await PostgresServer.start();
    clock = await MovedClock.create();
    berth = await Berth.start({ env: { ...clock.environment, BERTH_DATABASE_URL: postgres.url } });
    client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    management = new Management(berth);
  });
  afterAll(async () => {
    client?.close();
    management?.close();
    await berth?.dispose();
    await clock?.dispose();
    await postgres?.dispose();
  });

  async function collect(): Promise<void> {
    const id = await management.make('/system/gc/schedule', { schedule: { type: 'Manual' }, parameters: { delete_untagged: true } });
    await waitFor('the collection to end', 60_000, async () => {
      const { job_status: status } = JSON.parse((await management.get(`/system/gc/${id}`)).body.toString()) as { job_status: string };
      expect(status).not.toBe('Error');
      return status === 'Success';
    });
  }

  it.each([
    ['10 minutes ahead', 10 * MINUTE],
    ['10 minutes behind', -10 * MINUTE],
    ['2 days ahead', 2 * DAY],
    ['2 days behind', -2 * DAY],
  ])('%s: pushes and pulls go on, an upload that began before ends, and a collection takes nothing young', async (_name, seconds) => {
    await clock.set(0, berth.url);
    const late = randomBytes(50_000);
    const begun = await client.startUpload(REPOSITORY);
    const patched = await client.ask('PATCH', begun, { body: late.subarray(0, 20_000), headers: { 'content-range': '0-19999' } });
    const location = expectStatus('PATCH', patched, 202).headers.location ?? '';
    const lone = await client.pushBlob(REPOSITORY, randomBytes(1_000));

    await clock.set(seconds, berth.url);
    const image = await client.pushImage(REPOSITORY, 'now', randomBytes(30_000));
    const untagged = await client.pushImage(REPOSITORY, 'now', randomBytes(30_000));
    const young = await client.pushBlob(REPOSITORY, randomBytes(1_000));
    await collect();
    for (const { digest } of [image, untagged]) expect((await client.getManifest(REPOSITORY, digest)).status).toBe(200);
    for (const { digest } of [lone, young]) expect((await client.getBlob(REPOSITORY, digest)).status).toBe(200);
    const put = await client.ask('PUT', withQuery(location, { digest: sha256(late) }), { body: late.subarray(20_000) });
    expectStatus('PUT of the upload that began before', put, 201);
    expect((await client.getBlob(REPOSITORY, sha256(late))).body.equals(late)).toBe(true);
  });

  it('a token is good within a minute of its time, and refused beyond; the client that asks again goes on', async () => {
    await clock.set(0, berth.url);
    const { digest } = await client.pushBlob(REPOSITORY, randomBytes(1_000));
    const newToken = (): Promise<string> => client.token([`repository:${REPOSITORY}:pull`]);
    const get = async (token: string): Promise<number> =>
      (await client.plain('GET', `/v2/${REPOSITORY}/blobs/${digest}`, { headers: { authorization: `Bearer ${token}` } })).status;
    const [used, unused] = [await newToken(), await newToken()];
    await clock.set(-30, berth.url);
    expect(await get(used)).toBe(200);
    await clock.set(-10 * MINUTE, berth.url);
    // Never seen before, and from the future.
    expect(await get(unused)).toBe(401);
    expect((await client.getBlob(REPOSITORY, digest)).status).toBe(200);
    await clock.set(2 * DAY, berth.url);
    for (const old of [used, unused]) expect(await get(old)).toBe(401);
    expect((await client.getBlob(REPOSITORY, digest)).status).toBe(200);
  });
});
