import { connect, type Socket } from 'node:net';
import { connect as tlsConnect } from 'node:tls';

const READ_BUFFER = 1024 * 1024;
const HEADER_LIMIT = 64 * 1024;

export interface Target {
  readonly port: number;
  /** PEM of the authority to trust: present when the target speaks TLS. */
  readonly ca?: string;
}

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly bodyBytes: number;
}

/**
 * One keep-alive HTTP/1.1 connection that does as little per answer as it can, so that the registry and not the client is measured:
 * requests are ready-made bytes, bodies are counted and dropped in one reused buffer, one request is in flight at a time.
 * A chunked answer ends at the chunk of size zero, which is looked for at the end of what arrived.
 */
export class RawConnection {
  readonly #socket: Socket;
  #waiting:
    | { readonly resolve: (answer: RawAnswer) => void; readonly reject: (error: Error) => void; readonly headOnly: boolean }
    | undefined;
  #carry = '';
  #status = 0;
  #head = '';
  #left = 0;
  #chunked = false;
  #tail = '';
  #bodyBytes = 0;

  private constructor(target: Target) {
    if (target.ca === undefined) {
      const buffer = Buffer.allocUnsafe(READ_BUFFER);
      this.#socket = connect({
        host: '127.0.0.1',
        port: target.port,
        noDelay: true,
        onread: {
          buffer,
          callback: (read) => {
            this.#take(buffer, read);
            return true;
          },
        },
      });
    } else {
      const socket = tlsConnect({ host: '127.0.0.1', port: target.port, ca: target.ca, servername: 'localhost' });
      socket.on('data', (chunk: Buffer) => this.#take(chunk, chunk.length));
      this.#socket = socket;
    }
    this.#socket.on('error', (error) => this.#waiting?.reject(error));
    this.#socket.on('close', () => this.#waiting?.reject(new Error('The registry closed the connection.')));
  }

  static async open(target: Target): Promise<RawConnection> {
    const connection = new RawConnection(target);
    await new Promise<void>((resolve, reject) => {
      connection.#socket.once(target.ca === undefined ? 'connect' : 'secureConnect', () => resolve());
      connection.#socket.once('error', reject);
    });
    return connection;
  }

  close(): void {
    this.#waiting = undefined;
    this.#socket.destroy();
  }

  /** Sends ready-made bytes and waits for the whole answer. */
  async exchange(request: Buffer, headOnly = false): Promise<RawAnswer> {
    const answer = this.#expect(headOnly);
    this.#socket.write(request);
    return answer;
  }

  /** Sends a head and then a body in blocks, no faster than the socket takes them. */
  async send(head: Buffer, body: Iterable<Buffer>): Promise<RawAnswer> {
    const answer = this.#expect(false);
    // A refusal may come before the body is through; it is reported below, not as an unhandled rejection.
    answer.catch(() => {});
    this.#socket.write(head);
    for (const block of body) {
      if (this.#socket.destroyed) break;
      if (!this.#socket.write(block)) await new Promise<void>((resolve) => this.#onWritable(resolve));
    }
    return answer;
  }

  #onWritable(resume: () => void): void {
    const done = (): void => {
      this.#socket.removeListener('drain', done);
      this.#socket.removeListener('close', done);
      resume();
    };
    this.#socket.once('drain', done);
    this.#socket.once('close', done);
  }

  #expect(headOnly: boolean): Promise<RawAnswer> {
    return new Promise((resolve, reject) => (this.#waiting = { resolve, reject, headOnly }));
  }

  #take(buffer: Buffer, length: number): void {
    let from = 0;
    if (this.#head === '') {
      const text = this.#carry + buffer.toString('latin1', 0, Math.min(length, 8192));
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) {
        this.#carry = text;
        if (text.length > HEADER_LIMIT) this.#waiting?.reject(new Error('The answer has no end of headers.'));
        return;
      }
      from = end + 4 - this.#carry.length;
      this.#carry = '';
      this.#head = text.slice(0, end);
      this.#status = Number(text.slice(9, 12));
      const bodiless = this.#waiting?.headOnly === true || this.#status === 204 || this.#status === 304;
      this.#chunked = !bodiless && /\r\ntransfer-encoding: chunked/i.test(this.#head);
      this.#left = bodiless || this.#chunked ? 0 : Number(/\r\ncontent-length: (\d+)/i.exec(this.#head)?.[1] ?? 0);
      this.#bodyBytes = 0;
      this.#tail = '';
    }
    const body = length - from;
    this.#bodyBytes += body;
    if (this.#chunked) {
      this.#tail = (this.#tail + buffer.toString('latin1', Math.max(from, length - 7), length)).slice(-7);
      if (this.#tail.endsWith('\r\n0\r\n\r\n')) this.#finish();
      return;
    }
    this.#left -= body;
    if (this.#left <= 0) this.#finish();
  }

  #finish(): void {
    const waiting = this.#waiting;
    const answer = { status: this.#status, head: this.#head, bodyBytes: this.#bodyBytes };
    this.#head = '';
    this.#waiting = undefined;
    waiting?.resolve(answer);
  }
}

/** Ready-made bytes of a request; `Connection: keep-alive` is HTTP/1.1's default. */
export function requestBytes(method: string, path: string, headers: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${lines.join('')}\r\n`, 'latin1');
}
