/**
 * The form under which names and e-mail addresses are compared: one spelling of each character, no difference of case. Written to the
 * `*_key` columns, so that the comparison does not depend on the locale of the database.
 */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}

/** LIKE pattern for "contains", with LIKE's own signs taken literally. */
export function containsPattern(part: string): string {
  return `%${part.replace(/[\\%_]/g, '\\$&')}%`;
}

/** Postgres refuses a NUL in any text, so nothing that is stored can match such a search. */
export function isSearchable(...texts: readonly (string | undefined)[]): boolean {
  return !texts.some((text) => text?.includes('\0'));
}
