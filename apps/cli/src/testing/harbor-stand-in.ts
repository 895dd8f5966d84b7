import { createServer, type IncomingMessage, request as ask, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a path answers: a body, or a list of which a page is shown. */
export type Answers = Readonly<Record<string, unknown>>;

/**
 * Where no Harbor can run: answers of its API as its swagger.yaml describes them, with what is peculiar to Go (nulls for empty lists, fields
 * left out), before a real registry that has the content.
 */
export class HarborStandIn {
  readonly #server: Server;
  readonly #answers: Answers;
  readonly #registry: string;
  /** Paths with queries that were asked for and are not here. */
  readonly missing = new Set<string>();

  private constructor(answers: Answers, registry: string) {
    this.#answers = answers;
    this.#registry = registry;
    this.#server = createServer((request, response) => this.#answer(request, response));
  }

  static async start(answers: Answers, registry: string): Promise<HarborStandIn> {
    const standIn = new HarborStandIn(answers, registry);
    await new Promise<void>((resolve) => standIn.#server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  end(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? '', this.url);
    if (!url.pathname.startsWith('/api/')) return this.#forward(request, response);
    const page = Number(url.searchParams.get('page') ?? 1);
    const size = Number(url.searchParams.get('page_size') ?? 10);
    for (const key of ['page', 'page_size', 'with_tag', 'with_label', 'with_accessory']) url.searchParams.delete(key);
    const asked = decodeURIComponent(`${url.pathname.replace('/api/v2.0', '')}${url.search}`);
    const known = this.#answers[asked];
    if (known === undefined) {
      this.missing.add(asked);
      response.writeHead(404, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ errors: [{ code: 'NOT_FOUND', message: `path ${asked} was not found` }] }));
      return;
    }
    const list = Array.isArray(known) ? (known as unknown[]) : undefined;
    const shown = list === undefined ? known : list.slice((page - 1) * size, page * size);
    response.writeHead(200, {
      'content-type': 'application/json',
      ...(list === undefined ? {} : { 'x-total-count': String(list.length) }),
    });
    // Go's nil slice.
    response.end(JSON.stringify(Array.isArray(shown) && shown.length === 0 ? null : shown));
  }

  /** As a proxy does it that keeps the name by which it was called. */
  #forward(request: IncomingMessage, response: ServerResponse): void {
    const { hostname, port } = new URL(this.#registry);
    const onward = ask({ hostname, port, path: request.url, method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  }
}
