import { createHash } from 'node:crypto';
import { get } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Berth } from '../harness/berth.ts';
import { LargeContent } from '../harness/random-bytes.ts';
import { expectStatus, RegistryClient, withQuery } from '../harness/registry-client.ts';

const GIB = 1024 ** 3;
const LIMIT = 300_000_000;

describe('four layers of one gibibyte at once', () => {
  let berth: Berth;
  let client: RegistryClient;

  beforeAll(async () => {
    berth = await Berth.start();
    client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    await client.pushImage('big/app', 'first', 'first');
  });
  afterAll(async () => {
    client?.close();
    await berth?.dispose();
  });

  it('are stored while the server’s memory stays flat', async () => {
    const contents = Array.from({ length: 4 }, () => new LargeContent(GIB));
    const digests = contents.map((content) => content.digest());
    let highest = 0;
    const sampler = setInterval(() => (highest = Math.max(highest, berth.memory().node)), 100);
    try {
      await Promise.all(
        contents.map(async (content, index) => {
          const location = await client.startUpload('big/app');
          const patched = expectStatus('PATCH', await client.ask('PATCH', location, { body: content.stream(), timeoutMs: 240_000 }), 202);
          const target = withQuery(patched.headers.location ?? '', { digest: digests[index] ?? '' });
          expectStatus('PUT', await client.ask('PUT', target, { timeoutMs: 240_000 }), 201);
        }),
      );
    } finally {
      clearInterval(sampler);
    }
    console.log(`The Node processes' resident memory went up to ${Math.round(highest / 1e6)} MB.`);
    expect(highest).toBeLessThanOrEqual(LIMIT);
    expect(await digestOf(berth, digests[0] ?? '')).toBe(digests[0]);
  });
});

/** Reads a blob as a stream and answers the digest of what came. */
async function digestOf(berth: Berth, digest: string): Promise<string> {
  const client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
  const token = await client.token(['repository:big/app:pull']);
  client.close();
  return new Promise((resolve, reject) => {
    get(`${berth.url}/v2/big/app/blobs/${digest}`, { headers: { authorization: `Bearer ${token}` } }, (response) => {
      const hash = createHash('sha256');
      response.on('data', (chunk: Buffer) => hash.update(chunk));
      response.on('end', () => resolve(`sha256:${hash.digest('hex')}`));
      response.on('error', reject);
    }).on('error', reject);
  });
}
