import { connect } from 'node:net';

export interface RawReply {
  /** 0 when the server closed the connection without an answer. */
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Sends bytes as they are on a connection of their own and reads one answer; what a well-behaved HTTP client cannot send. */
export async function rawRequest(port: number, bytes: string | Buffer, timeoutMs = 15_000): Promise<RawReply> {
  const bodiless = bytes.slice(0, 5).toString() === 'HEAD ';
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let received = Buffer.alloc(0);
    const done = (reply: RawReply): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(reply);
    };
    const timer = setTimeout(() => {
      socket.destroy();
      reject(new Error(`No whole answer in ${timeoutMs} ms; so far: ${received.toString('latin1').slice(0, 300)}`));
    }, timeoutMs);
    socket.on('connect', () => socket.write(bytes));
    // A server that refuses early may reset while we still send; what it said before counts.
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const reply = parse(received, false, bodiless);
      if (reply !== undefined) done(reply);
    });
    socket.on('close', () => done(parse(received, true, bodiless) ?? { status: 0, head: '', body: '' }));
  });
}

function parse(received: Buffer, closed: boolean, bodiless: boolean): RawReply | undefined {
  let text = received.toString('latin1');
  while (/^HTTP\/1\.1 100 [^]*?\r\n\r\n/.test(text)) text = text.slice(text.indexOf('\r\n\r\n') + 4);
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  const body = text.slice(end + 4);
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  if (closed || bodiless || (length !== undefined && body.length >= Number(length)) || status === 204 || status === 304)
    return { status, head, body };
  if (/^transfer-encoding: chunked/im.test(head) && body.endsWith('0\r\n\r\n')) return { status, head, body };
  return undefined;
}

export interface Wanted {
  readonly method: string;
  readonly target: string;
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
}

/** Bytes of a request whose parts may be wrong; Content-Length is added unless a header says otherwise. */
export function raw({ method, target, headers = [], body = '' }: Wanted): Buffer {
  const content = Buffer.isBuffer(body) ? body : Buffer.from(body);
  const framed = headers.some((line) => /^(content-length|transfer-encoding):/i.test(line));
  const lines = [`${method} ${target} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, ...(framed ? [] : [`Content-Length: ${content.length}`])];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), content]);
}
