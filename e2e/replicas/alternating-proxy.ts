import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';

const PROBE_MS = 100;

interface Backend {
  readonly url: URL;
  /** Answers /readyz with 200; probed as load balancers do. */
  ready: boolean;
  served: number;
}

/**
 * A load balancer at its most unhelpful: every request goes to another replica than the one before. As real ones do, it sends nothing to a
 * replica that is not ready, and tries the next one when a connection is refused; what breaks later reaches the client as a broken connection.
 */
export class AlternatingProxy {
  readonly #backends: readonly Backend[];
  readonly #server: Server;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 });
  readonly #probes: NodeJS.Timeout;
  #turn = 0;

  private constructor(urls: readonly string[]) {
    this.#backends = urls.map((url) => ({ url: new URL(url), ready: true, served: 0 }));
    this.#server = createServer((incoming, outgoing) => this.#forward(incoming, outgoing, this.#backends.length));
    this.#server.requestTimeout = 0;
    this.#probes = setInterval(() => void this.#probe(), PROBE_MS);
  }

  static async start(urls: readonly string[]): Promise<AlternatingProxy> {
    const proxy = new AlternatingProxy(urls);
    await new Promise<void>((resolve) => proxy.#server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  /** Requests that each replica answered. */
  get served(): readonly number[] {
    return this.#backends.map((backend) => backend.served);
  }

  async close(): Promise<void> {
    clearInterval(this.#probes);
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    this.#agent.destroy();
  }

  async #probe(): Promise<void> {
    await Promise.all(
      this.#backends.map(async (backend) => {
        try {
          const answer = await fetch(new URL('/readyz', backend.url), { signal: AbortSignal.timeout(2000) });
          await answer.arrayBuffer();
          backend.ready = answer.ok;
        } catch {
          backend.ready = false;
        }
      }),
    );
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse, tries: number): void {
    const ready = this.#backends.filter((backend) => backend.ready);
    const candidates = ready.length > 0 ? ready : this.#backends;
    this.#turn += 1;
    const backend = candidates[this.#turn % candidates.length];
    if (backend === undefined) throw new Error('There is always a backend.');
    const forwarded = request(
      {
        host: backend.url.hostname,
        port: backend.url.port,
        method: incoming.method,
        path: incoming.url,
        agent: this.#agent,
        headers: { ...incoming.headers, 'x-forwarded-for': '192.0.2.9', 'x-forwarded-proto': 'http' },
      },
      (answer) => {
        backend.served += 1;
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        answer.on('error', () => outgoing.destroy());
      },
    );
    forwarded.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') backend.ready = false;
      // Nothing was sent yet, so another replica can have the whole request.
      if (error.code === 'ECONNREFUSED' && tries > 1 && !incoming.readableDidRead) return this.#forward(incoming, outgoing, tries - 1);
      outgoing.destroy();
    });
    outgoing.on('close', () => {
      if (!outgoing.writableEnded) forwarded.destroy();
    });
    forwarded.once('socket', (socket) => {
      const send = (): void => void incoming.pipe(forwarded);
      if (socket.connecting) socket.once('connect', send);
      else send();
    });
  }
}
