import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { checkContract } from './check-contract.ts';

/** Of every account that tests make. */
export const PASSWORD = 'Right-Password-1';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON; throws where it is none. */
  json<T = unknown>(): T;
}

export interface Ask {
  /** Sends Basic with {@link PASSWORD}, or with the given one. */
  readonly as?: string;
  readonly password?: string;
  readonly bearer?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON, a string as it is. */
  readonly body?: unknown;
  /** Sent as they are, instead of a body. */
  readonly bytes?: Buffer;
}

export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/** One exchange with the server at `url`; what the API answers is held to its own contract. */
export function ask(
  url: string,
  { method, path }: { readonly method: string; readonly path: string },
  { as, password = PASSWORD, bearer, headers = {}, body, bytes: raw }: Ask,
): Promise<Answer> {
  const bytes = raw ?? (body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body));
  const authorization = bearer !== undefined ? `Bearer ${bearer}` : as !== undefined ? basic(as, password) : undefined;
  const sentHeaders = {
    ...(bytes === undefined ? {} : { 'content-length': String(Buffer.byteLength(bytes)) }),
    ...(typeof body === 'object' ? { 'content-type': 'application/json' } : {}),
    ...(authorization === undefined ? {} : { authorization }),
    ...headers,
  };
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url + path, { method, headers: sentHeaders, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const answer = { status: response.statusCode ?? 0, headers: response.headers, text, json: <T>() => JSON.parse(text) as T };
        try {
          checkContract({ method, path }, answer);
          resolve(answer);
        } catch (error) {
          reject(error as Error);
        }
      });
    });
    sent.on('error', reject);
    sent.end(bytes);
  });
}
