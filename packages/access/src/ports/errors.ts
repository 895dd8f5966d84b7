/** A name that must be unique is in use already. `field` says which. */
export class NameTakenError extends Error {
  override readonly name = 'NameTakenError';
  readonly field: string;

  constructor(field: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.field = field;
  }
}
