import { asSentence, type Sentence } from './sentence.ts';

/**
 * The error language of the OCI distribution specification 1.1, section "Error Codes".
 * One class carries every code; the HTTP layer renders it as `{errors:[{code,message,detail}]}`.
 */

/** Code -> HTTP status used when the thrower names none. Source: distribution-spec 1.1, "Error Codes" and the end-points' tables. */
export const ERROR_STATUS = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_INVALID: 400,
  BLOB_UPLOAD_UNKNOWN: 404,
  DENIED: 403,
  DIGEST_INVALID: 400,
  MANIFEST_BLOB_UNKNOWN: 404,
  MANIFEST_INVALID: 400,
  MANIFEST_UNKNOWN: 404,
  NAME_INVALID: 400,
  NAME_UNKNOWN: 404,
  SIZE_INVALID: 400,
  TAG_INVALID: 400,
  RANGE_INVALID: 416,
  TOOMANYREQUESTS: 429,
  UNAUTHORIZED: 401,
  UNKNOWN: 500,
  UNAVAILABLE: 503,
  STORAGE_FULL: 507,
  UNSUPPORTED: 405,
} as const satisfies Record<string, number>;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** One entry of the `errors` list. */
export interface OciErrorEntry {
  readonly code: ErrorCode;
  readonly message: string;
  readonly detail?: unknown;
}

export interface OciErrorOptions {
  /** Machine-readable detail placed beside the message; must hold nothing the caller may not see. */
  readonly detail?: unknown;
  /** HTTP status where it differs from the code's usual one. */
  readonly status?: number;
  /** Extra response headers, lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Further entries, where one answer names several faults. */
  readonly more?: readonly OciErrorEntry[];
  readonly cause?: unknown;
}

/** A refusal in the specification's words. `message` is a sentence for a person: what happened, what was kept, what to do. */
export class OciError extends Error {
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: unknown;
  readonly headers: Readonly<Record<string, string>>;
  readonly more: readonly OciErrorEntry[];
  /** The message, as the API tells it: with its name, where it has one. */
  readonly sentence: Sentence;

  constructor(code: ErrorCode, message: string | Sentence, options: OciErrorOptions = {}) {
    const sentence = asSentence(message);
    super(sentence.text, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'OciError';
    this.sentence = sentence;
    this.code = code;
    this.status = options.status ?? ERROR_STATUS[code];
    this.detail = options.detail;
    this.headers = options.headers ?? {};
    this.more = options.more ?? [];
  }
}
