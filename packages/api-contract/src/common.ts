import { z } from 'zod';
import { FIELD_CHECKS } from './field-problem.ts';

/** Nothing is read here. */
export const nothing = z.object({});

/** One entry of Harbor's envelope, the same as OCI's. */
export const sentenceName = z.object({
  /** Berth's own: names the sentence beside it, the same for as long as it means the same. */
  reason: z.string().optional(),
  /** What stands in the places of the sentence. */
  values: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});

/** A sentence of the server, in English, with what other languages need to tell it. */
export const sentence = z.object({ message: z.string(), ...sentenceName.shape });

export const refusal = z.object({ code: z.string(), ...sentence.shape });

export const errors = z.object({ errors: z.array(refusal) });

export const MAX_PAGE_SIZE = 100;
const MAX_ID = Number.MAX_SAFE_INTEGER;
const MAX_PAGE = 1_000_000;

/** Text of a query parameter: bounded, and given once. */
export function queryText(maxLength = 255): z.ZodString {
  return z.string().max(maxLength);
}

/** A whole number in a path or query; `zero` is what 0 stands for, where it stands for another. */
export function wholeNumber(min: number, max: number, zero = 0): z.ZodType<number, string> {
  return z
    .string()
    .regex(/^-?\d{1,16}$/, FIELD_CHECKS['whole-number'])
    .transform((text) => Number(text) || zero)
    .pipe(z.number().int().min(min).max(max));
}

/** `true` or `false`, and what Go's ParseBool takes beside them, since Harbor does. */
export const queryBoolean = z
  .enum(['true', 'false', '1', '0', 't', 'f', 'T', 'F', 'TRUE', 'FALSE', 'True', 'False'])
  .transform((text) => ['true', '1', 't'].includes(text.toLowerCase()))
  .pipe(z.boolean());

export const idParam = wholeNumber(1, MAX_ID);

/** An id, or 0 for none, as Harbor's clients send it. */
export const idOrNone = wholeNumber(0, MAX_ID);

/**
 * `page` from 1, `page_size` 1 to 100, default 10. Harbor's own clients send 0 for what nobody chose: the first page, and as many as a page
 * may have.
 */
export const pageQuery = z.object({
  page: wholeNumber(1, MAX_PAGE, 1).default(1),
  page_size: wholeNumber(1, MAX_PAGE_SIZE, MAX_PAGE_SIZE).default(10),
});

/** {@link pageQuery} with `q` (`k=v,k=~v`) and `sort` (`field,-field`). */
export const listQuery = pageQuery.extend({ q: queryText(1024).optional(), sort: queryText(255).optional() });

export const projectParams = z.object({
  /** A number is an id unless the header X-Is-Resource-Name is true. */
  project_name_or_id: z.string().min(1).max(255),
});

/** RFC 3339. */
export const timestamp = z.string();
