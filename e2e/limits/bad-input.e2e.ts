import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Berth } from '../harness/berth.ts';
import { sha256 } from '../harness/random-bytes.ts';
import { type Descriptor, expectStatus, OCI_INDEX, OCI_MANIFEST, RegistryClient } from '../harness/registry-client.ts';
import { type RawReply, raw, rawRequest } from './raw-request.ts';

const REPOSITORY = 'bad/app';
const UNKNOWN = `sha256:${'0'.repeat(64)}`;
const MIB = 1024 * 1024;

/** What a bad request must meet: these statuses and, where the specification names one, this code. */
interface Case {
  readonly name: string;
  readonly method?: string;
  readonly target: string;
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
  readonly status: readonly number[];
  readonly code?: string | readonly string[];
}

const bad = (
  name: string,
  target: string,
  rest: Omit<Case, 'name' | 'target' | 'status'> & { readonly status?: readonly number[] } = {},
): Case => ({
  name,
  target,
  status: [400],
  ...rest,
});

const NAMES: readonly Case[] = [
  ...[
    'UPPER/app',
    'bad/App',
    'bad/-app',
    'bad/app-',
    'bad/a..b',
    'bad/a___b',
    'bad/app!',
    'bad/ápp',
    'bad/.app',
    'bad/app.',
    'bad//app',
    '/app',
  ].map((name) => bad(`name ${name}`, `/v2/${encodeURI(name)}/manifests/latest`, { code: 'NAME_INVALID' })),
  bad('name without a project', '/v2/app/manifests/latest', { code: 'NAME_INVALID' }),
  bad('name of 300 characters', `/v2/bad/${'a'.repeat(300)}/manifests/latest`, { code: 'NAME_INVALID' }),
  bad('name of 10,000 characters', `/v2/bad/${'a'.repeat(10_000)}/manifests/latest`, { status: [400, 414], code: 'NAME_INVALID' }),
  bad('dot dot', '/v2/bad/../other/manifests/latest', { code: 'NAME_INVALID' }),
  bad('escaped dot dot', '/v2/bad/%2e%2e/manifests/latest', { code: 'NAME_INVALID' }),
  bad('escaped slash', '/v2/bad%2Fapp/manifests/latest', { code: 'NAME_INVALID' }),
  bad('escaped backslash', '/v2/bad/a%5Cb/manifests/latest', { code: 'NAME_INVALID' }),
  bad('NUL', '/v2/bad/a%00b/manifests/latest', { code: 'NAME_INVALID' }),
  bad('not UTF-8', '/v2/bad/%ff%fe/manifests/latest', { code: 'NAME_INVALID' }),
  bad('overlong UTF-8', '/v2/bad/%c0%ae%c0%ae/manifests/latest', { code: 'NAME_INVALID' }),
  bad('half an escape', '/v2/bad/a%2/manifests/latest', { code: 'NAME_INVALID' }),
  bad('twice escaped', '/v2/bad/%252e%252e/manifests/latest', { code: 'NAME_INVALID' }),
  bad('raw bytes above ASCII', '/v2/bad/\xff\xfe/manifests/latest', {}),
];

const REFERENCES: readonly Case[] = [
  ...['-tag', '.tag', 'a b', 'täg', 'a'.repeat(129), 'a!', 'a%2Fb', 'a:b'].map((tag) =>
    bad(`PUT to tag ${tag.slice(0, 20)}`, `/v2/${REPOSITORY}/manifests/${tag.includes('%') ? tag : encodeURI(tag)}`, {
      method: 'PUT',
      body: '{}',
      headers: [`Content-Type: ${OCI_MANIFEST}`],
      code: ['TAG_INVALID', 'MANIFEST_INVALID', 'NAME_INVALID', 'DIGEST_INVALID'],
    }),
  ),
  ...[
    'sha256:abc',
    `sha256:${'A'.repeat(64)}`,
    `sha256:${'g'.repeat(64)}`,
    `sha256:${'0'.repeat(63)}`,
    `sha256:${'0'.repeat(65)}`,
    `sha512:${'0'.repeat(64)}`,
    `md5:${'0'.repeat(32)}`,
    'sha256:',
    ':',
    `SHA256:${'0'.repeat(64)}`,
    'nonsense',
  ].flatMap((digest) =>
    (['GET', 'HEAD', 'DELETE'] as const).map((method) =>
      bad(`${method} blob ${digest.slice(0, 16)}… (${digest.length})`, `/v2/${REPOSITORY}/blobs/${digest}`, {
        method,
        ...(method === 'HEAD' ? {} : { code: 'DIGEST_INVALID' }),
      }),
    ),
  ),
  bad('referrers of no digest', `/v2/${REPOSITORY}/referrers/latest`, { code: 'DIGEST_INVALID' }),
  bad('absent blob', `/v2/${REPOSITORY}/blobs/${UNKNOWN}`, { status: [404], code: 'BLOB_UNKNOWN' }),
  bad('absent manifest', `/v2/${REPOSITORY}/manifests/${UNKNOWN}`, { status: [404], code: 'MANIFEST_UNKNOWN' }),
  bad('absent tag', `/v2/${REPOSITORY}/manifests/absent`, { status: [404], code: 'MANIFEST_UNKNOWN' }),
  bad('tags of an absent repository', '/v2/bad/absent/tags/list', { status: [404], code: 'NAME_UNKNOWN' }),
  bad('DELETE of an absent tag', `/v2/${REPOSITORY}/manifests/absent`, { method: 'DELETE', status: [404], code: 'MANIFEST_UNKNOWN' }),
  bad('no such end point', `/v2/${REPOSITORY}/nothing/here`, { status: [404] }),
  bad('method that no route knows', `/v2/${REPOSITORY}/tags/list`, { method: 'POST', status: [405] }),
  bad('unheard-of method', `/v2/${REPOSITORY}/tags/list`, { method: 'BREW', status: [400, 405, 501] }),
];

const LISTS: readonly Case[] = [
  'n=-1',
  'n=abc',
  'n=1e3',
  `n=${'9'.repeat(40)}`,
  'n=1&n=2',
  'n=',
  'n=1.5',
  `last=${'a'.repeat(5000)}`,
  'last=%00',
  'n=0x10',
].flatMap((query) =>
  [`/v2/${REPOSITORY}/tags/list`, '/v2/_catalog'].map((path) => bad(`${path}?${query.slice(0, 20)}`, `${path}?${query}`)),
);

const UPLOADS: readonly Case[] = [
  bad('unknown upload', `/v2/${REPOSITORY}/blobs/uploads/${randomUUID()}`, { status: [404], code: 'BLOB_UPLOAD_UNKNOWN' }),
  ...['PATCH', 'PUT', 'DELETE', 'GET'].flatMap((method) =>
    ['x', '../../x', '%2e%2e', 'a%00', 'a'.repeat(500)].map((id) =>
      bad(`${method} to upload ${id.slice(0, 10)}`, `/v2/${REPOSITORY}/blobs/uploads/${id}?digest=${UNKNOWN}`, {
        method,
        status: [400, 404],
      }),
    ),
  ),
  bad('mount of no digest', `/v2/${REPOSITORY}/blobs/uploads/?mount=abc&from=bad/other`, { method: 'POST', code: 'DIGEST_INVALID' }),
  bad('mount from no name', `/v2/${REPOSITORY}/blobs/uploads/?mount=${UNKNOWN}&from=BAD//x`, { method: 'POST', status: [202, 400] }),
  bad('POST with a wrong digest', `/v2/${REPOSITORY}/blobs/uploads/?digest=${UNKNOWN}`, {
    method: 'POST',
    body: 'content',
    code: 'DIGEST_INVALID',
  }),
  bad('POST with no digest in the parameter', `/v2/${REPOSITORY}/blobs/uploads/?digest=`, {
    method: 'POST',
    body: 'content',
    code: 'DIGEST_INVALID',
  }),
  bad('POST with an unknown algorithm', `/v2/${REPOSITORY}/blobs/uploads/?digest-algorithm=md5`, { method: 'POST' }),
];

const manifest = (value: unknown): string => JSON.stringify(value);
const put = (name: string, body: string | Buffer, rest: Partial<Case> = {}): Case => ({
  name: `manifest: ${name}`,
  method: 'PUT',
  target: `/v2/${REPOSITORY}/manifests/bad`,
  headers: [`Content-Type: ${OCI_MANIFEST}`],
  body,
  status: [400],
  code: 'MANIFEST_INVALID',
  ...rest,
});
const blob = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  mediaType: 'application/octet-stream',
  digest: UNKNOWN,
  size: 1,
  ...fields,
});
const image = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  schemaVersion: 2,
  mediaType: OCI_MANIFEST,
  config: blob(),
  layers: [],
  ...fields,
});

const MANIFESTS: readonly Case[] = [
  put('empty', ''),
  put('not JSON', 'hello'),
  put('half of it', '{"schemaVersion":2,'),
  put('not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])),
  ...['null', '[]', '"text"', '2', 'true'].map((body) => put(body, body)),
  put('nested 100,000 deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  put('an object nested 100,000 deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`),
  put('five mebibytes', `{"schemaVersion":2,"x":"${'x'.repeat(5 * MIB)}"}`, { status: [413], code: ['SIZE_INVALID', 'MANIFEST_INVALID'] }),
  put('schema version 3', manifest(image({ schemaVersion: 3 })), {
    status: [400, 404],
    code: ['MANIFEST_INVALID', 'MANIFEST_BLOB_UNKNOWN'],
  }),
  put('schema 1', manifest({ schemaVersion: 1, name: 'x', tag: 'y', fsLayers: [] }), {
    headers: ['Content-Type: application/vnd.docker.distribution.manifest.v1+prettyjws'],
    status: [400, 415],
    code: ['MANIFEST_INVALID', 'UNSUPPORTED'],
  }),
  put('layers and manifests together', manifest(image({ manifests: [] }))),
  put('another media type inside', manifest(image({ mediaType: OCI_INDEX }))),
  put('a blob that is not there', manifest(image()), { status: [400, 404], code: ['MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN'] }),
  put('a child that is not there', manifest({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [blob({ mediaType: OCI_MANIFEST })] }), {
    headers: [`Content-Type: ${OCI_INDEX}`],
    status: [400, 404],
    code: ['MANIFEST_BLOB_UNKNOWN', 'MANIFEST_UNKNOWN'],
  }),
  put('a negative size', manifest(image({ config: blob({ size: -1 }) }))),
  put('a size that is text', manifest(image({ config: blob({ size: '1' }) }))),
  put('a size beyond every integer', manifest(image({ config: blob({ size: 1e300 }) }))),
  put('a digest that is none', manifest(image({ config: blob({ digest: 'sha256:abc' }) }))),
  put('a digest that is a path', manifest(image({ config: blob({ digest: 'sha256:../../../../etc/passwd' }) }))),
  put('layers that are text', manifest(image({ layers: 'all of them' }))),
  put('a layer that is null', manifest(image({ layers: [null] }))),
  put('a config that is a list', manifest(image({ config: [] }))),
  put('a subject that is text', manifest(image({ subject: 'yes' }))),
  put('annotations that are no strings', manifest(image({ annotations: { a: { b: 1 } } })), {
    status: [400, 404],
    code: ['MANIFEST_INVALID', 'MANIFEST_BLOB_UNKNOWN'],
  }),
  put('no content type', manifest({ schemaVersion: 2 }), { headers: [] }),
  put('a digest that is not its own', manifest(image()), {
    target: `/v2/${REPOSITORY}/manifests/${UNKNOWN}`,
    status: [400],
    code: ['DIGEST_INVALID', 'MANIFEST_INVALID'],
  }),
];

const CREDENTIALS: readonly Case[] = [
  'Authorization: Bearer x',
  'Authorization: Bearer',
  'Authorization: Bearer a.b.c',
  `Authorization: Bearer ${'a'.repeat(7000)}`,
  'Authorization: Basic !!!',
  'Authorization: Basic YWRtaW4=',
  `Authorization: Basic ${Buffer.from('admin:wrong').toString('base64')}`,
  `Authorization: Basic ${Buffer.from('\0:\0').toString('base64')}`,
  `Authorization: Basic ${Buffer.from(`${'u'.repeat(3000)}:${'p'.repeat(1000)}`).toString('base64')}`,
  'Authorization: Digest username="admin"',
  'Authorization: ',
].map((header) => bad(header.slice(0, 40), `/v2/${REPOSITORY}/tags/list`, { headers: [header], status: [401], code: 'UNAUTHORIZED' }));

describe('bad input on raw sockets', () => {
  let berth: Berth;
  let client: RegistryClient;
  let token: string;
  let pid: number;
  let storedBefore: number;
  let good: Descriptor;

  beforeAll(async () => {
    berth = await Berth.start();
    client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    good = await client.pushImage(REPOSITORY, 'good', randomBytes(1000));
    token = await client.token([`repository:${REPOSITORY}:pull,push,delete`, 'repository:bad/absent:pull', 'registry:catalog:*']);
    pid = berth.pid;
    storedBefore = await berth.uploadedBytes();
  });
  afterAll(async () => {
    client?.close();
    await berth?.dispose();
  });

  const send = async (request: Case, authorized = true): Promise<RawReply> =>
    rawRequest(
      berth.port,
      raw({
        method: request.method ?? 'GET',
        target: request.target,
        headers: [...(authorized ? [`Authorization: Bearer ${token}`] : []), ...(request.headers ?? [])],
        body: request.body ?? '',
      }),
    );

  const check = (request: Case, reply: RawReply): void => {
    expect(request.status, `status of: ${reply.head}\n${reply.body.slice(0, 300)}`).toContain(reply.status);
    if (reply.status < 400 || (request.method ?? 'GET') === 'HEAD' || reply.body === '') return;
    const errors = (JSON.parse(reply.body) as { errors: { code: string; message: string }[] }).errors;
    // A sentence for a person, not only a code.
    expect(errors[0]?.message).toMatch(/\w+ \w+.*\.$/s);
    if (request.code !== undefined) expect([request.code].flat()).toContain(errors[0]?.code);
  };

  describe.each([
    ['names', NAMES],
    ['references and digests', REFERENCES],
    ['lists', LISTS],
    ['uploads', UPLOADS],
    ['manifests', MANIFESTS],
  ] as const)('%s', (_, cases) => {
    it.each(cases)('$name', async (request) => check(request, await send(request)));
  });

  describe('credentials', () => {
    it.each(CREDENTIALS)('$name', async (request) => {
      const reply = await send(request, false);
      check(request, reply);
      expect(reply.head).toMatch(/\r\nwww-authenticate: Bearer realm="/i);
    });
  });

  describe('an upload in progress', () => {
    const patch = async (location: string, headers: readonly string[], body: string): Promise<RawReply> =>
      rawRequest(berth.port, raw({ method: 'PATCH', target: location, headers: [`Authorization: Bearer ${token}`, ...headers], body }));

    it.each(['10-19', '1-10', `${'9'.repeat(30)}-${'9'.repeat(31)}`])('out of order: Content-Range %s', async (range) => {
      const location = await client.startUpload(REPOSITORY);
      const reply = await patch(location, [`Content-Range: ${range}`], '0123456789');
      expect([400, 416]).toContain(reply.status);
      const status = expectStatus('GET upload', await client.ask('GET', location), 204);
      expect(status.headers.range ?? '0-0').toBe('0-0');
    });

    it.each(['5-2', 'abc', '0-', '-5', '0-9/100,200-300', '0-3'])('malformed or of another length: Content-Range %s', async (range) => {
      const reply = await patch(await client.startUpload(REPOSITORY), [`Content-Range: ${range}`], '0123456789');
      expect([400, 416]).toContain(reply.status);
    });

    it('closes with a wrong digest, a malformed one, two, or none', async () => {
      for (const query of [`digest=${UNKNOWN}`, 'digest=abc', '', `digest=${sha256('abc')}&digest=${UNKNOWN}`]) {
        const location = await client.startUpload(REPOSITORY);
        const target = `${location}${location.includes('?') ? '&' : '?'}${query}`;
        check(
          { name: query, target, status: [400], code: ['DIGEST_INVALID', 'UNSUPPORTED'] },
          await send({ name: query, method: 'PUT', target, body: 'abc', status: [400] }),
        );
      }
      expectStatus('the blob of two digests', await client.ask('HEAD', `/v2/${REPOSITORY}/blobs/${sha256('abc')}`), 404);
    });

    it('belongs to its repository', async () => {
      const location = (await client.startUpload(REPOSITORY)).replace(REPOSITORY, 'bad/other');
      expectStatus('PATCH through another repository', await client.ask('PATCH', location, { body: 'abc' }), 404);
    });
  });

  describe('ranges', () => {
    it.each(['bytes=99999999-', 'bytes=-0'])('that cannot be satisfied: %s', async (range) => {
      const reply = await send({
        name: range,
        target: `/v2/${REPOSITORY}/blobs/${await layerOf(good)}`,
        headers: [`Range: ${range}`],
        status: [416],
      });
      expect(reply.status).toBe(416);
    });

    it.each(['bytes=abc', 'bytes=5-2', 'lines=1-2', `bytes=${Array.from({ length: 500 }, (_, index) => `${index}-${index}`).join(',')}`])(
      'that say nothing, or too much, are ignored or refused: %s',
      async (range) => {
        const reply = await send({
          name: range,
          target: `/v2/${REPOSITORY}/blobs/${await layerOf(good)}`,
          headers: [`Range: ${range}`],
          status: [200],
        });
        expect([200, 206, 400, 416]).toContain(reply.status);
      },
    );
  });

  describe('HTTP itself', () => {
    const plain = async (text: string | Buffer): Promise<number> => (await rawRequest(berth.port, text)).status;
    const auth = (): string => `Authorization: Bearer ${token}\r\n`;

    it('refuses what is no HTTP', async () => {
      expect([0, 400]).toContain(await plain('hello\r\n\r\n'));
      expect([0, 400, 401]).toContain(await plain('GET /v2/\r\n\r\n'));
      expect([0, 400, 505]).toContain(await plain('GET /v2/ HTTP/9.9\r\nHost: x\r\n\r\n'));
      expect([0, 400]).toContain(await plain(Buffer.concat([Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00]), randomBytes(100)])));
      expect([0, 400]).toContain(await plain('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'));
    });

    it('refuses two lengths, and a length beside chunks', async () => {
      expect(await plain(`PUT /v2/ HTTP/1.1\r\nHost: x\r\n${auth()}Content-Length: 3\r\nContent-Length: 5\r\n\r\nabcde`)).toBe(400);
      expect(await plain(`PUT /v2/ HTTP/1.1\r\nHost: x\r\n${auth()}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`)).toBe(
        400,
      );
      expect(await plain(`PUT /v2/ HTTP/1.1\r\nHost: x\r\n${auth()}Content-Length: -3\r\n\r\n`)).toBe(400);
      expect(
        await plain(`PUT /v2/${REPOSITORY}/manifests/x HTTP/1.1\r\nHost: x\r\n${auth()}Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n`),
      ).toBe(400);
    });

    it('refuses headers beyond every limit', async () => {
      expect([400, 431]).toContain(await plain(`GET /v2/ HTTP/1.1\r\nHost: x\r\nX-Long: ${'a'.repeat(200_000)}\r\n\r\n`));
      const many = Array.from({ length: 5000 }, (_, index) => `X-${index}: ${index}\r\n`).join('');
      expect([400, 401, 431]).toContain(await plain(`GET /v2/ HTTP/1.1\r\nHost: x\r\n${many}\r\n`));
      expect([400, 414, 431]).toContain(await plain(`GET /v2/${'a'.repeat(200_000)} HTTP/1.1\r\nHost: x\r\n\r\n`));
    });

    it('is not fooled by an absolute target or a foreign host', async () => {
      const reply = await rawRequest(berth.port, 'GET http://evil.example/v2/ HTTP/1.1\r\nHost: evil.example\r\n\r\n');
      expect([400, 401, 404]).toContain(reply.status);
      const hostless = await rawRequest(berth.port, 'GET /v2/ HTTP/1.1\r\n\r\n');
      expect(hostless.status).toBe(400);
    });
  });

  describe('the token endpoint and the API', () => {
    const basic = (): string => `Authorization: Basic ${Buffer.from(`admin:${berth.adminPassword}`).toString('base64')}`;

    it.each([
      'scope=',
      'scope=repository',
      'scope=repository:BAD//x:pull',
      `scope=repository:a/${'b'.repeat(4000)}:pull`,
      'scope=registry:catalog:*&scope=nonsense:x:y',
      `${'scope=repository:a/b:pull&'.repeat(300)}`,
    ])('asked for %s grants nothing by it and does not fail', async (query) => {
      const reply = await rawRequest(
        berth.port,
        raw({ method: 'GET', target: `/service/token?service=berth&${query}`, headers: [basic()] }),
      );
      expect(reply.status).toBeLessThan(500);
    });

    it.each([
      ['grant_type=password', 'application/x-www-form-urlencoded'],
      ['grant_type=nothing&username=a&password=b', 'application/x-www-form-urlencoded'],
      ['{"grant_type":"password"}', 'application/json'],
      ['%%%', 'application/x-www-form-urlencoded'],
      [`grant_type=password&username=${'a'.repeat(300_000)}`, 'application/x-www-form-urlencoded'],
    ])('refuses the form %s', async (body, type) => {
      const reply = await rawRequest(
        berth.port,
        raw({ method: 'POST', target: '/service/token', headers: [`Content-Type: ${type}`], body: body.slice(0, 300_000) }),
      );
      expect([400, 401, 413, 415]).toContain(reply.status);
    });

    it.each([
      ['POST', '/api/v2.0/projects', 'not json'],
      ['POST', '/api/v2.0/projects', '[]'],
      ['POST', '/api/v2.0/projects', '{"project_name":"../x"}'],
      ['POST', '/api/v2.0/projects', '{"project_name":{"a":1}}'],
      ['POST', '/api/v2.0/users', '{"username":"x"}'],
      ['POST', '/api/v2.0/projects', `{"project_name":"${'a'.repeat(3_000_000)}"}`],
    ] as const)('%s %s refuses %.40s', async (method, target, body) => {
      const reply = await rawRequest(berth.port, raw({ method, target, headers: [basic(), 'Content-Type: application/json'], body }));
      expect([400, 413, 415, 422]).toContain(reply.status);
    });

    it.each([
      '/api/v2.0/projects/%00',
      '/api/v2.0/projects/%2e%2e%2fusers',
      '/api/v2.0/users/abc',
      '/api/v2.0/users/99999999999999999999',
      '/api/v2.0/projects?page=-1',
      '/api/v2.0/projects?page_size=100000',
      '/api/v2.0/projects?q=%27;drop',
      '/api/v2.0/%ff',
    ])('GET %s is a 4xx or harmless', async (target) => {
      const reply = await rawRequest(berth.port, raw({ method: 'GET', target, headers: [basic()] }));
      expect(reply.status).toBeGreaterThanOrEqual(200);
      expect(reply.status).toBeLessThan(500);
    });
  });

  it('changed nothing: the same process, the same tags, nothing new stored', async () => {
    expect(berth.pid).toBe(pid);
    expect(berth.processes().some((facts) => facts.pid === pid)).toBe(true);
    expectStatus('readyz', await client.plain('GET', '/readyz'), 200);
    const tags = expectStatus('tags', await client.ask('GET', `/v2/${REPOSITORY}/tags/list`), 200);
    expect(JSON.parse(tags.body.toString())).toEqual({ name: REPOSITORY, tags: ['good'] });
    expectStatus('the good image', await client.getManifest(REPOSITORY, 'good'), 200);
    // Cut-off uploads may leave their few bytes until they expire; nothing more.
    expect((await berth.uploadedBytes()) - storedBefore).toBeLessThan(200_000);
  });

  async function layerOf(descriptor: Descriptor): Promise<string> {
    const parsed = JSON.parse((await client.getManifest(REPOSITORY, descriptor.digest)).body.toString()) as {
      layers: { digest: string }[];
    };
    return parsed.layers[0]?.digest ?? '';
  }
});
