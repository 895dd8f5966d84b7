export type JsonSchema = Readonly<Record<string, unknown>>;
export type Models = Readonly<Record<string, JsonSchema>>;

export interface ApiParameter {
  readonly name: string;
  readonly where: 'path' | 'query';
  readonly required: boolean;
  readonly schema: JsonSchema;
}

export interface ApiContent {
  /** Content type. */
  readonly type: string;
  readonly schema: JsonSchema;
}

export interface ApiAnswer {
  readonly status: string;
  readonly description: string;
  readonly content: ApiContent | undefined;
}

export interface ApiOperation {
  readonly id: string;
  /** Upper case. */
  readonly method: string;
  /** Below `/api/v2.0`, with `{name}`. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly parameters: readonly ApiParameter[];
  readonly body: ApiContent | undefined;
  readonly answers: readonly ApiAnswer[];
  /** Lower-case words by which it is found. */
  readonly words: string;
}

export interface ApiDocument {
  readonly operations: readonly ApiOperation[];
  readonly models: Models;
}

/** Reads this server's own OpenAPI document; what it does not have is left out. */
export function parseApiDocument(value: unknown): ApiDocument {
  const { paths, components } = record(value);
  const models = record(record(components)['schemas']) as Models;
  const operations = Object.entries(record(paths)).flatMap(([path, methods]) =>
    Object.entries(record(methods)).map(([method, operation]) => operationOf(method.toUpperCase(), path, record(operation))),
  );
  return { operations, models };
}

function operationOf(method: string, path: string, found: JsonSchema): ApiOperation {
  const id = String(found['operationId']);
  const tag = String(list(found['tags'])[0] ?? '');
  const summary = String(found['summary'] ?? '');
  return {
    ...{ id, method, path, tag, summary },
    parameters: list(found['parameters']).map(parameterOf),
    body: contentOf(record(found['requestBody'])),
    answers: Object.entries(record(found['responses'])).map(([status, answer]) => ({
      status,
      description: String(record(answer)['description'] ?? ''),
      content: contentOf(record(answer)),
    })),
    words: `${method} ${path} ${summary} ${id} ${tag}`.toLowerCase(),
  };
}

function parameterOf(value: unknown): ApiParameter {
  const { name, in: where, required, schema } = record(value);
  return { name: String(name), where: where === 'path' ? 'path' : 'query', required: required === true, schema: record(schema) };
}

function contentOf({ content }: JsonSchema): ApiContent | undefined {
  const [first] = Object.entries(record(content));
  return first === undefined ? undefined : { type: first[0], schema: record(record(first[1])['schema']) };
}

/** Those that have every word in them. */
export function searchOperations(operations: readonly ApiOperation[], text: string): readonly ApiOperation[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return operations.filter((operation) => words.every((word) => operation.words.includes(word)));
}

export function record(value: unknown): JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonSchema) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
