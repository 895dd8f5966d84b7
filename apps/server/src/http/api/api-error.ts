import type { Sentence } from '@berth/oci';

/** Harbor's codes and their statuses (goharbor/harbor, src/lib/errors/const.go and src/lib/http/error.go). */
const STATUS = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PRECONDITION: 412,
  REQUEST_ENTITY_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  UNPROCESSABLE_ENTITY: 422,
  TOO_MANY_REQUEST: 429,
  NOT_IMPLEMENTED: 501,
  INSUFFICIENT_STORAGE: 507,
} as const;

export type ApiErrorCode = keyof typeof STATUS;

/** A refusal of the API, as a sentence: what happened, what was kept, what to do. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;
  readonly status: number;
  /** The message with its name, by which other languages tell it. */
  readonly sentence: Sentence;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ApiErrorCode,
    sentence: Sentence,
    options: ErrorOptions & { readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(sentence.text, options);
    this.sentence = sentence;
    this.code = code;
    this.status = STATUS[code];
    this.headers = options.headers ?? {};
  }
}
