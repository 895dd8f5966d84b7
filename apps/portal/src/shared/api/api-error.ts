/** What the server said when it refused: its sentence, its code, and the id under which its log has the request. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  readonly code: string;
  /** Names the sentence, for other languages; what stands in its places is in `values`. */
  readonly reason: string | undefined;
  readonly values: Readonly<Record<string, string | number>>;
  readonly requestId: string | undefined;
  /** Seconds to wait before trying again, where the server named them. */
  readonly retryAfter: number | undefined;

  constructor(message: string, facts: ApiErrorFacts) {
    super(message);
    this.status = facts.status;
    this.code = facts.code;
    this.reason = facts.reason;
    this.values = facts.values ?? {};
    this.requestId = facts.requestId;
    this.retryAfter = facts.retryAfter;
  }
}

export interface ApiErrorFacts {
  readonly status: number;
  readonly code: string;
  readonly reason?: string | undefined;
  readonly values?: Readonly<Record<string, string | number>> | undefined;
  readonly requestId?: string | undefined;
  readonly retryAfter?: number | undefined;
}
