const MAX_WORD = 512;
/** As long as numbers by day are kept. */
const MAX_DAYS = 731;

/** The id of something in the address. */
export function idOf<Name extends string>(search: Record<string, unknown>, name: Name): { [N in Name]?: number } {
  const value = search[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) return {};
  return { [name]: value } as { [N in Name]?: number };
}

/** How far back plots go. */
export function parseDays(search: Record<string, unknown>): { days?: number } {
  const days = Number(search['days']);
  return Number.isInteger(days) && days > 1 && days <= MAX_DAYS ? { days } : {};
}

/** A short text of the address, which may look like a number there. */
export function wordsOf<Name extends string>(search: Record<string, unknown>, name: Name, longest = MAX_WORD): { [N in Name]?: string } {
  const value = search[name];
  if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return {};
  return { [name]: String(value).slice(0, longest) } as { [N in Name]?: string };
}
