/** A sentence with its name, for who tells it in another language: what {@link CertificateError} is, without being an error. */
export interface NamedSentence {
  readonly message: string;
  readonly reason: string;
  readonly values: Readonly<Record<string, string | number>>;
}

export interface CertificateErrorOptions {
  readonly cause?: unknown;
  /** Names the sentence for who tells it in another language; kebab-case, beginning with `certificate-`. */
  readonly reason?: string;
  /** What stands in the places of the sentence. */
  readonly values?: Readonly<Record<string, string | number>>;
}

/** What could not be done with a certificate, key or host. `message` is a sentence: what happened, what was kept, what to do. Exit code 1. */
export class CertificateError extends Error {
  readonly reason: string | undefined;
  readonly values: Readonly<Record<string, string | number>>;

  constructor(message: string, { cause, reason, values = {} }: CertificateErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CertificateError';
    this.reason = reason;
    this.values = values;
  }
}

/** The command was called in a way that cannot mean anything. Exit code 2. */
export class CertificateUsageError extends CertificateError {
  constructor(message: string, options?: CertificateErrorOptions) {
    super(message, options);
    this.name = 'CertificateUsageError';
  }
}

/** One line about a foreign error for use inside a sentence: its message without OpenSSL's error numbers. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  const openssl = /^error:[0-9A-F]+:[^:]*:[^:]*:(.*)$/i.exec(text.split('\n')[0] ?? '');
  return (openssl?.[1] ?? text.split('\n')[0] ?? '').trim();
}
