import { createHash, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Berth } from '../harness/berth.ts';
import { waitFor } from '../harness/processes.ts';
import { sha256 } from '../harness/random-bytes.ts';
import { expectStatus, OCI_CONFIG, OCI_LAYER, OCI_MANIFEST, RegistryClient } from '../harness/registry-client.ts';

describe('many clients at once', () => {
  let berth: Berth;
  let client: RegistryClient;

  beforeAll(async () => {
    berth = await Berth.start();
    client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
  });
  afterAll(async () => {
    client?.close();
    await berth?.dispose();
  });

  it('fifty PUTs to one new tag: all are acknowledged, all images are there, the tag is one of them', async () => {
    const layer = await client.pushBlob('many/tag', randomBytes(100));
    const config = await client.pushBlob('many/tag', '{}', OCI_CONFIG);
    const bodies = Array.from({ length: 50 }, (_, index) =>
      JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layer], annotations: { index: String(index) } }),
    );
    await Promise.all(bodies.map(async (body) => client.putManifest('many/tag', 'latest', body)));
    const shown = sha256(expectStatus('GET', await client.getManifest('many/tag', 'latest'), 200).body);
    expect(bodies.map(sha256)).toContain(shown);
    for (const body of bodies) expectStatus('GET by digest', await client.getManifest('many/tag', sha256(body)), 200);
  });

  it('a tag shows what the last 201 said, read at once after each', async () => {
    const blob = await client.pushBlob('many/order', 'x');
    for (let index = 0; index < 100; index += 1) {
      const body = JSON.stringify({
        schemaVersion: 2,
        mediaType: OCI_MANIFEST,
        config: { ...blob, mediaType: OCI_CONFIG },
        layers: [],
        annotations: { index: String(index) },
      });
      const put = await client.putManifest('many/order', 'latest', body);
      const read = await Promise.all(Array.from({ length: 4 }, async () => client.getManifest('many/order', 'latest')));
      expect(read.map((answer) => answer.headers['docker-content-digest'])).toEqual(Array(4).fill(put.digest));
    }
  });

  it('five hundred pushes of one layer to many repositories: each succeeds, the bytes are stored once', async () => {
    const layer = randomBytes(200_000);
    await client.pushBlob('many/seed', 'seed');
    const before = await berth.uploadedBytes();
    const repositories = Array.from({ length: 500 }, (_, index) => `many/layer${index % 50}`);
    const waiting = [...repositories];
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        for (let repository = waiting.pop(); repository !== undefined; repository = waiting.pop()) await client.pushBlob(repository, layer);
      }),
    );
    for (let index = 0; index < 50; index += 10) {
      const blob = expectStatus('GET', await client.getBlob(`many/layer${index}`, sha256(layer)), 200);
      expect(createHash('sha256').update(blob.body).digest('hex')).toBe(sha256(layer).slice(7));
    }
    // Copies that lost the race are deleted by a job that may not have run yet; far fewer than five hundred may be left.
    expect((await berth.uploadedBytes()) - before).toBeLessThan(60 * layer.length);
  });

  it('a thousand clients that begin a request and fall silent do not keep others from pulling, and are cut', async () => {
    const image = await client.pushImage('many/pull', '1', randomBytes(1000));
    const sockets: Socket[] = [];
    let cut = 0;
    try {
      await Promise.all(
        Array.from({ length: 1000 }, async (_, index) => {
          const socket = connect(berth.port, '127.0.0.1');
          socket.on('error', () => {});
          sockets.push(socket);
          socket.on('data', (answer: Buffer) => (cut += answer.toString().startsWith('HTTP/1.1 408 ') ? 1 : 0));
          await new Promise<void>((resolve) => socket.once('connect', resolve).once('close', () => resolve()));
          socket.write(
            index % 2 === 0
              ? 'GET /v2/ HTTP/1.1\r\nHost: x\r\nX-Half: '
              : 'POST /service/token HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf',
          );
        }),
      );
      for (let index = 0; index < 20; index += 1) expectStatus('GET', await client.getManifest('many/pull', image.digest), 200);
      await client.pushImage('many/pull', '2', randomBytes(1000));
      // Those in the middle of their headers, after twenty seconds; bodies have a minute for each look at their rate.
      await waitFor('five hundred silent clients to be cut', 60_000, () => cut === 500);
    } finally {
      for (const socket of sockets) socket.destroy();
    }
  });

  it('a push whose client vanishes leaves nothing visible, and a second client can push the same', async () => {
    const bytes = randomBytes(3_000_000);
    const location = await client.startUpload('many/cut');
    const token = await client.token(['repository:many/cut:pull,push']);
    const target = `${location}${location.includes('?') ? '&' : '?'}digest=${sha256(bytes)}`;
    await new Promise<void>((resolve) => {
      const socket = connect(berth.port, '127.0.0.1', () => {
        socket.write(`PUT ${target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Length: ${bytes.length}\r\n\r\n`);
        socket.write(bytes.subarray(0, 1_000_000), () => socket.destroy());
      });
      socket.on('error', () => {});
      socket.on('close', () => resolve());
    });
    expectStatus('HEAD', await client.ask('HEAD', `/v2/many/cut/blobs/${sha256(bytes)}`), 404);
    await client.pushBlob('many/cut', bytes, OCI_LAYER);
    expectStatus('HEAD', await client.ask('HEAD', `/v2/many/cut/blobs/${sha256(bytes)}`), 200);
  });
});
