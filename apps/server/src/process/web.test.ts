import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, request as httpRequest, type RequestListener } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import forge from 'node-forge';
import { type Config, loadConfig } from '../config.ts';
import { createOriginOf } from '../http/forwarded.ts';
import { Health } from '../http/health.ts';
import { createLogger } from '../logging.ts';
import { RequestTally } from './request-tally.ts';
import { Web } from './web.ts';

const directory = mkdtempSync(join(tmpdir(), 'berth-web-'));
const webs: Web[] = [];
/** What happened, in order. */
const events: string[] = [];
beforeAll(() => {
  certificate('a');
  certificate('b');
});
afterEach(async () => {
  for (const web of webs.splice(0)) await web.stop();
  events.length = 0;
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** A self-signed pair named `<name>.crt` and `<name>.key`. */
function certificate(name: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const pem = {
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
  const made = forge.pki.createCertificate();
  made.publicKey = forge.pki.publicKeyFromPem(pem.publicKey);
  made.serialNumber = '01';
  made.validity.notAfter = new Date(Date.now() + 86_400_000);
  made.setSubject([{ name: 'commonName', value: name }]);
  made.setIssuer([{ name: 'commonName', value: name }]);
  made.sign(forge.pki.privateKeyFromPem(pem.privateKey), forge.md.sha256.create());
  writeFileSync(join(directory, `${name}.crt`), forge.pki.certificateToPem(made));
  writeFileSync(join(directory, `${name}.key`), pem.privateKey);
}

function tls(name: string): Config['tls'] & object {
  return { port: 0, certificate: join(directory, `${name}.crt`), key: join(directory, `${name}.key`) };
}

function readPair(name: string): { crt: Buffer; key: Buffer } {
  return { crt: readFileSync(tls(name).certificate), key: readFileSync(tls(name).key) };
}

const ECHO: RequestListener = (request, response) => {
  request.resume();
  response.end(`answer to ${request.method} ${request.url}`);
};

async function start(
  app: RequestListener,
  change: Partial<Config> = {},
  tally = new RequestTally(),
): Promise<{ web: Web; health: Health }> {
  const config: Config = { ...loadConfig({}, {}).config, httpPort: 0, drainSeconds: 5, ...change };
  const health = new Health({});
  const logger = createLogger({ level: 'fatal' });
  const left = async (): Promise<void> => void events.push('left');
  const web = await Web.start(config, { app, health, logger, tally, left, originOf: createOriginOf(config.trustedProxies) });
  webs.push(web);
  return { web, health };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly commonName: string | undefined;
}

interface Ask {
  readonly port: number | undefined;
  readonly path: string;
  readonly method?: string;
  readonly secure?: boolean;
  readonly headers?: Record<string, string>;
  readonly agent?: Agent;
}

function ask({ port, path, method = 'GET', secure = false, headers = {}, agent }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, headers, agent: agent ?? false, rejectUnauthorized: false } as const;
    const call = (secure ? httpsRequest : httpRequest)(options, (response) => {
      let body = '';
      const socket = response.socket as unknown as { getPeerCertificate?: () => { subject: { CN: string } } };
      const commonName = socket.getPeerCertificate?.().subject.CN;
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body, commonName }));
    });
    call.on('error', reject);
    call.end();
  });
}

/** Sends raw bytes and collects what comes back until the server closes. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

describe('what is not HTTP', () => {
  it.each([
    ['garbage', 'hello\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['length and chunks', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', /^HTTP\/1\.1 400 /],
    ['headers beyond 16 KiB', `GET / HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`, /^HTTP\/1\.1 431 /],
  ])('%s is refused in words and the connection ends', async (_what, text, status) => {
    const { web } = await start(ECHO);
    const answer = await raw(web.ports.http, text);
    expect(answer).toMatch(status);
    expect(answer).toMatch(/"message":"[A-Z]/);
  });
});

describe('ports', () => {
  it('one in use is refused with its setting and the mend', async () => {
    const { web } = await start(ECHO);
    await expect(start(ECHO, { httpPort: web.ports.http })).rejects.toThrow(/in use by another program.*BERTH_HTTP_PORT/);
  });

  it('an address of another machine is refused with the mend', async () => {
    await expect(start(ECHO, { host: '192.0.2.1' })).rejects.toThrow(/No network interface.*BERTH_HOST/);
  });

  it('a taken HTTPS port leaves no plain listener behind', async () => {
    const { web } = await start(ECHO);
    const taken = { ...tls('a'), port: web.ports.http };
    await expect(start(ECHO, { tls: taken })).rejects.toThrow(/BERTH_HTTPS_PORT/);
  });
});

describe('TLS', () => {
  it('is refused with the file name when a file is missing, unreadable as PEM, or the key is another one', async () => {
    await expect(start(ECHO, { tls: { ...tls('a'), certificate: '/nowhere/c.crt' } })).rejects.toThrow(/\/nowhere\/c\.crt cannot be read/);
    await expect(start(ECHO, { tls: { ...tls('a'), key: tls('b').key } })).rejects.toThrow(/cannot be used.*belongs to it/);
  });

  it('serves, and health and pages and programs on the plain port get what the contract says', async () => {
    const { web } = await start(ECHO, { tls: tls('a') });
    const port = web.ports.http;
    const https = `https://127.0.0.1:${web.ports.https}`;
    expect((await ask({ port: web.ports.https, path: '/v2/', secure: true })).body).toBe('answer to GET /v2/');
    for (const path of ['/livez', '/readyz', '/api/v2.0/ping', '/api/v2.0/health']) {
      expect((await ask({ port, path })).body).toBe(`answer to GET ${path}`);
    }
    const page = await ask({ port, path: '/projects?x=1' });
    expect([page.status, page.headers.location]).toEqual([308, `${https}/projects?x=1`]);
    for (const path of ['/v2/', '/v2/a/b/manifests/c', '/service/token?scope=x', '/api/v2.0/projects']) {
      const answer = await ask({ port, path, headers: { authorization: 'Basic YWRtaW46aHVudGVyMg==' } });
      expect(answer.status).toBe(400);
      expect(answer.body).toContain(https);
      expect(answer.headers['www-authenticate']).toBeUndefined();
    }
    expect((await ask({ port, path: '/login', method: 'POST' })).status).toBe(400);
  });

  it('sends on to the external URL, never to a host of the caller', async () => {
    const { web } = await start(ECHO, { tls: tls('a'), externalUrl: 'https://registry.example.com' });
    const answer = await ask({ port: web.ports.http, path: '//evil.example/x', headers: { host: 'evil.example' } });
    expect(answer.headers.location).toBe('https://registry.example.com//evil.example/x');
    const absolute = await raw(web.ports.http, 'GET http://evil.example/x HTTP/1.1\r\nHost: evil.example\r\n\r\n');
    expect(absolute).toMatch(/location: https:\/\/registry\.example\.com\/\r\n/);
  });

  it('takes a request that a trusted proxy got over TLS for TLS', async () => {
    const { web } = await start(ECHO, { tls: tls('a'), trustedProxies: ['127.0.0.1'] });
    const answer = await ask({ port: web.ports.http, path: '/v2/', headers: { 'x-forwarded-proto': 'https' } });
    expect(answer.status).toBe(200);
  });

  it('takes a new certificate without a restart, and keeps the old one when the new one is broken', async () => {
    writeFileSync(join(directory, 'live.crt'), readPair('a').crt);
    writeFileSync(join(directory, 'live.key'), readPair('a').key);
    const { web } = await start(ECHO, { tls: tls('live') });
    const served = async (): Promise<string | undefined> => (await ask({ port: web.ports.https, path: '/', secure: true })).commonName;
    expect(await served()).toBe('a');
    writeFileSync(join(directory, 'live.crt'), readPair('b').crt);
    expect(() => web.reloadCertificate()).toThrow(/cannot be used/);
    expect(await served()).toBe('a');
    writeFileSync(join(directory, 'live.key'), readPair('b').key);
    web.reloadCertificate();
    expect(await served()).toBe('b');
  });
});

describe('stopping', () => {
  it('writes what waits only after the last request told what it did', async () => {
    let finish: () => void = () => undefined;
    let begun: () => void = () => undefined;
    const started = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const { web } = await start((_request, response) => {
      finish = () => {
        events.push('told');
        response.end('done');
      };
      begun();
    });
    const answer = ask({ port: web.ports.http, path: '/slow' });
    await started;
    const stopped = web.stop();
    finish();
    await Promise.all([answer, stopped]);
    expect(events).toEqual(['told', 'left']);
  });

  it('lets a request finish, says so on /readyz meanwhile, and takes no new ones', async () => {
    let finish: () => void = () => undefined;
    let begun: () => void = () => undefined;
    const started = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const { web, health } = await start((_request, response) => {
      finish = () => response.end('done');
      begun();
    });
    const answer = ask({ port: web.ports.http, path: '/slow' });
    await started;
    const stopped = web.stop();
    expect(health.isStopping).toBe(true);
    await expect(ask({ port: web.ports.http, path: '/new' })).rejects.toThrow(/ECONNREFUSED/);
    finish();
    expect((await answer).body).toBe('done');
    await stopped;
  });

  it('takes requests for the farewell time, on connections that end with the answer, until it is hurried', async () => {
    const { web, health } = await start((_request, response) => response.end('still here'), { farewellSeconds: 600 });
    const agent = new Agent({ keepAlive: true });
    expect((await ask({ port: web.ports.http, path: '/', agent })).headers.connection).toBe('keep-alive');
    let hurry: () => void = () => undefined;
    const stopped = web.stop(
      new Promise<void>((resolve) => {
        hurry = resolve;
      }),
    );
    expect(health.isStopping).toBe(true);
    const farewell = await ask({ port: web.ports.http, path: '/', agent });
    expect(farewell.body).toBe('still here');
    expect(farewell.headers.connection).toBe('close');
    hurry();
    await stopped;
    webs.length = 0;
    await expect(ask({ port: web.ports.http, path: '/', agent })).rejects.toThrow(/ECONNREFUSED/);
    agent.destroy();
  });

  it('cuts what does not finish within the drain time', async () => {
    const { web } = await start(() => undefined, { drainSeconds: 0 });
    const answer = ask({ port: web.ports.http, path: '/never' });
    const cut = expect(answer).rejects.toThrow();
    while (web.requestsUnderWay === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await web.stop();
    await cut;
  });

  it('waits for work that outlasts its cut connection', async () => {
    const tally = new RequestTally();
    const order: string[] = [];
    let save: () => void = () => undefined;
    const app: RequestListener = (_request, response) => {
      response.once('close', () => order.push('cut'));
      tally.track(
        new Promise<void>((resolve) => {
          save = resolve;
        }).then(() => void order.push('saved')),
      );
    };
    const { web } = await start(app, { drainSeconds: 0 }, tally);
    const cut = expect(ask({ port: web.ports.http, path: '/upload' })).rejects.toThrow();
    while (web.requestsUnderWay === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const stopped = web.stop().then(() => order.push('stopped'));
    await cut;
    while (order.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    save();
    await stopped;
    expect(order).toEqual(['cut', 'saved', 'stopped']);
  });

  it('cuts at once when hurried', async () => {
    const { web } = await start(() => undefined, { drainSeconds: 600 });
    const cut = expect(ask({ port: web.ports.http, path: '/never' })).rejects.toThrow();
    while (web.requestsUnderWay === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await web.stop(Promise.resolve());
    await cut;
  });
});
