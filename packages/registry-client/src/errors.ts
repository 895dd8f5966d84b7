/** A registry that could not be reached or did not answer in its language. The message is a sentence for a person. */
export class RegistryUnreachableError extends Error {
  override readonly name = 'RegistryUnreachableError';
}

/** A registry's refusal, in its own words. */
export class RegistryRefusedError extends Error {
  override readonly name = 'RegistryRefusedError';
  readonly status: number;
  /** Of the first error of the answer; empty where there is none. */
  readonly code: string;

  constructor(message: string, { status, code }: { readonly status: number; readonly code: string }) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** What a registry delivered is not what was asked for. */
export class RegistryContentError extends Error {
  override readonly name = 'RegistryContentError';
}
