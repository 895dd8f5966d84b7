import { z } from 'zod';
import type { Operation } from '@berth/api-contract';
import { ENDPOINTS } from '../api/endpoints.ts';
import type { Answer } from './ask.ts';

const BASE = '/api/v2.0';

/** Words before names, so that `/users/current` is not the user "current". */
const ROUTES = ENDPOINTS.map(({ operation }) => ({
  operation,
  pattern: new RegExp(`^${operation.path.replaceAll(/[.]/g, '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}/?$`),
  names: (operation.path.match(/\{/g) ?? []).length,
})).sort((a, b) => a.names - b.names);

/** Throws when an answer of the API is not what its contract says: status, headers, and every field with its type. */
export function checkContract({ method, path }: { readonly method: string; readonly path: string }, answer: Answer): void {
  const operation = operationOf(method, path);
  if (operation === undefined || answer.status >= 400) return;
  const where = `${operation.id} (${method} ${path})`;
  if (answer.status !== operation.answer.status)
    throw new Error(`${where} answered ${answer.status} instead of ${operation.answer.status}.`);
  for (const header of operation.answer.headers ?? []) {
    // Link is there only where a list has neighbours.
    if (header !== 'Link' && answer.headers[header.toLowerCase()] === undefined) throw new Error(`${where} answered without ${header}.`);
  }
  const location = answer.headers.location;
  if (location !== undefined && !location.startsWith(`${BASE}/`)) throw new Error(`${where} answered the Location ${location}.`);
  const { body } = operation.answer;
  // Text and archives have no fields.
  if (body === undefined || method === 'HEAD' || answer.headers['content-type']?.includes('application/json') !== true) return;
  const parsed = strict(body).safeParse(JSON.parse(answer.text));
  if (!parsed.success)
    throw new Error(`${where} answered what its contract does not say:\n${z.prettifyError(parsed.error)}\n${answer.text.slice(0, 500)}`);
}

function operationOf(method: string, path: string): Operation | undefined {
  if (!path.startsWith(BASE)) return undefined;
  const bare = path.slice(BASE.length).split('?')[0] ?? '';
  return ROUTES.find(({ operation, pattern }) => operation.method === method.toLowerCase() && pattern.test(bare))?.operation;
}

/** A field that the contract does not name would be missing in the document and in the portal's types. */
function strict(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodArray) return z.array(strict(schema.element as z.ZodType));
  return schema instanceof z.ZodObject ? schema.strict() : schema;
}
