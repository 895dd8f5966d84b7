import { connect } from 'node:net';
import { OciError } from '@berth/oci';
import { afterEach, describe, expect, it } from 'vitest';
import { errorOf, sha256, useV2Server } from './testing/v2-test-server.ts';

const server = useV2Server();
const DIGEST = sha256('x');

afterEach(() => {
  server.gate.refuse = undefined;
});

/** Status and code of a raw request. */
async function raw(requestLine: string, headers = '', body = ''): Promise<{ status: number; text: string }> {
  const text = await server.raw(`${requestLine} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${headers}\r\n${body}`);
  return { status: Number(/^HTTP\/1\.1 ([0-9]{3})/.exec(text)?.[1]), text };
}

describe('a name without a project', () => {
  it.each([
    ['docker/28.2.2 go/go1.24.3 git-commit/45873be os/linux arch/amd64', 'DENIED'],
    ['containers/5.29.2 (github.com/containers/image)', 'NAME_INVALID'],
    ['containerd/v1.7.27', 'NAME_INVALID'],
  ])('stops a push by %s at its first request, with the name to use', async (agent, code) => {
    const answer = await raw('POST /v2/nginx/blobs/uploads/', `User-Agent: ${agent}\r\nContent-Length: 0\r\n`);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain(`{"errors":[{"code":"${code}","message":"A repository belongs to a project: use <host>/<project>/nginx `);
  });

  it('is the same to docker where it does not try again', async () => {
    const answer = await raw('GET /v2/nginx/manifests/latest', 'User-Agent: docker/28.2.2\r\n');
    expect(answer.text).toContain('"code":"NAME_INVALID"');
  });
});

describe('paths', () => {
  it.each([
    ['/v2/library/app/manifests/..', 400],
    ['/v2/library/../manifests/latest', 400],
    ['/v2/../manifests/latest', 400],
    ['/v2/library/%2e%2e/manifests/latest', 400],
    ['/v2/library%2Fapp/manifests/latest', 400],
    ['/v2/library/app%2Fx/manifests/latest', 400],
    ['/v2/library/app/manifests/a%2Fb', 400],
    ['/v2/library/app/manifests/a%5Cb', 400],
    ['/v2/library/app%00/manifests/latest', 400],
    ['/v2/library/app/manifests/%', 400],
    ['/v2/library/app/manifests/%zz', 400],
    ['/v2/library/app/manifests/%c0%af', 400],
    ['/v2/library/app/manifests/%ff', 400],
    ['/v2/Library/App/manifests/latest', 400],
    ['/v2/app/manifests/latest', 400],
    ['/v2//app/manifests/latest', 400],
    ['/v2/library//app/manifests/latest', 400],
    ['/v2/library/app/manifests/', 400],
    ['/v2/library/app/blobs/', 400],
    ['/v2/library/app/blobs/latest', 400],
    [`/v2/library/app/blobs/${DIGEST.toUpperCase()}`, 400],
    [`/v2/library/${'a'.repeat(300)}/manifests/latest`, 400],
    [`/v2/library/app/manifests/${'a'.repeat(129)}`, 400],
    [`/v2/${'a/'.repeat(1500)}manifests/latest`, 414],
    ['/v2/library/app/manifests', 404],
    ['/v2/library/app', 404],
    ['/v2/nonsense', 404],
    ['/v2/_catalog/', 404],
    ['/v2/library/app/tags/', 404],
    ['/v2/library/app/tags/lists', 404],
    ['/v2/library/app/tags/list/', 404],
    [`/v2/library/app/blobs/${DIGEST}/`, 404],
    ['/v2/library/app/uploads/', 404],
    ['/v2x', 404],
  ])('%s is %i', async (path, status) => {
    const answer = await raw(`GET ${path}`);
    expect([path, answer.status]).toEqual([path, status]);
    expect(answer.text).toMatch(/\{"errors":\[\{"code":"[A-Z_]+","message":"[^"]/);
    expect(answer.text).toContain('Docker-Distribution-Api-Version: registry/2.0');
  });

  it('repositories may be called like nouns', async () => {
    for (const name of ['library/manifests', 'library/blobs/uploads', 'library/tags/list', 'library/referrers']) {
      const image = await server.pushImage(name, 'latest');
      expect((await server.ask('GET', `/v2/${name}/manifests/latest`)).headers['docker-content-digest']).toBe(image.digest);
      expect((await server.ask('GET', `/v2/${name}/tags/list`)).status).toBe(200);
    }
  });

  it('what was authorised is what is acted on', async () => {
    server.gate.needs.length = 0;
    await server.ask('GET', '/v2/library/secret/manifests/latest?x=/v2/library/public/manifests/latest');
    await raw('GET /v2/library/public/manifests/../../secret/manifests/latest');
    await raw('GET /v2/library/public%2f..%2fsecret/manifests/latest');
    await raw('GET http://elsewhere/v2/library/secret/manifests/latest');
    expect(server.gate.needs).toEqual([{ action: 'pull', repository: 'library/secret' }]);
  });
});

describe('methods', () => {
  it.each([
    ['POST', '/v2/', 'GET, HEAD'],
    ['PUT', `/v2/library/app/blobs/${DIGEST}`, 'GET, HEAD, DELETE'],
    ['PATCH', '/v2/library/app/manifests/latest', 'GET, HEAD, PUT, DELETE'],
    ['DELETE', '/v2/library/app/tags/list', 'GET, HEAD'],
    ['OPTIONS', '/v2/_catalog', 'GET, HEAD'],
    ['GET', '/v2/library/app/blobs/uploads/', 'POST'],
  ])('%s %s is 405 and says what is allowed', async (method, path, allow) => {
    const answer = await server.ask(method, path);
    expect([answer.status, answer.headers.allow, errorOf(answer).code]).toEqual([405, allow, 'UNSUPPORTED']);
  });

  it('/v2/ and /v2 greet', async () => {
    for (const path of ['/v2/', '/v2', '/v2/?x=1']) {
      const answer = await server.ask('GET', path);
      expect([answer.status, answer.headers['docker-distribution-api-version'], answer.body.toString()]).toEqual([
        200,
        'registry/2.0',
        '{}',
      ]);
    }
  });
});

describe('bodies', () => {
  it.each([
    ['two lengths', 'Content-Length: 1\r\nContent-Length: 2\r\n'],
    ['a length beside chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'],
    ['a negative length', 'Content-Length: -1\r\n'],
    ['a length in words', 'Content-Length: five\r\n'],
    ['chunks twice', 'Transfer-Encoding: chunked, chunked\r\n'],
  ])('%s never reach a handler as content', async (_name, headers) => {
    const before = await server.count('blobs');
    const { status } = await raw(`POST /v2/library/app/blobs/uploads/?digest=${DIGEST}`, headers, '1\r\nx\r\n0\r\n\r\n');
    expect([400, NaN]).toContain(status);
    expect(await server.count('blobs')).toBe(before);
  });

  it('a refused large body does not keep the client from reading the answer', async () => {
    server.gate.refuse = new OciError('DENIED', 'You may not push here.');
    const answer = await server.ask('POST', `/v2/library/app/blobs/uploads/?digest=${DIGEST}`, { body: Buffer.alloc(8_000_000) });
    expect([answer.status, errorOf(answer).code]).toEqual([403, 'DENIED']);
    const head = `POST /v2/library/app/blobs/uploads/?digest=${DIGEST} HTTP/1.1\r\nHost: x\r\nContent-Length: 8000000\r\n\r\n`;
    const text = await server.raw(Buffer.concat([Buffer.from(head), Buffer.alloc(8_000_000)]));
    expect(text).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
    expect(text).toContain('Connection: close');
  });

  it('a refused small body keeps the connection for the next request', async () => {
    server.gate.refuse = new OciError('UNAUTHORIZED', 'Sign in first.', { headers: { 'www-authenticate': 'Bearer realm="x"' } });
    const body = 'x'.repeat(1000);
    const text = await server.raw(
      `PUT /v2/library/app/manifests/latest HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n${body}GET /v2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(text.match(/HTTP\/1\.1 401 Unauthorized/g)).toHaveLength(2);
    expect(text).toContain('www-authenticate: Bearer realm="x"');
  });

  it('a body refused half-way keeps the connection usable too', async () => {
    const location = (await server.ask('POST', '/v2/library/app/blobs/uploads/')).headers.location;
    const text = await server.raw(
      `PATCH ${location} HTTP/1.1\r\nHost: x\r\nContent-Range: 0-9\r\nTransfer-Encoding: chunked\r\n\r\n` +
        `5\r\nhello\r\n5\r\nworld\r\n5\r\n-more\r\n0\r\n\r\nGET /v2/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('SIZE_INVALID');
    expect(text).toContain('HTTP/1.1 200 OK');
  });

  it('a body that nobody asked for ends the connection with the answer', async () => {
    const text = await server.raw('GET /v2/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\nx');
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text).toContain('Connection: close');
  });

  it('a refused small body that does not come is cut by the minimum rate', async () => {
    const text = server.raw('POST /v2/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nx');
    const seen = server.measures.length;
    await expect.poll(() => server.measures.length).toBe(seen + 1);
    server.now += 61_000;
    server.rateGuard.tick();
    expect(await text).toMatch(/^HTTP\/1\.1 405 /);
  });

  it('an answer from memory that nobody reads is cut by the minimum rate', async () => {
    const image = await server.pushImage('library/app', 'large', { more: { annotations: { large: 'x'.repeat(4_000_000) } } });
    const socket = connect(server.port, '127.0.0.1').pause();
    const seen = server.measures.length;
    socket.write(`GET /v2/library/app/manifests/${image.digest} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(8));
    // The first answers fit into the sockets' buffers.
    const afterAWindow = (): boolean => {
      server.now += 3_600_000 * 2;
      server.rateGuard.tick();
      return server.measures.slice(seen).some(({ status }) => status === 499);
    };
    await expect.poll(afterAWindow, { timeout: 10_000 }).toBe(true);
    socket.destroy();
  }, 20_000);

  it('requests sent ahead are answered in order, each whole', async () => {
    const large = Buffer.alloc(2_000_000, 'pipelined ');
    await server.pushBlob('library/app', large);
    await server.pushBlob('library/app', 'small blob');
    const get = (content: string | Buffer, more = ''): string =>
      `GET /v2/library/app/blobs/${sha256(content)} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
    const text = await server.raw(get(large) + get('small blob') + get(large) + get('small blob', 'Connection: close\r\n'));
    const answers = text.split(/(?=HTTP\/1\.1 200 OK)/);
    expect(answers.map((answer) => answer.slice(answer.indexOf('\r\n\r\n') + 4).length)).toEqual([2_000_000, 10, 2_000_000, 10]);
  });

  it('a client that leaves while answers wait leaves no reader open', async () => {
    const large = Buffer.alloc(8_000_000, 'left behind ');
    await server.pushBlob('library/app', large);
    const open = (): number => server.openFiles.size;
    const before = open();
    const get = `GET /v2/library/app/blobs/${sha256(large)} HTTP/1.1\r\nHost: x\r\n\r\n`;
    await server.raw(get.repeat(5), 'HTTP/1.1 200');
    await expect.poll(open).toBe(before);
  });
});
