import { DOCKER_MANIFEST, digestOfBytes, MAX_MANIFEST_BYTES, OCI_INDEX, OCI_MANIFEST } from '@berth/oci';
import { describe, expect, it } from 'vitest';
import { type Answer, descriptor, errorOf, sha256, useV2Server } from '../testing/v2-test-server.ts';

const server = useV2Server();
const REPOSITORY = 'library/manifests';

function put(reference: string, document: unknown, type = OCI_MANIFEST): Promise<Answer> {
  const body = Buffer.isBuffer(document) ? document : Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));
  return server.ask('PUT', `/v2/${REPOSITORY}/manifests/${reference}`, { body, headers: { 'content-type': type } });
}

function index(children: readonly { digest: string; manifest: Buffer }[], more: Record<string, unknown> = {}): Buffer {
  const manifests = children.map(({ manifest }) => descriptor(manifest, OCI_MANIFEST));
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests, ...more }));
}

async function status(reference: string, method = 'GET'): Promise<number> {
  return (await server.ask(method, `/v2/${REPOSITORY}/manifests/${reference}`)).status;
}

describe('what is refused, and leaves nothing', () => {
  const missing = { mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: sha256('not pushed'), size: 10 };

  it('each absent reference by an entry of its own', async () => {
    const before = await server.count('manifests');
    const answer = await put('absent', { schemaVersion: 2, config: { ...missing, digest: sha256('other') }, layers: [missing] });
    expect(answer.status).toBe(404);
    const { errors } = JSON.parse(answer.body.toString()) as { errors: { code: string; detail: { digest: string } }[] };
    expect(errors.map(({ code }) => code)).toEqual(['MANIFEST_BLOB_UNKNOWN', 'MANIFEST_BLOB_UNKNOWN']);
    expect(errors.map(({ detail }) => detail.digest).sort()).toEqual([sha256('not pushed'), sha256('other')].sort());
    expect([await server.count('manifests'), await status('absent')]).toEqual([before, 404]);
  });

  it('a blob that only another repository holds', async () => {
    await server.pushBlob('library/elsewhere', 'elsewhere');
    const foreign = { ...missing, digest: sha256('elsewhere'), size: 9 };
    expect((await put('foreign', { schemaVersion: 2, config: foreign, layers: [] })).status).toBe(404);
  });

  it('a size that the content does not have', async () => {
    await server.pushBlob(REPOSITORY, 'nine byte');
    const answer = await put('size', { schemaVersion: 2, config: { ...missing, digest: sha256('nine byte'), size: 8 }, layers: [] });
    expect([answer.status, errorOf(answer).code]).toEqual([400, 'MANIFEST_INVALID']);
  });

  it.each([
    ['another digest than its name', sha256('x'), '{"schemaVersion":2}', 'DIGEST_INVALID'],
    ['a malformed digest', 'sha256:baddigeststring', '{}', 'DIGEST_INVALID'],
    ['a malformed tag', '.hidden', '{}', 'TAG_INVALID'],
    ['no JSON', 'tag', 'x', 'MANIFEST_INVALID'],
    ['an empty body', 'tag', '', 'MANIFEST_INVALID'],
  ])('%s', async (_name, reference, body, code) => {
    const answer = await put(reference, body);
    expect([answer.status, errorOf(answer).code]).toEqual([400, code]);
  });

  it.each([
    ['announced', false],
    ['streamed', true],
  ])('more than 4 MiB, %s', async (_name, chunked) => {
    const body = Buffer.alloc(MAX_MANIFEST_BYTES + 1, ' ');
    const answer = await server.ask('PUT', `/v2/${REPOSITORY}/manifests/big`, { body, chunked, headers: { 'content-type': OCI_MANIFEST } });
    expect([answer.status, errorOf(answer).code]).toEqual([413, 'MANIFEST_INVALID']);
  });

  it('a malformed tag parameter, or too many', async () => {
    const { digest, manifest } = await server.pushImage(REPOSITORY, '@', { unique: 'tag parameters' });
    expect((await put(`${digest}?tag=good&tag=.bad`, manifest)).status).toBe(400);
    expect((await put(`${digest}?${Array.from({ length: 101 }, (_, tag) => `tag=${tag}`).join('&')}`, manifest)).status).toBe(414);
    expect(await status('good')).toBe(404);
  });
});

describe('PUT', () => {
  it('keeps the bytes exactly as they came, whatever Accept says', async () => {
    const { manifest } = await server.pushImage(REPOSITORY, 'first', { unique: 'exact' });
    const spaced = Buffer.from(`${manifest.toString().replace('{', '{ \n"annotations":{"written":"ÿ é 漢字 🚢"},')}\n`);
    const answer = await put('spaced', spaced);
    expect([answer.status, answer.headers.location]).toEqual([201, `/v2/${REPOSITORY}/manifests/spaced`]);
    expect(answer.headers['docker-content-digest']).toBe(digestOfBytes(spaced));
    const got = await server.ask('GET', `/v2/${REPOSITORY}/manifests/spaced`, { headers: { accept: DOCKER_MANIFEST } });
    expect([got.status, got.headers['content-type'], got.body.equals(spaced)]).toEqual([200, OCI_MANIFEST, true]);
  });

  it('a manifest of exactly 4 MiB', async () => {
    const { manifest } = await server.pushImage(REPOSITORY, 'small', { unique: 'four MiB' });
    const body = Buffer.concat([manifest, Buffer.alloc(MAX_MANIFEST_BYTES - manifest.length, ' ')]);
    expect((await put('largest', body)).status).toBe(201);
    expect((await server.ask('GET', `/v2/${REPOSITORY}/manifests/largest`)).body.equals(body)).toBe(true);
  });

  it('several tags at once', async () => {
    const { digest, manifest } = await server.pushImage(REPOSITORY, '@', { unique: 'several tags' });
    const answer = await put(`${digest}?tag=1.2.3&tag=1.2&tag=1&tag=1`, manifest);
    expect([answer.status, answer.headers['oci-tag']]).toEqual([201, '1.2.3, 1.2, 1']);
    for (const tag of ['1.2.3', '1.2', '1']) expect(await status(tag)).toBe(200);
  });

  it('by a sha512 digest', async () => {
    const { manifest } = await server.pushImage(REPOSITORY, '@', { unique: 'sha512' });
    const digest = digestOfBytes(manifest, 'sha512');
    const answer = await put(digest, manifest);
    expect([answer.status, answer.headers['docker-content-digest']]).toEqual([201, digest]);
    expect((await server.ask('GET', `/v2/${REPOSITORY}/manifests/${digest}`)).headers['docker-content-digest']).toBe(digest);
  });

  it('moves a tag, and keeps the manifest it left', async () => {
    const one = await server.pushImage(REPOSITORY, 'moving', { unique: 'one' });
    const two = await server.pushImage(REPOSITORY, 'moving', { unique: 'two' });
    expect((await server.ask('HEAD', `/v2/${REPOSITORY}/manifests/moving`)).headers['docker-content-digest']).toBe(two.digest);
    expect(await status(one.digest)).toBe(200);
  });

  it('indexes whose children are manifests, indexes, or blobs as BuildKit caches have them; and none', async () => {
    const image = await server.pushImage(REPOSITORY, '@', { unique: 'child' });
    const inner = index([image]);
    expect((await put(digestOfBytes(inner), inner, OCI_INDEX)).status).toBe(201);
    const outer = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [descriptor(inner, OCI_INDEX)] }));
    expect((await put('outer', outer, OCI_INDEX)).status).toBe(201);
    await server.pushBlob(REPOSITORY, 'cached layer');
    const cache = {
      schemaVersion: 2,
      mediaType: OCI_INDEX,
      manifests: [descriptor(Buffer.from('cached layer'), 'application/vnd.oci.image.layer.v1.tar+gzip')],
    };
    expect((await put('cache', cache, OCI_INDEX)).status).toBe(201);
    expect((await put('none', { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] }, OCI_INDEX)).status).toBe(201);
    const sparse = { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ mediaType: OCI_MANIFEST, digest: sha256('nowhere'), size: 3 }] };
    expect((await put('sparse', sparse, OCI_INDEX)).status).toBe(404);
  });

  it('foreign layers that are not here', async () => {
    const foreign = {
      mediaType: 'application/vnd.oci.image.layer.nondistributable.v1.tar',
      digest: sha256('foreign'),
      size: 5,
      urls: ['https://example.com'],
    };
    const config = Buffer.from('{"foreign":1}');
    await server.pushBlob(REPOSITORY, config);
    const document = { schemaVersion: 2, config: descriptor(config, 'application/vnd.oci.image.config.v1+json'), layers: [foreign] };
    expect((await put('foreign-layers', document)).status).toBe(201);
  });

  it('fifty to one new tag: every 201 took effect, and the last is there', async () => {
    const images = await Promise.all(
      Array.from({ length: 50 }, (_, number) => server.pushImage(REPOSITORY, '@', { unique: `race ${number}` })),
    );
    const answers = await Promise.all(images.map(({ manifest }) => put('race', manifest)));
    expect(answers.map(({ status: code }) => code)).toEqual(images.map(() => 201));
    const now = (await server.ask('HEAD', `/v2/${REPOSITORY}/manifests/race`)).headers['docker-content-digest'];
    expect(images.map(({ digest }) => digest)).toContain(now);
  });
});

describe('GET and HEAD', () => {
  it.each(['GET', 'HEAD'])('%s of what is not there is 404', async (method) => {
    expect(await status('missing', method)).toBe(404);
    expect(await status(sha256('missing'), method)).toBe(404);
    expect(await status('sha256:baddigeststring', method)).toBe(400);
  });

  it('the same headers, and 304 for what the client has', async () => {
    const { digest, manifest } = await server.pushImage(REPOSITORY, 'headers', { unique: 'headers' });
    for (const method of ['GET', 'HEAD']) {
      for (const reference of ['headers', digest]) {
        const answer = await server.ask(method, `/v2/${REPOSITORY}/manifests/${reference}`);
        expect(answer.headers).toMatchObject({
          'content-type': OCI_MANIFEST,
          'content-length': String(manifest.length),
          'docker-content-digest': digest,
          etag: `"${digest}"`,
        });
        const same = await server.ask(method, `/v2/${REPOSITORY}/manifests/${reference}`, { headers: { 'if-none-match': `"${digest}"` } });
        expect([same.status, same.body.length]).toEqual([304, 0]);
      }
    }
  });

  it('a type that a browser would run is fenced in', async () => {
    expect((await put('html', '{"mediaType":"text/html","x":"<script>alert(1)</script>"}', 'text/html')).status).toBe(201);
    const answer = await server.ask('GET', `/v2/${REPOSITORY}/manifests/html`);
    expect(answer.headers).toMatchObject({ 'content-security-policy': 'sandbox', 'x-content-type-options': 'nosniff' });
  });
});

describe('DELETE', () => {
  it('of a tag removes only the tag', async () => {
    const { digest } = await server.pushImage(REPOSITORY, 'delete-a', { unique: 'delete tag' });
    await server.pushImage(REPOSITORY, 'delete-b', { unique: 'delete tag' });
    expect(await status('delete-a', 'DELETE')).toBe(202);
    expect([await status('delete-a'), await status('delete-a', 'DELETE')]).toEqual([404, 404]);
    expect([await status('delete-b'), await status(digest)]).toEqual([200, 200]);
  });

  it('of a digest removes the manifest and its tags at once; the same push brings it back', async () => {
    const { digest } = await server.pushImage(REPOSITORY, 'gone-a', { unique: 'delete digest' });
    await server.pushImage(REPOSITORY, 'gone-b', { unique: 'delete digest' });
    expect(await status(digest, 'DELETE')).toBe(202);
    for (const reference of [digest, 'gone-a', 'gone-b'])
      expect([await status(reference), await status(reference, 'HEAD')]).toEqual([404, 404]);
    expect(await status(digest, 'DELETE')).toBe(404);
    await server.pushImage(REPOSITORY, 'gone-a', { unique: 'delete digest' });
    expect(await status('gone-a')).toBe(200);
    expect(await status('gone-b')).toBe(404);
  });

  it('of a child is refused while an index lists it', async () => {
    const image = await server.pushImage(REPOSITORY, '@', { unique: 'kept child' });
    const parent = index([image], { annotations: { test: 'kept child' } });
    expect((await put('parent', parent, OCI_INDEX)).status).toBe(201);
    const refused = await server.ask('DELETE', `/v2/${REPOSITORY}/manifests/${image.digest}`);
    expect([refused.status, errorOf(refused).code]).toEqual([405, 'UNSUPPORTED']);
    expect(await status(digestOfBytes(parent), 'DELETE')).toBe(202);
    expect(await status(image.digest, 'DELETE')).toBe(202);
  });
});
