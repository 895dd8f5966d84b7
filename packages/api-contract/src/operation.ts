import type { z } from 'zod';

export type Method = 'get' | 'head' | 'post' | 'put' | 'patch' | 'delete';

/** One operation of `/api/v2.0`: what the server accepts and answers, and what the OpenAPI document says of it. */
export interface Operation<Params extends z.ZodType = z.ZodType, Query extends z.ZodType = z.ZodType, Body extends z.ZodType = z.ZodType> {
  /** Harbor's operationId. */
  readonly id: string;
  readonly method: Method;
  /** Below `/api/v2.0`, with `{name}` for path parameters. */
  readonly path: string;
  /** Harbor's tag. */
  readonly tag: string;
  readonly summary: string;
  readonly params: Params;
  readonly query: Query;
  /** Keys that a schema does not name are ignored, as Harbor does, and never reach the handler. */
  readonly body: Body;
  /** A body that is streamed, by its content type; `body` is then `nothing`. */
  readonly upload?: Readonly<Record<string, z.ZodType>>;
  readonly answer: Answer;
  /** Error statuses beside 500. */
  readonly errors: readonly number[];
}

export interface Answer {
  readonly status: 200 | 201;
  readonly body?: z.ZodType;
  readonly headers?: readonly ('X-Total-Count' | 'Link' | 'Location' | 'X-Harbor-CSRF-Token')[];
  /** `text/plain` where the body is not JSON. */
  readonly contentType?: string;
}

/** Keeps the types of the three schemas. A bundler may leave out what nobody asks for. */
// @__NO_SIDE_EFFECTS__
export function operation<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType>(
  definition: Operation<Params, Query, Body>,
): Operation<Params, Query, Body> {
  return definition;
}
