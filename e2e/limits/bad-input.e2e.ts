import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Berth } from '../harness/berth.ts';
import { sha256 } from '../harness/random-bytes.ts';
import { type Descriptor, expectStatus, RegistryClient } from '../harness/registry-client.ts';
import { type RawReply, raw, rawRequest } from './raw-request.ts';
import { type Case, CREDENTIALS, LISTS, MANIFESTS, NAMES, REFERENCES, REPOSITORY, UNKNOWN, UPLOADS } from './bad-requests.ts';

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
