/** RFC 9110 section 13.1.2: `*`, or a list that holds our tag; weak comparison. */
export function isUnchanged(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  if (ifNoneMatch === etag || ifNoneMatch.trim() === '*') return true;
  return ifNoneMatch.split(',').some((entry) => {
    const tag = entry.trim();
    return tag === etag || tag === `W/${etag}`;
  });
}
