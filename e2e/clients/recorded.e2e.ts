import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Berth } from '../harness/berth.ts';
import { type Answer, expectStatus, OCI_EMPTY, OCI_INDEX, OCI_MANIFEST, RegistryClient } from '../harness/registry-client.ts';

/**
 * Clients that Debian does not package, played by hand: the requests are those that their sources send (Helm 3 through oras-go, crane of
 * go-containerregistry, containerd's resolver, Renovate, the sigstore bundle of cosign 2.5), in their order.
 */
describe('recorded clients', () => {
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

  const form = async (fields: Record<string, string>): Promise<Answer> =>
    client.plain('POST', '/service/token', {
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    });
  const json = (answer: Answer): Record<string, unknown> => JSON.parse(answer.body.toString()) as Record<string, unknown>;

  it('containerd: takes a token by POST with a password, and the next by refresh token', async () => {
    await client.pushImage('ctr/app', '1', randomBytes(100));
    const common = { client_id: 'containerd-client', service: 'berth-registry', scope: 'repository:ctr/app:pull' };
    const first = json(
      expectStatus(
        'POST token',
        await form({ ...common, grant_type: 'password', username: 'admin', password: berth.adminPassword, access_type: 'offline' }),
        200,
      ),
    );
    const pull = async (token: unknown): Promise<Answer> =>
      client.plain('GET', '/v2/ctr/app/manifests/1', { headers: { authorization: `Bearer ${String(token)}`, accept: OCI_MANIFEST } });
    expectStatus('GET manifest', await pull(first['access_token']), 200);
    const second = json(
      expectStatus(
        'POST token',
        await form({ ...common, grant_type: 'refresh_token', refresh_token: String(first['refresh_token']) }),
        200,
      ),
    );
    expectStatus('GET manifest', await pull(second['access_token']), 200);
    // A wrong password must not be a 405 or 404: those make containerd try GET with the same password.
    expectStatus('POST token', await form({ ...common, grant_type: 'password', username: 'admin', password: 'wrong' }), 401);
  });

  it('Helm: pushes a chart with its provenance, lists versions and pulls it', async () => {
    expectStatus('HEAD of the version to be', await client.ask('HEAD', '/v2/charts/web/manifests/1.2.3_build.4'), 404);
    const chart = await client.pushBlob(
      'charts/web',
      gzipSync('name: web\nversion: 1.2.3+build.4\n'),
      'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
    );
    const provenance = await client.pushBlob(
      'charts/web',
      '-----BEGIN PGP SIGNED MESSAGE-----',
      'application/vnd.cncf.helm.chart.provenance.v1.prov',
    );
    const config = await client.pushBlob(
      'charts/web',
      '{"name":"web","version":"1.2.3+build.4","apiVersion":"v2"}',
      'application/vnd.cncf.helm.config.v1+json',
    );
    const annotations = { 'org.opencontainers.image.title': 'web', 'org.opencontainers.image.version': '1.2.3+build.4' };
    // A plus sign may not stand in a tag: Helm writes an underscore.
    await client.putManifest('charts/web', '1.2.3_build.4', { schemaVersion: 2, config, layers: [chart, provenance], annotations });
    const tags = json(expectStatus('tags', await client.ask('GET', '/v2/charts/web/tags/list'), 200));
    expect(tags['tags']).toEqual(['1.2.3_build.4']);
    const manifest = expectStatus('GET', await client.getManifest('charts/web', '1.2.3_build.4'), 200);
    // Helm leaves out mediaType: the answer's Content-Type is what it was pushed as.
    expect(manifest.headers['content-type']).toBe(OCI_MANIFEST);
    expectStatus('GET chart', await client.getBlob('charts/web', chart.digest), 200);
  });

  it('BuildKit: pushes a cache index whose children are blobs', async () => {
    const layer = await client.pushBlob('cache/app', randomBytes(500), 'application/vnd.oci.image.layer.v1.tar+gzip');
    const config = await client.pushBlob('cache/app', '{"layers":[]}', 'application/vnd.buildkit.cacheconfig.v0');
    await client.putManifest('cache/app', 'main', { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [layer, config] }, OCI_INDEX);
    expectStatus('GET', await client.getManifest('cache/app', 'main'), 200);
    expectStatus('DELETE of a blob in use', await client.ask('DELETE', `/v2/cache/app/blobs/${layer.digest}`), 405);
  });

  it('cosign: finds a sigstore bundle among the referrers, by type', async () => {
    const image = await client.pushImage('signed/app', '1', randomBytes(100));
    const empty = await client.pushBlob('signed/app', '{}', OCI_EMPTY);
    const type = 'application/vnd.dev.sigstore.bundle.v0.3+json';
    const bundle = await client.pushBlob('signed/app', '{"mediaType":"bundle"}', type);
    const pushed = await client.putManifest('signed/app', '', {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      artifactType: type,
      config: empty,
      layers: [bundle],
      subject: image,
    });
    const found = expectStatus(
      'referrers',
      await client.ask('GET', `/v2/signed/app/referrers/${image.digest}?artifactType=${encodeURIComponent(type)}`),
      200,
    );
    expect(found.headers['oci-filters-applied']).toBe('artifactType');
    expect(json(found)['manifests']).toMatchObject([{ digest: pushed.digest, artifactType: type }]);
    const none = expectStatus('referrers', await client.ask('GET', `/v2/signed/app/referrers/${image.digest}?artifactType=other`), 200);
    expect(json(none)['manifests']).toEqual([]);
  });

  it('crane: deletes a tag by its name and keeps the image and its other tags', async () => {
    const image = await client.pushImage('crane/app', '1', randomBytes(100));
    const body = (await client.getManifest('crane/app', '1')).body.toString();
    await client.putManifest('crane/app', '2', body);
    expectStatus('DELETE tag', await client.ask('DELETE', '/v2/crane/app/manifests/1'), 202);
    expectStatus('GET 1', await client.getManifest('crane/app', '1'), 404);
    expectStatus('GET 2', await client.getManifest('crane/app', '2'), 200);
    expectStatus('DELETE digest', await client.ask('DELETE', `/v2/crane/app/manifests/${image.digest}`), 202);
    expectStatus('GET 2', await client.getManifest('crane/app', '2'), 404);
  });

  it('Renovate: pages through tags and asks for digests by HEAD', async () => {
    for (let index = 0; index < 5; index += 1) await client.pushImage('ren/app', `v${index}`, `layer ${index}`);
    const seen: string[] = [];
    for (let path: string | undefined = '/v2/ren/app/tags/list?n=2'; path !== undefined; ) {
      const page: Answer = expectStatus('tags', await client.ask('GET', path), 200);
      seen.push(...(json(page)['tags'] as string[]));
      const next: string | undefined = /<([^>]+)>/.exec(String(page.headers.link ?? ''))?.[1];
      path = next;
    }
    expect(seen).toEqual(['v0', 'v1', 'v2', 'v3', 'v4']);
    const head = expectStatus('HEAD', await client.ask('HEAD', '/v2/ren/app/manifests/v3', { headers: { accept: OCI_MANIFEST } }), 200);
    expect(head.headers['docker-content-digest']).toMatch(/^sha256:[0-9a-f]{64}$/);
    expectStatus('HEAD of an absent one', await client.ask('HEAD', '/v2/ren/absent/manifests/v3'), 404);
  });

  it('any client: an empty list of referrers in a project that its push would make', async () => {
    const answer = expectStatus('referrers', await client.ask('GET', `/v2/notyet/app/referrers/sha256:${'0'.repeat(64)}`), 200);
    expect(json(answer)['manifests']).toEqual([]);
    expectStatus('tags', await client.ask('GET', '/v2/notyet/app/tags/list'), 404);
  });
});
