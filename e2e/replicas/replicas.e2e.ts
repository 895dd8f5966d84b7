import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Ledger } from '../faults/ledger.ts';
import { Pusher } from '../faults/pusher.ts';
import { RetryingPusher } from '../faults/retrying-pusher.ts';
import { verify } from '../faults/verify.ts';
import { BASE_IMAGE, importBaseImage } from '../harness/base-image.ts';
import { DockerEngine } from '../harness/docker-engine.ts';
import { LargeContent, sha256 } from '../harness/random-bytes.ts';
import { type Answer, expectStatus, OCI_CONFIG, OCI_MANIFEST, withQuery } from '../harness/registry-client.ts';
import { scenario } from '../harness/requirements.ts';
import { ReplicaSet } from './replica-set.ts';

const PAIRS = 10_000;
const WRITERS = 8;

/** Two servers on one database and one disk; each request goes to the other one than the request before. */
scenario('two replicas behind a load balancer', ['root', 'setpriv', 'dockerd', 'docker', 'busybox'], () => {
  let set: ReplicaSet;

  beforeAll(async () => {
    set = await ReplicaSet.start();
  });
  afterAll(async () => {
    await set?.dispose();
  });

  it('docker logs in, builds, pushes and pulls through both', async () => {
    const engine = await DockerEngine.start();
    try {
      await importBaseImage(engine);
      const before = set.proxy.served;
      expect(await engine.login(set.proxy.host, 'admin', set.adminPassword)).toMatchObject({ code: 0 });
      const name = `${set.proxy.host}/demo/app:1`;
      await engine.build(name, {
        Dockerfile: `FROM ${BASE_IMAGE}\nCOPY big /big\nCOPY small /small\n`,
        big: randomBytes(8_000_000),
        small: 'x',
      });
      await engine.docker(['push', name]);
      await engine.docker(['rmi', '--force', name]);
      await engine.docker(['pull', name]);
      for (const [index, served] of set.proxy.served.entries()) expect(served - (before[index] ?? 0)).toBeGreaterThan(3);
    } finally {
      await engine.dispose();
    }
  });

  it('an upload begins on one replica, goes on at the other, and ends at the first', async () => {
    const content = new LargeContent(24 * 1024 * 1024);
    const digest = content.digest();
    const [first, second] = [set.client(0), set.client(1)];
    let location = await first.startUpload('demo/chunks');
    let offset = 0;
    for (const chunk of chunksOf(content, 5 * 1024 * 1024)) {
      const client = offset === 0 || offset % 2 === 0 ? second : first;
      const headers = { 'content-range': `${offset}-${offset + chunk.length - 1}`, 'content-type': 'application/octet-stream' };
      location = expectStatus('PATCH', await client.ask('PATCH', location, { body: chunk, headers }), 202).headers.location ?? location;
      offset += chunk.length;
      const other = client === first ? second : first;
      expect(expectStatus('GET upload', await other.ask('GET', location), 204).headers.range).toBe(`0-${offset - 1}`);
    }
    expectStatus('PUT', await second.ask('PUT', withQuery(location, { digest })), 201);
    expect(sha256(expectStatus('GET blob', await first.getBlob('demo/chunks', digest), 200).body)).toBe(digest);
    first.close();
    second.close();
  });

  it(`a tag read after its write is never stale: ${PAIRS} pairs, the write at one replica, the read at the other`, async () => {
    const clients = [set.client(0), set.client(1)] as const;
    const manifests: string[] = [];
    const config = await clients[0].pushBlob('demo/tags', '{}', OCI_CONFIG);
    for (let index = 0; index < 16; index += 1) {
      const annotations = { 'org.example.number': String(index) };
      const manifest = JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [], annotations });
      await clients[0].putManifest('demo/tags', '', manifest);
      manifests.push(manifest);
    }
    let stale = 0;
    await Promise.all(
      Array.from({ length: WRITERS }, async (_, writer) => {
        for (let pair = writer; pair < PAIRS; pair += WRITERS) {
          const manifest = manifests[(pair * 7) % manifests.length] ?? '';
          const [writes, reads] = pair % 16 < 8 ? clients : [clients[1], clients[0]];
          await writes.putManifest('demo/tags', `w${writer}`, manifest);
          const read = expectStatus('GET tag', await reads.getManifest('demo/tags', `w${writer}`), 200);
          if (read.body.toString() !== manifest) stale += 1;
        }
      }),
    );
    expect(stale).toBe(0);
    for (const client of clients) client.close();
  });

  it('the portal’s session, its CSRF token and its end hold on both', async () => {
    const client = set.client();
    const json = { 'content-type': 'application/json' };
    const body = JSON.stringify({ username: 'admin', password: set.adminPassword });
    const signedIn = expectStatus('sign in', await client.plain('POST', '/api/v2.0/session', { headers: json, body }), 200);
    const cookie = (signedIn.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
    const token = String(signedIn.headers['x-harbor-csrf-token']);
    for (let round = 0; round < 4; round += 1)
      expectStatus('current user', await client.plain('GET', '/api/v2.0/users/current', { headers: { cookie } }), 200);
    for (const name of ['one', 'two']) {
      const headers = { ...json, cookie, 'x-harbor-csrf-token': token };
      const project = JSON.stringify({ project_name: `session-${name}` });
      expectStatus('new project', await client.plain('POST', '/api/v2.0/projects', { headers, body: project }), 201);
    }
    expectStatus(
      'sign out',
      await client.plain('DELETE', '/api/v2.0/session', { headers: { cookie, 'x-harbor-csrf-token': token } }),
      200,
      204,
    );
    for (let round = 0; round < 4; round += 1)
      expectStatus('signed out', await client.plain('GET', '/api/v2.0/users/current', { headers: { cookie } }), 401);
    client.close();
  });

  it('failed sign-ins count together', async () => {
    const client = set.client();
    const wrong = { authorization: `Basic ${Buffer.from(`nobody-${randomBytes(4).toString('hex')}:Wrong-1-password`).toString('base64')}` };
    const answers: Answer[] = [];
    for (let attempt = 0; attempt < 14; attempt += 1) answers.push(await client.plain('GET', '/service/token', { headers: wrong }));
    const throttledFrom = answers.findIndex((answer) => answer.status === 429);
    expect(throttledFrom).toBeGreaterThan(5);
    expect(throttledFrom).toBeLessThan(12);
    // From then on both refuse: neither counts alone.
    expect(answers.slice(throttledFrom).map((answer) => answer.status)).toEqual(answers.slice(throttledFrom).map(() => 429));
    client.close();
  });

  it('a replica is killed during pushes: retries succeed, and nothing acknowledged is lost', async () => {
    const ledger = new Ledger();
    for (const victim of [0, 1] as const) {
      const pushers = [0, 1, 2, 3].map((index) => new RetryingPusher(() => set.client(), ledger, { repository: `killed/app${index}` }));
      const runs = pushers.map(async (pusher) => pusher.run());
      await sleep(1500);
      await set.replicas[victim].kill();
      await sleep(1500);
      await set.replicas[victim].start();
      await sleep(1000);
      for (const pusher of pushers) pusher.stop();
      await Promise.all(runs);
      for (const pusher of pushers) expect(pusher.refusals).toEqual([]);
    }
    expect(ledger.manifests.size).toBeGreaterThan(8);
    const client = set.client();
    const tally = await verify(client, ledger, undefined);
    client.close();
    expect(tally.manifests).toBeGreaterThanOrEqual(ledger.manifests.size);
  });

  it('a rolling restart fails no push', async () => {
    const ledger = new Ledger();
    const client = set.client();
    const pushers = [0, 1, 2, 3].map((index) => new Pusher(client, ledger, `rolling/app${index}`));
    const runs = pushers.map(async (pusher) => pusher.run());
    for (const replica of set.replicas) {
      await sleep(1000);
      expect(await replica.stop()).toBe(true);
      await replica.start();
    }
    await sleep(1000);
    for (const pusher of pushers) pusher.stop();
    expect(await Promise.all(runs)).toEqual(pushers.map(() => undefined));
    expect(ledger.manifests.size).toBeGreaterThan(8);
    await verify(client, ledger, undefined);
    client.close();
  });
});

function* chunksOf(content: LargeContent, size: number): Generator<Buffer> {
  let waiting: Buffer[] = [];
  let bytes = 0;
  for (const block of content.blocks()) {
    waiting.push(block);
    bytes += block.length;
    if (bytes < size) continue;
    yield Buffer.concat(waiting);
    [waiting, bytes] = [[], 0];
  }
  if (bytes > 0) yield Buffer.concat(waiting);
}
