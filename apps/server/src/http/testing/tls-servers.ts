import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { checkServerIdentity, type PeerCertificate } from 'node:tls';
import { certCommand, type CommandIo, ensureAutoCertificate, processIo } from '@berth/certs';
import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, expect } from 'vitest';
import { type Config, loadConfig } from '../../config.ts';
import { createLogger } from '../../logging.ts';
import { tlsDirectory } from '../../process/tls-certificate.ts';
import { RequestTally } from '../../process/request-tally.ts';
import { Web } from '../../process/web.ts';
import { createApiRouter } from '../api/api-router.ts';
import { createApiApp } from '../api-app.ts';
import { createOriginOf } from '../forwarded.ts';
import { Health } from '../health.ts';
import { basic } from './ask.ts';
import { IdentityTestServer } from './identity-test-server.ts';
import { createHarborLoginRouter } from '../session/harbor-login-router.ts';
import { createTokenRouter } from '../token/token-router.ts';
import { createOcspRouter } from '../certificates/certificate-router.ts';
import { CertificateService } from '../certificates/certificate-service.ts';

const PASSWORD = 'Right-Password-1';

export interface Served {
  readonly config: Config;
  readonly https: number;
  readonly http: number;
  readonly tls: string;
}

export interface TlsAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  readonly text: string;
}

interface Ask {
  /** The first one when absent. */
  readonly to?: Served;
  readonly plain?: boolean;
  readonly method?: string;
  readonly as?: string;
  readonly body?: Buffer | object;
  readonly headers?: Readonly<Record<string, string>>;
  /** The CA to trust; that of the server's directory when absent. */
  readonly ca?: Buffer | string;
}

/**
 * The certificate routes as they are served: TLS of our own CA, the app's own order of routers, a real database behind the API. People: admin,
 * and plain. For one test file.
 */
export function useTlsServers() {
  const database = useTestDatabase();
  const identityServer = new IdentityTestServer();
  const folder = mkdtempSync(join(tmpdir(), 'berth-certificates-'));
  const webs: Web[] = [];
  let first: Served | undefined;

  beforeAll(async () => {
    await identityServer.start(database.url);
    await identityServer.addUser('admin', true);
    await identityServer.addUser('plain');
    first = await serve('main');
  });
  afterAll(async () => {
    for (const web of webs) await web.stop(Promise.resolve());
    await identityServer.stop();
    rmSync(folder, { recursive: true });
  });
  return { folder, serve, ask, main: mainServer };

  function mainServer(): Served {
    if (first === undefined) throw new Error('The server is started before the tests.');
    return first;
  }

  async function serve(name: string, change: Partial<Config> = {}, withTls = true): Promise<Served> {
    const base = { ...loadConfig({}, {}).config, dataDir: join(folder, name), httpPort: 0, drainSeconds: 1, ...change };
    const directory = tlsDirectory(base);
    const files = withTls ? await ensureAutoCertificate({ directory, hosts: ['registry.example'] }) : undefined;
    const config: Config = {
      ...base,
      ...(files === undefined ? {} : { tls: { port: 0, certificate: files.certificate, key: files.key } }),
    };
    const logger = createLogger({ level: 'fatal' });
    const originOf = createOriginOf([]);
    const certificates = new CertificateService(config);
    const health = new Health({});
    const { identity, policy, content, collection, archives, imageFiles, longWork, live } = identityServer;
    const apiRouter = createApiRouter({
      ...{
        identity,
        policy,
        content,
        collection,
        archives,
        files: imageFiles,
        longWork,
        live,
        certificates,
        version: '0.0.1',
        storageType: 'disk',
        externalUrl: config.externalUrl,
      },
      health: { components: async () => [] },
    });
    const tokenRouter = createTokenRouter({ endpoint: identity.tokenEndpoint, originOf });
    const harborLoginRouter = createHarborLoginRouter(identity.sessions);
    const app = createApiApp({ logger, originOf, tokenRouter, ocspRouter: createOcspRouter(certificates), apiRouter, harborLoginRouter });
    const web = await Web.start(config, { app, health, logger, tally: new RequestTally(), originOf });
    webs.push(web);
    return { config, http: web.ports.http, https: web.ports.https ?? 0, tls: directory };
  }

  /** Over TLS the server must prove itself with the CA, as to any client. */
  function ask(path: string, { to: wanted, plain = false, method = 'GET', as, body, headers = {}, ca }: Ask = {}): Promise<TlsAnswer> {
    const to = wanted ?? mainServer();
    const bytes = body === undefined || Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
    const sent = {
      ...(body === undefined || Buffer.isBuffer(body) ? {} : { 'content-type': 'application/json' }),
      ...(as === undefined ? {} : { authorization: basic(as, PASSWORD) }),
      ...headers,
    };
    // The Host header is the test's to choose; the name that must be proved is the address.
    const identity = (_host: string, peer: PeerCertificate) => checkServerIdentity('127.0.0.1', peer);
    const trust = plain ? {} : { ca: ca ?? readFileSync(join(to.tls, 'ca.crt')), checkServerIdentity: identity };
    const target = { host: '127.0.0.1', port: plain ? to.http : to.https, path, method, headers: sent, agent: false as const, ...trust };
    return new Promise((resolve, reject) => {
      const call = (plain ? httpRequest : httpsRequest)(target, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const all = Buffer.concat(chunks);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes: all, text: all.toString() });
        });
      });
      call.on('error', reject);
      call.end(bytes);
    });
  }
}

export function messageOf(answer: TlsAnswer): string {
  return (JSON.parse(answer.text) as { errors: { message: string }[] }).errors[0]?.message ?? '';
}

/** Runs `berth cert ARGS`; fails the test unless it succeeds. */
export async function cert(...args: string[]): Promise<string> {
  let output = '';
  let code = 0;
  const sink = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      output += chunk.toString();
      done();
    },
  });
  const io: CommandIo = {
    ...processIo(),
    ...{ interactive: false, stdout: sink, stderr: sink },
    setExitCode: (value) => (code = value),
  };
  await certCommand(io).parseAsync(['node', 'cert', ...args]);
  expect(code, output).toBe(0);
  return output;
}
