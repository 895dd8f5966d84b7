/** How often something failed within its window. */
export interface FailureCount {
  readonly failures: number;
  /** Seconds until the window ends and the count is zero again; 0 when there is none. */
  readonly resetsInSeconds: number;
}

/** Counts failed sign-ins, for all processes that share one store. A window starts with its first failure. */
export interface FailureCounters {
  read(key: string): Promise<FailureCount>;
  /** Adds one failure; a new window lasts `windowSeconds`. */
  add(key: string, windowSeconds: number): Promise<FailureCount>;
  clear(key: string): Promise<void>;
}
