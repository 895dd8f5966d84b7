import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { digestOfBytes, parseRepositoryName } from '@berth/oci';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RegistryContentError, RegistryRefusedError, RegistryUnreachableError } from './errors.ts';
import { parseImageReference } from './image-reference.ts';
import { RegistryClient } from './registry-client.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, number: number) => void;

const REPOSITORY = parseRepositoryName('team/app');
const content = randomBytes(300_000);
const digest = digestOfBytes(content);

/** A server on a port of its own that answers as a test says. */
class Scripted {
  readonly seen: { readonly method: string; readonly url: string; readonly headers: IncomingMessage['headers'] }[] = [];
  answer: Answer = (_request, response) => response.writeHead(500).end();
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      this.seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers });
      request.resume();
      this.answer(request, response, this.seen.length);
    });
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get origin(): URL {
    return new URL(`http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

let registry: Scripted;
let other: Scripted;
let client: RegistryClient;

beforeEach(async () => {
  registry = await new Scripted().start();
  other = await new Scripted().start();
  client = new RegistryClient({ origin: registry.origin, credentials: { username: 'alice', password: 'secret' } });
});
afterEach(async () => {
  client.close();
  await registry.stop();
  await other.stop();
});

async function read(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of client.blob(REPOSITORY, digest)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function sendFrom(response: ServerResponse, range: string | undefined): void {
  const start = range === undefined ? 0 : Number(/^bytes=(\d+)-$/.exec(range)?.[1]);
  response.writeHead(range === undefined ? 200 : 206, { 'content-length': content.length - start }).end(content.subarray(start));
}

describe('a blob', () => {
  it('that breaks off is gone on with where it broke', async () => {
    registry.answer = (request, response, number) => {
      if (number > 2) return sendFrom(response, request.headers.range);
      const start = number === 1 ? 0 : Number(/\d+/.exec(request.headers.range ?? '')?.[0]);
      response.writeHead(number === 1 ? 200 : 206, { 'content-length': content.length - start });
      response.write(content.subarray(start, start + 100_000), () => setTimeout(() => response.destroy(), 50));
    };
    expect((await read()).equals(content)).toBe(true);
    expect(registry.seen.length).toBe(3);
  });

  it('that always breaks off ends in an error, never short', async () => {
    registry.answer = (_request, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 10), () => setTimeout(() => response.destroy(), 10));
    };
    await expect(read()).rejects.toThrow();
  });

  it('of other content is refused', async () => {
    registry.answer = (_request, response) => response.writeHead(200).end(Buffer.from('something else'));
    await expect(read()).rejects.toThrow(RegistryContentError);
  });

  it('elsewhere is read without what proves who we are', async () => {
    registry.answer = (request, response) => {
      if (request.headers.authorization === undefined) response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
      else response.writeHead(307, { location: `${other.origin.origin}/bytes?signed` }).end();
    };
    other.answer = (request, response) => sendFrom(response, request.headers.range);
    expect((await read()).equals(content)).toBe(true);
    expect(other.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });
});

describe('who asks', () => {
  it('is told to the realm of the registry itself, and the token to the registry', async () => {
    registry.answer = (request, response) => {
      if (request.url?.startsWith('/token') === true) response.end(JSON.stringify({ token: 'abc' }));
      else if (request.headers.authorization !== 'Bearer abc')
        response.writeHead(401, { 'www-authenticate': `Bearer realm="${registry.origin.origin}/token",service="s"` }).end();
      else sendFrom(response, request.headers.range);
    };
    await read();
    await read();
    const tokens = registry.seen.filter(({ url }) => url.startsWith('/token'));
    expect(tokens.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ['/token?service=s&scope=repository%3Ateam%2Fapp%3Apull', `Basic ${Buffer.from('alice:secret').toString('base64')}`],
    ]);
  });

  it('is not told to another host without TLS', async () => {
    other.answer = (_request, response) => response.end(JSON.stringify({ token: 'abc' }));
    registry.answer = (request, response) => {
      if (request.headers.authorization === undefined)
        response.writeHead(401, { 'www-authenticate': `Bearer realm="${other.origin.origin}/token"` }).end();
      else sendFrom(response, request.headers.range);
    };
    await read();
    expect(other.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('hears that the password is wrong', async () => {
    registry.answer = (request, response) =>
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${registry.origin.origin}/token"` }).end(request.url);
    await expect(read()).rejects.toThrow(/does not take the password of alice/);
  });
});

describe('trouble', () => {
  it('that passes is waited for', async () => {
    registry.answer = (request, response, number) => {
      if (number === 1) response.writeHead(503, { 'retry-after': '0' }).end();
      else if (number === 2) request.socket.destroy();
      else sendFrom(response, request.headers.range);
    };
    expect((await read()).equals(content)).toBe(true);
  });

  it('is told in the words of the registry', async () => {
    registry.answer = (_request, response) =>
      response.writeHead(403).end(JSON.stringify({ errors: [{ code: 'DENIED', message: 'The quota is used up.' }] }));
    const pushing = client.pushManifest(REPOSITORY, { kind: 'digest', digest }, { bytes: Buffer.from('{}'), mediaType: 'a/b' });
    await expect(pushing).rejects.toMatchObject({
      name: 'RegistryRefusedError',
      status: 403,
      code: 'DENIED',
      message: 'The quota is used up.',
    });
    registry.answer = (_request, response) => response.writeHead(404).end('<html>');
    await expect(read()).rejects.toBeInstanceOf(RegistryRefusedError);
  });

  it('of a host that is not there names the host', { timeout: 20_000 }, async () => {
    const { origin } = other;
    await other.stop();
    const lost = new RegistryClient({ origin });
    const error: unknown = await lost.hasBlob(REPOSITORY, digest).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RegistryUnreachableError);
    expect((error as Error).message).toContain(origin.host);
    other = await new Scripted().start();
  });

  it('before the end of an upload ends it', async () => {
    registry.answer = (request, response) => {
      if (request.method === 'POST') response.writeHead(202, { location: '/v2/team/app/blobs/uploads/1?state=x' }).end();
      else response.writeHead(413).end(JSON.stringify({ errors: [{ code: 'DENIED', message: 'Too large.' }] }));
    };
    let given = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (; given < 20_000; given += 1) yield Buffer.alloc(100_000);
    }
    await expect(client.pushBlob(REPOSITORY, { digest, size: 2_000_000_000, open: endless })).rejects.toThrow('Too large.');
    expect(given).toBeLessThan(20_000);
    expect(registry.seen.at(-1)?.url).toBe(`/v2/team/app/blobs/uploads/1?state=x&digest=${encodeURIComponent(digest)}`);
  });
});

it.each([
  ['reg.example:5000/team/app:1', { host: 'reg.example:5000', repository: 'team/app', reference: { kind: 'tag', tag: '1' } }],
  ['reg.example/a/b/c', { host: 'reg.example', repository: 'a/b/c', reference: { kind: 'tag', tag: 'latest' } }],
  [`h/team/app:1@${digest}`, { host: 'h', repository: 'team/app', reference: { kind: 'digest', digest } }],
])('%s is understood', (text, expected) => {
  expect(parseImageReference(text)).toEqual(expected);
});

describe('lists', () => {
  async function all(list: AsyncIterable<string>): Promise<string[]> {
    const found: string[] = [];
    for await (const one of list) found.push(one);
    return found;
  }

  it('follow the links of pages, by the way that was found, whatever host they name', async () => {
    registry.answer = (_request, response, number) =>
      response
        .writeHead(200, number < 3 ? { link: `<http://inside.example:5000/v2/team/app/tags/list?last=${number}>; rel="next"` } : {})
        .end(JSON.stringify({ name: 'team/app', tags: [`t${number}`] }));
    expect(await all(client.tags(REPOSITORY))).toEqual(['t1', 't2', 't3']);
    expect(registry.seen.map(({ url }) => url)).toEqual([
      '/v2/team/app/tags/list?n=1000',
      '/v2/team/app/tags/list?last=1',
      '/v2/team/app/tags/list?last=2',
    ]);
  });

  it('end where a link leads back', async () => {
    registry.answer = (_request, response) =>
      response.writeHead(200, { link: '</v2/_catalog?last=x>; rel="next"' }).end(JSON.stringify({ repositories: ['team/app'] }));
    expect(await all(client.catalog())).toEqual(['team/app', 'team/app']);
  });

  it.each([
    ['null, as Go writes an empty list', 200, '{"name":"team/app","tags":null}'],
    ['404', 404, '{"errors":[{"code":"NAME_UNKNOWN"}]}'],
  ])('are empty: %s', async (_what, status, body) => {
    registry.answer = (_request, response) => response.writeHead(status).end(body);
    expect(await all(client.tags(REPOSITORY))).toEqual([]);
  });

  it('that are no lists are named as such', async () => {
    registry.answer = (_request, response) => response.writeHead(200).end('<html>');
    await expect(all(client.tags(REPOSITORY))).rejects.toThrow(RegistryContentError);
  });
});

it('hundreds of requests on one connection leave nothing behind on it', async () => {
  const warnings: string[] = [];
  const warned = (warning: Error): void => void warnings.push(warning.name);
  process.on('warning', warned);
  registry.answer = (_request, response) => response.writeHead(200, { 'content-length': 0 }).end();
  for (let number = 0; number < 40; number += 1) await client.hasBlob(REPOSITORY, digest);
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', warned);
  expect(warnings).toEqual([]);
});
