import { say } from '@berth/oci';
import type { Request } from 'express';
import type { z } from 'zod';
import { ApiError, type ApiErrorCode } from './api-error.ts';
import { fieldRefusal } from './field-refusal.ts';

/** Path parameters outside their limits are 422, as with Harbor's generated server. */
export function parseParams(schema: z.ZodType, request: Request): unknown {
  return parsed(schema, request.params, 'UNPROCESSABLE_ENTITY');
}

/** A key that the schema names may be given once; keys it does not name are ignored. */
export function parseQuery(schema: z.ZodType, request: Request): unknown {
  const values: Record<string, string> = {};
  const given = new URL(request.originalUrl, 'http://path.invalid').searchParams;
  const known = Object.keys((schema as z.ZodObject).shape);
  for (const key of known) {
    const [value, ...more] = given.getAll(key);
    if (more.length > 0) throw new ApiError('UNPROCESSABLE_ENTITY', say('given-twice')`${{ field: key }} may be given once only.`);
    if (value !== undefined && value !== '') values[key] = value;
  }
  return parsed(schema, values, 'UNPROCESSABLE_ENTITY');
}

export function parseBody(schema: z.ZodType, request: Request): unknown {
  if (Object.keys((schema as z.ZodObject).shape).length === 0) return {};
  if (request.body === undefined) {
    const empty = request.headers['content-length'] === undefined && request.headers['transfer-encoding'] === undefined;
    if (empty || request.headers['content-length'] === '0')
      throw new ApiError('BAD_REQUEST', say('body-missing')`A JSON body is missing. Nothing was changed.`);
    throw new ApiError(
      'UNSUPPORTED_MEDIA_TYPE',
      say('body-not-json')`The body must be JSON: send the header Content-Type: application/json. Nothing was changed.`,
    );
  }
  const body = parsed(schema, request.body, 'BAD_REQUEST');
  if (holdsUnstorable(body))
    throw new ApiError(
      'BAD_REQUEST',
      say('text-unstorable')`A text of the body holds NUL or half of a character, which cannot be kept. Nothing was changed.`,
    );
  return body;
}

/** JSON carries what no text in Postgres can be: NUL, and one half of a surrogate pair. */
const UNSTORABLE = /\0|\p{Cs}/u;

/** Without recursion: what a schema leaves open may nest as deep as the body is long. */
function holdsUnstorable(body: unknown): boolean {
  const open = [body];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === 'string' && UNSTORABLE.test(value)) return true;
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) open.push(key, inner);
  }
  return false;
}

function parsed(schema: z.ZodType, value: unknown, code: ApiErrorCode): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new ApiError(code, fieldRefusal(value, result.error.issues[0]), { cause: result.error });
}
