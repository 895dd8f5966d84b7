/** Outcome of one check. `skip` means it could not be made because an earlier one failed, or does not apply. */
export type CheckStatus = 'pass' | 'warn' | 'fail' | 'skip';

export interface Check {
  /** Stable name for scripts, like `tls.name`. */
  readonly id: string;
  readonly status: CheckStatus;
  /** A sentence: what was seen and what it means. */
  readonly message: string;
  /** What docker prints for this, word for word. */
  readonly docker?: string | undefined;
  /** What Chromium shows. */
  readonly browser?: string | undefined;
  /** Commands or steps that mend it, in order. */
  readonly fix?: readonly string[] | undefined;
}

type Details = Pick<Check, 'docker' | 'browser' | 'fix'>;

export const pass = (id: string, message: string): Check => ({ id, status: 'pass', message });
export const skip = (id: string, message: string): Check => ({ id, status: 'skip', message });
export const warning = (id: string, message: string, details: Details = {}): Check => ({ id, status: 'warn', message, ...details });
export const failure = (id: string, message: string, details: Details = {}): Check => ({ id, status: 'fail', message, ...details });
