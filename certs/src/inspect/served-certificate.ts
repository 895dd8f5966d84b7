import { isIP } from 'node:net';
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls';
import { CertificateError, CertificateUsageError, reasonOf } from '../errors.ts';
import { NETWORK_TIMEOUT_MS } from '../limits.ts';
import { type Certificate, readCertificate } from '../x509/read-certificate.ts';

export interface HostAndPort {
  /** Without brackets. */
  readonly host: string;
  readonly port: number;
  /** Whether the port was written by the person. */
  readonly explicitPort: boolean;
}

/** Reads `host`, `host:port`, `[v6]:port`. @throws CertificateUsageError for URLs and anything else. */
export function parseHostAndPort(text: string, defaultPort = 443): HostAndPort {
  const scheme = /^([a-z][a-z0-9+.-]*):\/\/([^/]*)(.*)$/i.exec(text);
  if (scheme)
    throw new CertificateUsageError(`"${text}" is a URL; a registry is named by host and port alone, in docker too: ${scheme[2]}.`);
  if (text.includes('/'))
    throw new CertificateUsageError(`"${text}" has a path; name the host alone: ${text.slice(0, text.indexOf('/'))}.`);
  const match = /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]+))(?::(\d{1,5}))?$/.exec(text);
  const bareV6 = isIP(text) === 6 ? text : undefined;
  const host = bareV6 ?? match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? defaultPort : Number(match[3]);
  if (host === undefined || port < 1 || port > 65_535) throw new CertificateUsageError(`"${text}" is not a host or host:port.`);
  return { host, port, explicitPort: match?.[3] !== undefined };
}

export interface ServedCertificate {
  /** As sent by the server: its own first, issuers after it; the same certificate is not repeated. */
  readonly chain: readonly Certificate[];
  /** TLSv1.2 or TLSv1.3. */
  readonly protocol: string;
  readonly address: string;
}

export interface ServedOptions {
  readonly timeoutMs?: number;
  /** Address to connect to instead of resolving the host. */
  readonly address?: string;
  readonly minVersion?: 'TLSv1' | 'TLSv1.2';
}

/**
 * What a host presents, without judging it. Nothing is sent beyond the handshake.
 * @throws CertificateError with the reason when no handshake came about; its `cause` is the socket's error.
 */
export async function inspectServedCertificate(target: string | HostAndPort, options: ServedOptions = {}): Promise<ServedCertificate> {
  const { host, port } = typeof target === 'string' ? parseHostAndPort(target) : target;
  const timeoutMs = options.timeoutMs ?? NETWORK_TIMEOUT_MS;
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({
      host: options.address ?? host,
      port,
      rejectUnauthorized: false,
      // With an empty store node cannot complete the chain from its own roots: only what the server sent is seen.
      ca: [],
      ...(isIP(host) ? {} : { servername: host }),
      // Old versions are let in so that they can be named; whether clients accept them is judged elsewhere.
      minVersion: options.minVersion ?? 'TLSv1.2',
      ALPNProtocols: ['h2', 'http/1.1'],
    });
    const fail = (error: Error) => {
      socket.destroy();
      reject(new CertificateError(`${host}:${port} did not answer with TLS: ${reasonOf(error)}.`, { cause: error }));
    };
    socket.setTimeout(timeoutMs, () =>
      fail(Object.assign(new Error(`no answer within ${timeoutMs / 1000} seconds`), { code: 'ETIMEDOUT' })),
    );
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      try {
        const chain = collectChain(socket.getPeerCertificate(true));
        resolve({ chain, protocol: socket.getProtocol() ?? 'unknown', address: socket.remoteAddress ?? '' });
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      } finally {
        socket.destroy();
      }
    });
  });
}

function collectChain(first: DetailedPeerCertificate): Certificate[] {
  const chain: Certificate[] = [];
  const seen = new Set<string>();
  for (
    let at: DetailedPeerCertificate | undefined = first;
    at?.raw && !seen.has(at.fingerprint256) && chain.length < 20;
    at = at.issuerCertificate
  ) {
    seen.add(at.fingerprint256);
    chain.push(readCertificate(at.raw));
  }
  if (chain.length === 0) throw new CertificateError('The server sent no certificate.');
  return chain;
}
