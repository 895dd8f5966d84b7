import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Berth } from './harness/berth.ts';
import { LargeContent } from './harness/random-bytes.ts';
import { expectStatus, RegistryClient, withQuery } from './harness/registry-client.ts';

/** The walk of a first user over HTTP alone; also run under other Node versions. */
describe('a server from the build', () => {
  let berth: Berth;
  let client: RegistryClient;

  beforeAll(async () => {
    berth = await Berth.start();
    client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
  });
  afterAll(async () => {
    client.close();
    await berth.dispose();
  });

  it('answers its health routes', async () => {
    for (const path of ['/livez', '/readyz', '/api/v2.0/ping', '/api/v2.0/health']) {
      expectStatus(path, await client.plain('GET', path), 200);
    }
  });

  it('challenges an anonymous client with Bearer and nothing else', async () => {
    const answer = expectStatus('GET /v2/', await client.plain('GET', '/v2/'), 401);
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm="[^"]+",service="[^"]+"/);
  });

  it('creates a private project by first push, and gives back exactly what was pushed', async () => {
    const layer = randomBytes(100_000);
    const image = await client.pushImage('first/app', 'v1', layer);
    const manifest = expectStatus('GET manifest', await client.getManifest('first/app', 'v1'), 200);
    expect(manifest.headers['docker-content-digest']).toBe(image.digest);
    const parsed = JSON.parse(manifest.body.toString()) as { layers: { digest: string }[] };
    const blob = expectStatus('GET blob', await client.getBlob('first/app', parsed.layers[0]?.digest ?? ''), 200);
    expect(blob.body.equals(layer)).toBe(true);
    const anonymous = new RegistryClient(berth.url);
    expectStatus('anonymous GET manifest', await anonymous.ask('GET', '/v2/first/app/manifests/v1'), 401);
    anonymous.close();
  });

  it('takes a streamed upload in chunks and keeps everything over a restart', async () => {
    const content = new LargeContent(20 * 1024 * 1024 + 17);
    const location = await client.startUpload('first/app');
    const patched = expectStatus('PATCH', await client.ask('PATCH', location, { body: content.stream() }), 202);
    expect(patched.headers.range).toBe(`0-${content.size - 1}`);
    expect(await berth.stop()).toBe(true);
    await berth.start();
    expectStatus('PUT', await client.ask('PUT', withQuery(patched.headers.location ?? '', { digest: content.digest() })), 201);
    const head = expectStatus('HEAD', await client.ask('HEAD', `/v2/first/app/blobs/${content.digest()}`), 200);
    expect(head.headers['content-length']).toBe(String(content.size));
    expectStatus('tag after restart', await client.getManifest('first/app', 'v1'), 200);
  });

  it('lists tags and the catalogue', async () => {
    const tags = expectStatus('tags', await client.ask('GET', '/v2/first/app/tags/list'), 200);
    expect(JSON.parse(tags.body.toString())).toEqual({ name: 'first/app', tags: ['v1'] });
  });

  it('serves metrics on their own port', async () => {
    const response = await fetch(`http://127.0.0.1:${berth.metricsPort}/metrics`);
    expect(response.status).toBe(200);
    expect(await response.text()).toMatch(/^berth_/m);
  });
});
