/** An archive that cannot be taken as it is. The message is a sentence for a person: what is wrong, what was kept, what to do. */
export class ArchiveRefusedError extends Error {
  override readonly name = 'ArchiveRefusedError';
}

/** Ends every refusal: images appear only after the whole archive was read and understood. */
export function refused(why: string, cause?: unknown): ArchiveRefusedError {
  return new ArchiveRefusedError(`${why} No image was imported.`, cause === undefined ? undefined : { cause });
}

/** A name out of an archive, fit to be shown. */
export function shown(name: string): string {
  return JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}...` : name);
}
