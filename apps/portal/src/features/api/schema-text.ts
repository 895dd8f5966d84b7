import { type JsonSchema, list, type Models, record } from './api-document.ts';

const MAX_DEPTH = 6;

/** What a value may be, in a few words: `integer, 1 to 100, default 10`. */
export function schemaWords(schema: JsonSchema): string {
  const { type, enum: choices, minimum, maximum, maxLength, default: preset } = schema;
  const kind = Array.isArray(choices) ? choices.map(String).join(' | ') : typeof type === 'string' ? type : 'any';
  const least = typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER ? minimum : undefined;
  const most = typeof maximum === 'number' && maximum < Number.MAX_SAFE_INTEGER ? maximum : undefined;
  return [
    kind,
    ...(least === undefined && most === undefined ? [] : [`${least ?? ''}..${most ?? ''}`]),
    ...(typeof maxLength === 'number' ? [`≤ ${maxLength}`] : []),
    ...(preset === undefined ? [] : [`= ${JSON.stringify(preset)}`]),
  ].join(', ');
}

/** A shape as it would stand in JSON, with words in the places of values; `?` marks what may be absent. */
export function schemaText(schema: JsonSchema, models: Models): string {
  return JSON.stringify(shapeOf(schema, models, 0), null, 2) ?? '';
}

function shapeOf(given: JsonSchema, models: Models, depth: number): unknown {
  const schema = resolved(given, models);
  if (depth > MAX_DEPTH) return '…';
  if (schema['type'] === 'array') return [shapeOf(record(schema['items']), models, depth + 1)];
  const [one] = [...list(schema['anyOf']), ...list(schema['oneOf']), ...list(schema['allOf'])];
  if (one !== undefined) return shapeOf(record(one), models, depth + 1);
  const properties = Object.entries(record(schema['properties']));
  if (properties.length === 0 && schema['type'] === 'object')
    return { NAME: shapeOf(record(schema['additionalProperties']), models, depth + 1) };
  if (properties.length === 0) return schemaWords(schema);
  const required = list(schema['required']);
  return Object.fromEntries(
    properties.map(([name, part]) => [required.includes(name) ? name : `${name}?`, shapeOf(record(part), models, depth + 1)]),
  );
}

/** A body that the server could understand: what must be there, or everything where nothing must. */
export function exampleOf(given: JsonSchema, models: Models, depth = 0): unknown {
  const schema = resolved(given, models);
  const { type, enum: choices, default: preset, minimum } = schema;
  if (preset !== undefined) return preset;
  if (Array.isArray(choices)) return choices[0];
  const [one] = [...list(schema['anyOf']), ...list(schema['oneOf'])];
  if (one !== undefined) return exampleOf(record(one), models, depth + 1);
  if (depth > MAX_DEPTH) return {};
  switch (type) {
    case 'array':
      return [exampleOf(record(schema['items']), models, depth + 1)];
    case 'boolean':
      return false;
    case 'integer':
    case 'number':
      return typeof minimum === 'number' && minimum > Number.MIN_SAFE_INTEGER ? minimum : 1;
    case 'string':
      return 'TEXT';
    default:
      return exampleObject(schema, models, depth);
  }
}

function exampleObject(schema: JsonSchema, models: Models, depth: number): unknown {
  const required = list(schema['required']);
  const parts = Object.entries(record(schema['properties']));
  const shown = required.length === 0 && depth === 0 ? parts : parts.filter(([name]) => required.includes(name));
  return Object.fromEntries(shown.map(([name, part]) => [name, exampleOf(record(part), models, depth + 1)]));
}

function resolved(schema: JsonSchema, models: Models): JsonSchema {
  const reference = schema['$ref'];
  return typeof reference === 'string' ? (models[reference.slice(reference.lastIndexOf('/') + 1)] ?? {}) : schema;
}
