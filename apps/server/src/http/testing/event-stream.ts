import { type ClientRequest, request as httpRequest } from 'node:http';
import { basic, PASSWORD } from './ask.ts';
import type { IdentityTestServer } from './identity-test-server.ts';

export interface StreamedEvent {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Record<string, unknown>;
}

/** A client of `/events` that remembers what it was told. */
export class EventStream {
  readonly events: StreamedEvent[] = [];
  beats = 0;
  ended = false;
  readonly #sent: ClientRequest;
  #rest = '';
  #wake: () => void = () => undefined;

  private constructor(sent: ClientRequest) {
    this.#sent = sent;
  }

  /** Resolves when the stream stands. Rejects with the answer's text when there is none. */
  static async open(
    server: IdentityTestServer,
    query: string,
    options: { as?: string; headers?: Record<string, string> } = {},
  ): Promise<EventStream> {
    const authorization = options.as === undefined ? {} : { authorization: basic(options.as, PASSWORD) };
    const sent = httpRequest(`${server.url}/api/v2.0/events${query}`, { headers: { ...authorization, ...options.headers }, agent: false });
    const stream = new EventStream(sent);
    await new Promise<void>((resolve, reject) => {
      sent.on('error', reject);
      sent.on('response', (response) => {
        response.setEncoding('utf8');
        response.on('data', (text: string) => stream.#take(text));
        response.on('error', () => undefined);
        response.on('close', () => {
          stream.ended = true;
          stream.#wake();
        });
        if (response.statusCode === 200) resolve();
        else response.once('data', (text: string) => reject(new Error(`${response.statusCode} ${text}`)));
      });
      sent.end();
    });
    await stream.until(() => stream.of('ready').length > 0);
    return stream;
  }

  of(event: string): readonly StreamedEvent[] {
    return this.events.filter((each) => each.event === event);
  }

  /** Waits for what must come; the test's own time limit ends a wait in vain. */
  async until(done: () => boolean): Promise<void> {
    while (!done()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  close(): void {
    this.#sent.destroy();
  }

  #take(text: string): void {
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]));
      if (fields.has('')) this.beats += 1;
      const event = fields.get('event');
      if (event !== undefined) this.events.push({ event, id: fields.get('id'), data: JSON.parse(fields.get('data') ?? '{}') });
    }
    this.#wake();
  }
}
