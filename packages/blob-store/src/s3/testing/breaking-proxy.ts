import { createServer, type IncomingHttpHeaders, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a broken S3 store or line does to one request. */
export type Breakage =
  /** 503 SlowDown, not forwarded. */
  | 'slow down'
  /** 500 InternalError, not forwarded. */
  | 'internal error'
  /** 507, not forwarded. */
  | 'full'
  /** The connection is reset before the store hears anything. */
  | 'reset'
  /** The store does as asked, and its answer is lost. */
  | 'lost reply'
  /** 200 with an error as its body, as CompleteMultipartUpload may answer; not forwarded. */
  | 'error in 200'
  /** The answer's body breaks off after about half. */
  | 'cut body';

export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** From 1. */
  readonly number: number;
}

/** Stands between the adapter and a real store, and breaks what a test asks it to. */
export interface BreakingProxy {
  readonly endpoint: string;
  readonly seen: SeenRequest[];
  breaking: ((request: SeenRequest) => Breakage | undefined) | undefined;
  close(): Promise<void>;
}

export async function startBreakingProxy(target: string): Promise<BreakingProxy> {
  const { hostname, port } = new URL(target);
  const server = createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    const seen: SeenRequest = { method, url, headers, number: proxy.seen.length + 1 };
    proxy.seen.push(seen);
    const breakage = proxy.breaking?.(seen);
    incoming.on('error', () => undefined);
    if (breakage !== undefined && breakage !== 'lost reply' && breakage !== 'cut body') refuse(breakage, incoming, outgoing);
    else forward({ hostname, port, breakage }, incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: BreakingProxy = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen: [],
    breaking: undefined,
    close: () => closeServer(server),
  };
  return proxy;
}

function refuse(breakage: Breakage, incoming: IncomingMessage, outgoing: ServerResponse): void {
  if (breakage === 'reset') {
    incoming.socket.resetAndDestroy();
    return;
  }
  const code = breakage === 'slow down' ? 'SlowDown' : breakage === 'full' ? 'QuotaExceeded' : 'InternalError';
  const status = { 'slow down': 503, 'internal error': 500, full: 507, 'error in 200': 200 }[breakage as string] ?? 500;
  incoming.resume().on('end', () => {
    outgoing.writeHead(status, { 'content-type': 'application/xml' });
    outgoing.end(`<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>injected</Message></Error>`);
  });
}

interface Target {
  readonly hostname: string;
  readonly port: string;
  readonly breakage: Breakage | undefined;
}

function forward({ hostname, port, breakage }: Target, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, url: path, headers } = incoming;
  const upstream = request({ hostname, port, method, path, headers }, (answer) => {
    answer.on('error', () => outgoing.destroy());
    // A store may refuse a body without reading it; the line stays usable when the rest is taken off it.
    answer.on('end', () => incoming.unpipe(upstream).resume());
    if (breakage === 'lost reply') {
      answer.resume().on('end', () => incoming.socket.resetAndDestroy());
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    if (breakage === undefined) {
      answer.pipe(outgoing);
      return;
    }
    let left = Math.floor(Number(answer.headers['content-length'] ?? 0) / 2);
    answer.on('data', (chunk: Buffer) => {
      outgoing.write(chunk.subarray(0, left));
      left -= Math.min(left, chunk.length);
      if (left === 0) setImmediate(() => outgoing.destroy());
    });
  });
  upstream.on('error', () => outgoing.destroy());
  outgoing.on('close', () => upstream.destroy());
  incoming.pipe(upstream);
}

async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
