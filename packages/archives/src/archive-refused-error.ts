/** An archive that cannot be taken as it is. The message is a sentence for a person: what is wrong, what was kept, what to do. */
export class ArchiveRefusedError extends Error {
  override readonly name = 'ArchiveRefusedError';
  readonly reason: RefusalReason;

  constructor(message: string, { reason = 'other', ...options }: RefusalOptions = {}) {
    super(message, options);
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
export function refused(why: string, options: RefusalOptions = {}): ArchiveRefusedError {
  return new ArchiveRefusedError(`${why} No image was imported.`, options);
}

/** A name out of an archive, fit to be shown. */
export function shown(name: string): string {
  return JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}...` : name);
}
