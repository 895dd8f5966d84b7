import { readFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TlsConfig } from '../config.ts';
import { isV2 } from './paths.ts';
import { answerPlainHttp } from './plain-on-tls.ts';
import { StartError } from '../process/start-error.ts';

/** Limits of a connection. Bodies have no limit in time here: uploads are long, and their handlers guard a minimum rate. */
const LIMITS: ServerOptions = {
  requestTimeout: 0,
  headersTimeout: 20_000,
  connectionsCheckingInterval: 5_000,
  /** Longer than the idle time of common load balancers, so that they, not we, close first. */
  keepAliveTimeout: 75_000,
  maxHeaderSize: 16 * 1024,
  /** Blob writes are large and complete; waiting for more only delays small answers. */
  noDelay: true,
};

const MAX_CONNECTIONS = 20_000;

/** A plain HTTP server with our limits, not yet listening. */
export function createPlainServer(listener: RequestListener): Server {
  return limited(createHttpServer(LIMITS, listener), listener);
}

/** A TLS server with our limits. `reloadCertificate` takes the files as they are now, for connections to come. */
export function createTlsServer(tls: TlsConfig, listener: RequestListener): HttpsServer {
  const pair = readCertificate(tls);
  try {
    const server = limited(createHttpsServer({ ...LIMITS, ...pair, minVersion: 'TLSv1.2', handshakeTimeout: 10_000 }, listener), listener);
    answerPlainHttp(server);
    return server;
  } catch (error) {
    throw unusableCertificate(tls, error);
  }
}

/** Reads certificate and key anew. Throws {@link StartError} and leaves the old pair in use when the new one is unusable. */
export function reloadCertificate(server: HttpsServer, tls: TlsConfig): void {
  const pair = readCertificate(tls);
  try {
    server.setSecureContext({ ...pair, minVersion: 'TLSv1.2' });
  } catch (error) {
    throw unusableCertificate(tls, error);
  }
}

function readCertificate(tls: TlsConfig): { cert: Buffer; key: Buffer } {
  const read = (path: string, what: string): Buffer => {
    try {
      return readFileSync(path);
    } catch (error) {
      throw new StartError(`The ${what} ${path} cannot be read: ${(error as Error).message}. Check its path and its permissions.`, {
        cause: error,
      });
    }
  };
  return { cert: read(tls.certificate, 'certificate'), key: read(tls.key, 'private key') };
}

function unusableCertificate(tls: TlsConfig, error: unknown): StartError {
  return new StartError(
    `The certificate ${tls.certificate} and the private key ${tls.key} cannot be used: ${(error as Error).message}. ` +
      'Give a PEM certificate (with its chain) and the unencrypted PEM key that belongs to it.',
    { cause: error },
  );
}

function limited<S extends Server>(server: S, listener: RequestListener): S {
  // "Expect: 100-continue": /v2 answers it itself when it begins to read, so that a refused push sends no body.
  server.on('checkContinue', (request, response) => {
    if (!isV2(request.url ?? '')) response.writeContinue();
    listener(request, response);
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('clientError', refuseMalformed);
  return server;
}

const REFUSALS: Readonly<Record<string, readonly [status: string, sentence: string]>> = {
  HPE_HEADER_OVERFLOW: ['431 Request Header Fields Too Large', 'The request headers are larger than 16 KiB.'],
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request headers did not arrive within 20 seconds.'],
};

/** What cannot be parsed as HTTP gets a short answer and the connection ends. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable || ((socket as Socket).bytesWritten ?? 0) > 0) {
    socket.destroy();
    return;
  }
  const [status, sentence] = REFUSALS[error.code ?? ''] ?? ['400 Bad Request', 'The request is not valid HTTP.'];
  const body = JSON.stringify({ errors: [{ code: 'UNSUPPORTED', message: sentence }] });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

export interface ListenAt {
  readonly host: string;
  readonly port: number;
  /** The setting that names the port, for the message when it cannot be had. */
  readonly setting: string;
}

/** Starts listening and answers the port, chosen by the system when 0 was asked. Throws {@link StartError} with the mend. */
export async function listen(server: Server, at: ListenAt): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: NodeJS.ErrnoException): void => reject(cannotListen(at, error));
    server.once('error', refuse);
    server.listen({ port: at.port, host: at.host, backlog: 1024 }, () => {
      server.off('error', refuse);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

function cannotListen(at: ListenAt, error: NodeJS.ErrnoException): StartError {
  const where = `${at.host}:${at.port}`;
  const sentences: Readonly<Record<string, string>> = {
    EADDRINUSE: `${where} is in use by another program. Stop it, or set ${at.setting} to a free port.`,
    EACCES: `This user may not listen on ${where}: ports below 1024 need privileges. Set ${at.setting} to a higher port, or grant CAP_NET_BIND_SERVICE.`,
    EADDRNOTAVAIL: `No network interface of this machine has the address ${at.host}. Set BERTH_HOST to one that it has, or to 0.0.0.0 for all.`,
    ENOTFOUND: `The name ${at.host} has no address. Set BERTH_HOST to an address of this machine, or to 0.0.0.0 for all.`,
  };
  return new StartError(sentences[error.code ?? ''] ?? `Listening on ${where} failed: ${error.message}.`, { cause: error });
}
