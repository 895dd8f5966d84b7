import { connect } from 'node:net';
import { connect as tlsConnect } from 'node:tls';
import { CertificateError, reasonOf } from '../errors.ts';
import { type HostAndPort, inspectServedCertificate, type ServedCertificate } from '../inspect/served-certificate.ts';
import { requestOnce } from '../server/request-once.ts';
import { type Check, failure, pass, skip, warning } from './check.ts';
import { dockerError, typedHost } from './docker-words.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** Where registries usually listen; looked at when nothing answers on the port asked. */
const USUAL_PORTS = [443, 8443, 5000, 80, 8080];

export interface Connection {
  readonly checks: readonly Check[];
  /** Set when a TLS handshake came about. */
  readonly served: ServedCertificate | undefined;
  /** The port answered plain HTTP. */
  readonly plainHttp: boolean;
  readonly address: string | undefined;
}

/** Connects, shakes hands, and tells plain HTTP, old TLS and silence apart. `insecure`: docker was told to accept plain HTTP here. */
export async function checkConnection(target: HostAndPort, addresses: readonly string[], insecure: boolean): Promise<Connection> {
  const tcp = await checkTcp(target, addresses);
  const [address] = tcp.reachable;
  if (address === undefined)
    return { checks: [tcp.check, skip('tls', 'Not checked: nothing answers.')], served: undefined, plainHttp: false, address };
  try {
    const served = await inspectServedCertificate(target, { address });
    const version = pass('tls', `The server speaks ${served.protocol.replace('TLSv', 'TLS ')}.`);
    return { checks: [tcp.check, version], served, plainHttp: false, address };
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    if (await speaksPlainHttp(target, address))
      return { checks: [tcp.check, plainHttpCheck(target, insecure)], served: undefined, plainHttp: true, address };
    return { checks: [tcp.check, await handshakeFailure(target, address, error)], served: undefined, plainHttp: false, address };
  }
}

async function checkTcp(
  target: HostAndPort,
  addresses: readonly string[],
): Promise<{ readonly check: Check; readonly reachable: string[] }> {
  const results = await Promise.all(
    addresses.slice(0, 8).map(async (address) => ({ address, error: await tryConnect(address, target.port) })),
  );
  const reachable = results.filter((one) => one.error === undefined).map((one) => one.address);
  const failed = results.filter((one) => one.error !== undefined);
  const where = `${target.host}:${target.port}`;
  if (failed.length === 0) return { check: pass('connect', `${where} accepts connections.`), reachable };
  if (reachable.length > 0)
    return {
      check: warning(
        'connect',
        `${where} answers at ${reachable.join(', ')}, but not at ${failed.map((one) => one.address).join(', ')}: clients that try that address first wait or fail.`,
        { fix: ['remove the dead address from DNS or /etc/hosts, or let the server listen there too'] },
      ),
      reachable,
    };
  return { check: await unreachable(target, failed[0]?.address ?? target.host, failed[0]?.error ?? ''), reachable };
}

async function unreachable(target: HostAndPort, address: string, code: string): Promise<Check> {
  const dial = `dial tcp ${address.includes(':') ? `[${address}]` : address}:${target.port}`;
  const words: Readonly<Record<string, string>> = {
    ECONNREFUSED: `${dial}: connect: connection refused`,
    EHOSTUNREACH: `${dial}: connect: no route to host`,
    ENETUNREACH: `${dial}: connect: network is unreachable`,
  };
  const others = await otherPorts(target, address);
  const hint = others.length > 0 ? ` ${target.host} does answer on ${others.join(', ')}.` : '';
  const fix = others.map(
    (port) =>
      `if the registry is there, write its port everywhere: ${target.host.includes(':') ? `[${target.host}]` : target.host}:${port}`,
  );
  return failure(
    'connect',
    `Nothing answers at ${address}:${target.port} (${code === 'ECONNREFUSED' ? 'refused' : code === 'ETIMEDOUT' ? 'no answer: a firewall, or the machine is off' : code}).${hint}`,
    {
      docker: dockerError(target, words[code] ?? `${dial}: i/o timeout`),
      fix: [
        ...fix,
        'check that the server runs and listens on this address (berth listens on 127.0.0.1 unless BERTH_HOST says otherwise), and the firewall',
      ],
    },
  );
}

async function otherPorts(target: HostAndPort, address: string): Promise<number[]> {
  const ports = USUAL_PORTS.filter((port) => port !== target.port);
  const open = await Promise.all(ports.map(async (port) => ((await tryConnect(address, port, 1_000)) === undefined ? port : undefined)));
  return open.filter((port) => port !== undefined);
}

/** @returns undefined when connected, else the error's code. */
async function tryConnect(address: string, port: number, timeoutMs = CONNECT_TIMEOUT_MS): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const done = (result: string | undefined) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => done('ETIMEDOUT'));
    socket.once('connect', () => done(undefined));
    socket.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
  });
}

async function speaksPlainHttp(target: HostAndPort, address: string): Promise<boolean> {
  const host = address.includes(':') ? `[${address}]` : address;
  // Any readable HTTP answer settles it; an error means that it is something else.
  return requestOnce({
    url: new URL(`http://${host}:${target.port}/v2/`),
    headers: { host: typedHost(target) },
    timeoutMs: CONNECT_TIMEOUT_MS,
    maxBytes: 64 * 1024,
  }).then(
    () => true,
    () => false,
  );
}

function plainHttpCheck(target: HostAndPort, insecure: boolean): Check {
  const typed = typedHost(target);
  if (insecure)
    return warning(
      'tls',
      `${typed} speaks plain HTTP, and this docker is told to accept that (insecure-registries, or a loopback address). Passwords and images travel unprotected.`,
      { fix: [`give the server a certificate: berth cert server ${target.host}`] },
    );
  return failure('tls', `${typed} speaks plain HTTP where docker expects TLS.`, {
    docker: dockerError(target, 'http: server gave HTTP response to HTTPS client'),
    browser: 'net::ERR_SSL_PROTOCOL_ERROR',
    fix: [
      `on the server: berth cert server ${target.host}, then start it with BERTH_TLS_CERT and BERTH_TLS_KEY, and use its HTTPS port (8443 by default)`,
      `or, in a closed test network only, on each client: add "${typed}" (no scheme) to insecure-registries in /etc/docker/daemon.json and restart docker`,
    ],
  });
}

async function handshakeFailure(target: HostAndPort, address: string, error: CertificateError): Promise<Check> {
  const cause = error.cause as (NodeJS.ErrnoException & { reason?: string }) | undefined;
  const reason = `${cause?.code ?? ''} ${cause?.reason ?? ''} ${reasonOf(cause ?? error)}`.toLowerCase();
  const old = await oldProtocol(target, address);
  if (old !== undefined)
    return failure(
      'tls',
      `The server speaks only ${old.replace('TLSv1.1', 'TLS 1.1').replace(/TLSv1$/, 'TLS 1.0')}; docker, browsers and curl demand TLS 1.2 or newer.`,
      {
        docker: dockerError(target, 'remote error: tls: protocol version not supported'),
        browser: 'net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH',
        fix: ['allow TLS 1.2 and 1.3 in the server or the proxy before it (nginx: ssl_protocols TLSv1.2 TLSv1.3;)'],
      },
    );
  if (reason.includes('handshake failure') || reason.includes('handshake_failure'))
    return failure(
      'tls',
      'The server refused the handshake: it shares no cipher with its clients, has no certificate for this name, or demands a client certificate.',
      {
        docker: dockerError(target, 'remote error: tls: handshake failure'),
        browser: 'net::ERR_SSL_VERSION_OR_CIPHER_MISMATCH',
        fix: ['look into the log of the server or the proxy before it; with a client certificate: put X.cert and X.key into certs.d'],
      },
    );
  if (reason.includes('unrecognized name') || reason.includes('unrecognized_name'))
    return failure('tls', `The server has no certificate for the name ${target.host} (it answered "unrecognized name").`, {
      docker: dockerError(target, 'remote error: tls: unrecognized name'),
      fix: ['give the proxy a virtual host for this name'],
    });
  if (reason.includes('econnreset') || reason.includes('disconnected'))
    return failure('tls', 'The connection was closed during the handshake: the port is not TLS, or a firewall cuts it.', {
      docker: dockerError(target, 'EOF'),
      fix: ['check which program listens on this port'],
    });
  return failure('tls', `No TLS handshake came about: ${reasonOf(cause ?? error)}.`, {
    fix: ['check which program listens on this port, and its log'],
  });
}

/** The old protocol a server settles for, tried with OpenSSL's security level lowered for this one connection. */
async function oldProtocol(target: HostAndPort, address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = tlsConnect({
      host: address,
      port: target.port,
      rejectUnauthorized: false,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'ALL:@SECLEVEL=0',
    });
    const done = (result: string | undefined) => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => done(undefined));
    socket.once('secureConnect', () => done(socket.getProtocol() ?? undefined));
    socket.once('error', () => done(undefined));
  });
}
