/** Exit codes of every verb. */
export const EXIT = { success: 0, failure: 1, usage: 2 } as const;

/** The command was called wrongly; the message says how to call it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
