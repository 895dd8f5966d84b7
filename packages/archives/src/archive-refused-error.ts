import { asSentence, followedBy, type Sentence } from '@berth/oci';

/** An archive that cannot be taken as it is. The message is a sentence for a person: what is wrong, what was kept, what to do. */
export class ArchiveRefusedError extends Error {
  override readonly name = 'ArchiveRefusedError';
  readonly reason: RefusalReason;
  readonly sentence: Sentence;

  constructor(message: string | Sentence, { reason = 'other', ...options }: RefusalOptions = {}) {
    const sentence = asSentence(message);
    super(sentence.text, options);
    this.sentence = sentence;
    this.reason = reason;
  }
}

/** For programs that tell it in other words. */
export type RefusalReason = 'compression' | 'bomb' | 'not a tar' | 'other';

export interface RefusalOptions {
  readonly cause?: unknown;
  readonly reason?: RefusalReason;
}

/** Ends every refusal: images appear only after the whole archive was read and understood. */
export function refused(why: string | Sentence, options: RefusalOptions = {}): ArchiveRefusedError {
  return new ArchiveRefusedError(followedBy(asSentence(why), ' No image was imported.'), options);
}

/** A name out of an archive, fit to be shown. */
export function shown(name: string): string {
  return JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}...` : name);
}
