import { type Answer, AnswerError, expectStatus, RegistryClient } from './registry-client.ts';
import { type Berth } from './berth.ts';

const API = '/api/v2.0';

/** What Go decodes a JSON value into; a value of another type fails there. Absent and null are always taken. */
export type GoType = 'int' | 'string' | 'bool' | 'time' | readonly [GoShape] | GoShape;
export interface GoShape {
  readonly [field: string]: GoType;
}

type Json = Readonly<Record<string, unknown>>;

/** As Go's `omitempty` writes it: what is zero, empty or false is left out. Objects stay, as Go's structs do. */
export function omitEmpty(body: Json): Json {
  return Object.fromEntries(
    Object.entries(body).filter(([, value]) => value !== undefined && value !== 0 && value !== '' && value !== false),
  );
}

/** Reads JSON as Go would into a struct of this shape; throws where Go would fail. Fields that the struct lacks are ignored. */
export function decode(value: unknown, shape: GoType, where = 'the answer'): Json {
  if (value !== undefined && value !== null) refuseUnless(fits(value, shape, where), where, value);
  return (value ?? {}) as Json;
}

function fits(value: unknown, shape: GoType, where: string): boolean {
  if (shape === 'int') return Number.isSafeInteger(value);
  if (shape === 'string') return typeof value === 'string';
  if (shape === 'bool') return typeof value === 'boolean';
  if (shape === 'time') return typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value);
  if (isList(shape)) {
    if (!Array.isArray(value)) return false;
    for (const [index, item] of value.entries()) decode(item, shape[0], `${where}[${index}]`);
    return true;
  }
  if (typeof value !== 'object' || Array.isArray(value)) return false;
  for (const [field, type] of Object.entries(shape)) decode((value as Json)[field], type, `${where}.${field}`);
  return true;
}

function isList(shape: readonly [GoShape] | GoShape): shape is readonly [GoShape] {
  return Array.isArray(shape);
}

function refuseUnless(good: boolean, where: string, value: unknown): void {
  if (!good) throw new Error(`Go could not decode ${where}: ${JSON.stringify(value)}`);
}

/** The HTTP client of the Terraform provider: Basic, JSON in both directions, one wanted status for each request. */
export class TerraformProvider {
  readonly #client: RegistryClient;

  constructor(berth: Berth, user = 'admin', password = berth.adminPassword) {
    this.#client = new RegistryClient(berth.url, { user, password });
  }

  close(): void {
    this.#client.close();
  }

  /** A path below /api/v2.0 as the provider writes it, ids of resources included. */
  async send(method: string, path: string, want: number, body?: unknown): Promise<Answer> {
    const answer = await this.#ask(method, path, body);
    return expectStatus(`Terraform: ${method} ${path}`, answer, want);
  }

  /** Reads a resource; undefined for 404, which the provider takes for gone. */
  async read(path: string, shape: GoType): Promise<Json | undefined> {
    const answer = await this.#ask('GET', path);
    if (answer.status === 404) return undefined;
    return decode(parse(expectStatus(`Terraform: GET ${path}`, answer, 200)), shape, path);
  }

  /** Creates; the id of the resource is the path in Location without what stands before it. */
  async create(path: string, body: unknown): Promise<{ readonly id: string; readonly body: Json }> {
    const answer = await this.send('POST', path, 201, body);
    const location = answer.headers.location;
    if (location === undefined) throw new AnswerError(`Terraform: POST ${path} without a Location`, answer);
    return { id: location.replaceAll('/api', '').replaceAll('/v2.0', ''), body: answer.body.length === 0 ? {} : (parse(answer) as Json) };
  }

  /** Pages until a page is empty, as the data sources do. */
  async readAll(path: string, shape: GoShape): Promise<readonly Json[]> {
    const all: Json[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await this.send('GET', path.replace('{page}', String(page)), 200);
      const items = decode(parse(answer), [shape], path) as unknown as readonly Json[];
      if (items.length === 0) return all;
      all.push(...items);
    }
  }

  async #ask(method: string, path: string, body?: unknown): Promise<Answer> {
    return this.#client.plain(method, API + path, {
      headers: { ...this.#client.basic(), 'content-type': 'application/json', 'user-agent': 'Go-http-client/1.1' },
      // Go's encoder ends with a newline.
      ...(body === undefined ? {} : { body: `${JSON.stringify(body)}\n` }),
    });
  }
}

/** What harbor-cli's generated client sends: names in paths encoded once, every parameter of a list even when it is zero or empty. */
export class HarborCli {
  readonly #client: RegistryClient;

  constructor(berth: Berth, user = 'admin', password = berth.adminPassword) {
    this.#client = new RegistryClient(berth.url, { user, password });
  }

  close(): void {
    this.#client.close();
  }

  /** `byName`: the header that tells names of digits from ids. */
  async send(method: string, path: string, { want, body, byName }: CliAsk): Promise<Json> {
    const answer = await this.#client.plain(method, API + path, {
      headers: {
        ...this.#client.basic(),
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(byName === undefined ? {} : { 'x-is-resource-name': String(byName) }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    expectStatus(`harbor-cli: ${method} ${path}`, answer, want);
    return /json/.test(answer.headers['content-type'] ?? '') ? (parse(answer) as Json) : {};
  }

  /** A list with the flags' zero values unless others are given; asserts that it says how many there are. */
  async list(
    path: string,
    parameters: Readonly<Record<string, string | number | boolean>> = {},
    byName?: boolean,
  ): Promise<readonly Json[]> {
    const query = { page: 0, page_size: 0, q: '', sort: '', ...parameters };
    const search = new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]));
    return (await this.send('GET', `${path}?${search}`, {
      want: 200,
      ...(byName === undefined ? {} : { byName }),
    })) as unknown as readonly Json[];
  }
}

interface CliAsk {
  readonly want: number;
  readonly body?: unknown;
  readonly byName?: boolean;
}

function parse(answer: Answer): unknown {
  return JSON.parse(answer.body.toString()) as unknown;
}
