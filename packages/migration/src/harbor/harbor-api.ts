import type { IncomingMessage } from 'node:http';
import {
  type Credentials,
  readAll,
  refusalOf,
  RegistryContentError,
  RegistryRefusedError,
  Transport,
  type TransportOptions,
} from '@berth/registry-client';
import type { z } from 'zod';

const MAX_ANSWER = 32 * 1024 * 1024;
/** The most that Harbor gives at once. */
const PAGE_SIZE = 100;
/** Ten million entries: no list is so long, but one of a server that takes no notice of pages. */
const MAX_PAGES = 100_000;

export interface HarborApiOptions extends TransportOptions {
  readonly origin: URL;
  readonly credentials: Credentials;
  /** How sentences name it: `source` or `destination`. */
  readonly side: 'source' | 'destination';
}

type Query = Readonly<Record<string, string | number | boolean>>;

/**
 * Harbor's API v2.0, as a Harbor or a Berth speaks it. What is not as it should be rejects with RegistryRefusedError,
 * RegistryUnreachableError or RegistryContentError.
 */
export class HarborApi {
  readonly origin: URL;
  readonly username: string;
  readonly #options: HarborApiOptions;
  readonly #transport: Transport;

  constructor(options: HarborApiOptions) {
    this.origin = options.origin;
    this.username = options.credentials.username;
    this.#options = options;
    this.#transport = new Transport(options);
  }

  close(): void {
    this.#transport.close();
  }

  async get<Schema extends z.ZodType>(path: string, schema: Schema, query: Query = {}): Promise<z.output<Schema>> {
    const url = this.#url(path, query);
    const answer = await this.#ask('GET', url);
    await this.#expect(answer, url);
    return this.#read(answer, url, schema);
  }

  /** {@link get}; undefined where it is not there, or not to be seen. */
  async find<Schema extends z.ZodType>(path: string, schema: Schema, query: Query = {}): Promise<z.output<Schema> | undefined> {
    try {
      return await this.get(path, schema, query);
    } catch (error) {
      if (error instanceof RegistryRefusedError && error.status === 404) return undefined;
      throw error;
    }
  }

  /** The entries of a list, page after page; a page is asked for when the one before it was used up. */
  async *list<Schema extends z.ZodType>(path: string, entry: Schema, query: Query = {}): AsyncGenerator<z.output<Schema>> {
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const url = this.#url(path, { ...query, page, page_size: PAGE_SIZE });
      const answer = await this.#ask('GET', url);
      await this.#expect(answer, url);
      const total = Number(answer.headers['x-total-count'] ?? Number.NaN);
      // Go writes an empty list as null.
      const entries = (await this.#read(answer, url, entry.array().nullable())) ?? [];
      yield* entries;
      if (entries.length === 0 || page * PAGE_SIZE >= total || (Number.isNaN(total) && entries.length < PAGE_SIZE)) return;
    }
    throw new RegistryContentError(`The ${this.#options.side} has no end in its list ${path}.`);
  }

  /** All entries of a list that is short by its nature. */
  async all<Schema extends z.ZodType>(path: string, entry: Schema, query: Query = {}): Promise<z.output<Schema>[]> {
    const entries: z.output<Schema>[] = [];
    for await (const one of this.list(path, entry, query)) entries.push(one);
    return entries;
  }

  /** Makes something; answers its id, from the `Location`. */
  async create(path: string, body: unknown): Promise<number> {
    const url = this.#url(path, {});
    const answer = await this.#ask('POST', url, body);
    await this.#expect(answer, url);
    answer.resume();
    return Number(/\/(\d+)$/.exec(answer.headers.location ?? '')?.[1] ?? 0);
  }

  /** Makes something whose answer says more than where it is. */
  async createAs<Schema extends z.ZodType>(path: string, body: unknown, schema: Schema): Promise<z.output<Schema>> {
    const url = this.#url(path, {});
    const answer = await this.#ask('POST', url, body);
    await this.#expect(answer, url);
    return this.#read(answer, url, schema);
  }

  async update(path: string, body: unknown): Promise<void> {
    const url = this.#url(path, {});
    const answer = await this.#ask('PUT', url, body);
    await this.#expect(answer, url);
    answer.resume();
  }

  #url(path: string, query: Query): URL {
    const url = new URL(`/api/v2.0${path}`, this.origin);
    for (const [key, value] of Object.entries(query)) url.searchParams.set(key, String(value));
    return url;
  }

  #ask(method: string, url: URL, body?: unknown): Promise<IncomingMessage> {
    const { username, password } = this.#options.credentials;
    // Without a session cookie Harbor asks for no CSRF token.
    const headers = {
      accept: 'application/json',
      authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    return this.#transport.send({ method, url, headers, ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }) });
  }

  async #expect(answer: IncomingMessage, url: URL): Promise<void> {
    if (isSuccess(answer)) return;
    const { status, code, message } = await refusalOf(answer);
    const { location } = answer.headers;
    const told =
      location !== undefined
        ? `it sends on to ${location}. Give the address that it is reached by.`
        : message === ''
          ? `it answered ${url.pathname} with ${status}.`
          : message;
    throw new RegistryRefusedError(`The ${this.#options.side} refuses: ${told}`, { status, code });
  }

  async #read<Schema extends z.ZodType>(answer: IncomingMessage, url: URL, schema: Schema): Promise<z.output<Schema>> {
    const told = parsed((await readAll(answer, MAX_ANSWER)).toString());
    const result = schema.safeParse(told);
    if (result.success) return result.data;
    const where = result.error.issues[0]?.path.join('.') ?? '';
    throw new RegistryContentError(
      `The ${this.#options.side} answered ${url.pathname} otherwise than Harbor's API does${where === '' ? '' : ` (${where})`}. Is ${this.origin.host} a Harbor?`,
    );
  }
}

/** The part of a path that names a repository below its project: Harbor wants its slashes encoded twice. */
export function repositoryPath(project: string, repository: string): string {
  return `/projects/${encodeURIComponent(project)}/repositories/${encodeURIComponent(encodeURIComponent(repository))}`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // Some page of a proxy.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isSuccess({ statusCode = 0 }: IncomingMessage): boolean {
  return statusCode >= 200 && statusCode < 300;
}
