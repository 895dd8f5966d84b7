import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { RegistryUnreachableError } from './errors.ts';

/** Nothing moved on a connection for so long. */
const SILENCE_MILLISECONDS = 60_000;
const CONNECTIONS = 8;
const ATTEMPTS = 4;
const MAX_RETRY_AFTER_SECONDS = 60;
const MAX_BACKOFF_MILLISECONDS = 30_000;
/** A registry that is starting, overloaded, or behind a proxy that lost it. */
const TRY_AGAIN: ReadonlySet<number> = new Set([429, 502, 503, 504]);

export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  /** Asked anew for each attempt. */
  readonly body?: (() => AsyncIterable<Buffer>) | Buffer;
}

export interface TransportOptions {
  /** PEM certificates that are trusted beside those of the system. */
  readonly ca?: readonly string[];
  /** How often a request is sent before its trouble is told; 4, where nobody says otherwise: some 4 seconds. 8 of them wait for a minute. */
  readonly attempts?: number;
  /** At a time; 8 where nobody says otherwise. */
  readonly connections?: number;
}

/** HTTP with timeouts and a few attempts. */
export class Transport {
  readonly #http: HttpAgent;
  readonly #https: HttpsAgent;
  readonly #attempts: number;

  constructor({ ca, attempts = ATTEMPTS, connections = CONNECTIONS }: TransportOptions = {}) {
    this.#attempts = attempts;
    this.#http = new HttpAgent({ keepAlive: true, maxSockets: connections });
    this.#https = new HttpsAgent({ keepAlive: true, maxSockets: connections, ...(ca === undefined ? {} : { ca: [...ca] }) });
  }

  /** The answer, its body still to be read. Rejects with RegistryUnreachableError. */
  async send(outgoing: Outgoing): Promise<IncomingMessage> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.#once(outgoing);
        if (attempt >= this.#attempts || !TRY_AGAIN.has(answer.statusCode ?? 0)) return answer;
        answer.resume();
        await delay(waitFor(attempt, answer.headers['retry-after']));
      } catch (error) {
        if (attempt >= this.#attempts || !mayPass(error)) throw unreachable(outgoing.url, error);
        await delay(waitFor(attempt, undefined));
      }
    }
  }

  close(): void {
    this.#http.destroy();
    this.#https.destroy();
  }

  async #once({ method, url, headers = {}, body }: Outgoing): Promise<IncomingMessage> {
    const secure = url.protocol === 'https:';
    const options = { method, headers: { ...headers, ...lengthOf(body) }, agent: secure ? this.#https : this.#http };
    const request = secure ? httpsRequest(url, options) : httpRequest(url, options);
    request.setTimeout(SILENCE_MILLISECONDS, () => request.destroy(silence()));
    const answered = new Promise<IncomingMessage>((resolve, reject) => request.once('response', resolve).once('error', reject));
    // Looked at below; a body that fails is told first.
    answered.catch(() => undefined);
    if (body === undefined || Buffer.isBuffer(body)) request.end(body);
    else await sendBody(request, body(), answered);
    const answer = await answered;
    const { socket } = answer;
    const fallSilent = (): void => void answer.destroy(silence());
    socket.setTimeout(SILENCE_MILLISECONDS, fallSilent);
    // The connection serves others after it.
    answer.once('close', () => socket.off('timeout', fallSilent));
    return answer;
  }
}

function silence(): Error {
  return Object.assign(new Error('nothing came for a minute'), { code: 'ETIMEDOUT' });
}

function lengthOf(body: Outgoing['body']): Record<string, string> {
  return Buffer.isBuffer(body) ? { 'content-length': String(body.length) } : {};
}

/** Stops when the answer comes before the end: it is a refusal then. */
async function sendBody(request: ClientRequest, chunks: AsyncIterable<Buffer>, answered: Promise<IncomingMessage>): Promise<void> {
  let over = false;
  const ended = answered.then(
    () => void (over = true),
    () => void (over = true),
  );
  try {
    for await (const chunk of chunks) {
      if (over) return;
      if (request.write(chunk)) continue;
      await Promise.race([new Promise<void>((resolve) => request.once('drain', resolve)), ended]);
    }
    request.end();
  } catch (error) {
    request.destroy();
    throw error;
  }
}

function waitFor(attempt: number, retryAfter: string | undefined): number {
  // RFC 9110, 10.2.3: seconds, or a date.
  const asked = retryAfter === undefined || /^\d+$/.test(retryAfter) ? Number(retryAfter) : (Date.parse(retryAfter) - Date.now()) / 1000;
  if (!Number.isNaN(asked)) return Math.min(Math.max(0, asked), MAX_RETRY_AFTER_SECONDS) * 1000;
  // Not all at once after an outage.
  return Math.min(250 * 2 ** attempt, MAX_BACKOFF_MILLISECONDS) * (0.75 + Math.random() / 2);
}

/** Trouble of the network passes; a certificate that is not trusted, or a name that does not exist, stays. */
function mayPass(error: unknown): boolean {
  return ['ECONNRESET', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN', 'ECONNREFUSED'].includes(String((error as { code?: unknown }).code));
}

function unreachable(url: URL, error: unknown): unknown {
  if (!(error instanceof Error) || (error as { code?: unknown }).code === undefined) return error;
  return new RegistryUnreachableError(`${url.host} cannot be reached: ${error.message}.`, { cause: error });
}
