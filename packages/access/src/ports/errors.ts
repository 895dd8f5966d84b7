import type { Sentence } from '@berth/oci';

/** A name that must be unique is in use already. `field` says which. */
export class NameTakenError extends Error {
  override readonly name = 'NameTakenError';
  readonly field: string;
  readonly sentence: Sentence;

  constructor(field: string, sentence: Sentence, options?: ErrorOptions) {
    super(sentence.text, options);
    this.sentence = sentence;
    this.field = field;
  }
}
