import { generateKeyPairSync } from 'node:crypto';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { AuditEntry } from '@berth/access';
import forge from 'node-forge';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { SyslogForwarder } from './syslog-forwarder.ts';

const ENTRY = { operation: 'create', resourceType: 'artifact', resource: 'team/app:1', username: 'müller' } as AuditEntry;

const servers: Server[] = [];
const failures: string[] = [];
let received = '';
let pair: { readonly cert: string; readonly key: string };

beforeAll(() => {
  pair = certificate();
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  failures.length = 0;
  received = '';
});

/** Self-signed, for localhost by name and by address. */
function certificate(): typeof pair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const made = forge.pki.createCertificate();
  made.publicKey = forge.pki.publicKeyFromPem(publicKey.export({ type: 'spki', format: 'pem' }).toString());
  made.serialNumber = '01';
  made.validity.notAfter = new Date(Date.now() + 86_400_000);
  made.setSubject([{ name: 'commonName', value: 'syslog' }]);
  made.setIssuer([{ name: 'commonName', value: 'syslog' }]);
  const altNames = [
    { type: 2, value: 'localhost' },
    { type: 7, ip: '127.0.0.1' },
  ];
  made.setExtensions([
    { name: 'basicConstraints', cA: true },
    { name: 'subjectAltName', altNames },
  ]);
  made.sign(forge.pki.privateKeyFromPem(key), forge.md.sha256.create());
  return { cert: forge.pki.certificateToPem(made), key };
}

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const listenTls = (): Promise<number> =>
  listen(createTlsServer(pair, (socket) => socket.on('data', (chunk: Buffer) => (received += chunk.toString()))));

function forwarder(authorities?: string): SyslogForwarder {
  return new SyslogForwarder({
    report: (error) => failures.push((error as Error).message),
    ...(authorities !== undefined && { authorities }),
  });
}

describe('over TLS', () => {
  it.each(['localhost', '127.0.0.1'])('sends records to %s, framed by their length, before it closes', async (host) => {
    const port = await listenTls();
    const sending = forwarder(pair.cert);
    sending.send(`tls://${host}:${port}`, [ENTRY, ENTRY]);
    await sending.close();
    await expect.poll(() => received.split('"resource":"team/app:1"').length, { timeout: 10_000 }).toBe(3);
    const length = Number(/^\d+/.exec(received)?.[0]);
    const bytes = Buffer.from(received).subarray(String(length).length + 1);
    expect(bytes.subarray(0, length).toString()).toMatch(/^<86>1 .* berth \d+ audit - \{.*"username":"müller".*\}$/);
    expect(bytes.subarray(length).toString()).toMatch(/^\d+ <86>1 /);
    expect(failures).toEqual([]);
  });

  it('tells nothing to a server whose certificate nobody vouches for', async () => {
    const port = await listenTls();
    const sending = forwarder();
    sending.send(`tls://localhost:${port}`, [ENTRY]);
    await sending.close();
    await expect.poll(() => failures, { timeout: 10_000 }).toEqual(['self-signed certificate']);
    expect(received).toBe('');
  });
});

it('does not wait for ever for a server that does not read', async () => {
  const sockets: Socket[] = [];
  const port = await listen(createTcpServer((socket) => void sockets.push(socket.pause().on('error', () => undefined))));
  const sending = forwarder();
  const large = { ...ENTRY, resource: 'x'.repeat(3_000_000) };
  sending.send(`127.0.0.1:${port}`, [large, large, large]);
  await sending.close();
  await expect.poll(() => failures.length).toBe(1);
  for (const socket of sockets) socket.destroy();
}, 20_000);
