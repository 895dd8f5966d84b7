const SURROGATE = /[\ud800-\udfff]/;

/** Compares names as the database orders them, by bytes. */
export function byBytes(one: string, other: string): number {
  // Strings compare by UTF-16 units, which differs from UTF-8's order where surrogates are; bytes of each would cost much more.
  if (!SURROGATE.test(one) && !SURROGATE.test(other)) return one < other ? -1 : Number(one > other);
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** The directory that a path is in, and its name there; `usr/bin/env` is `env` in `usr/bin`. Not for the root. */
export function splitPath(path: string): { readonly path: string; readonly name: string } {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? { path: '', name: path } : { path: path.slice(0, slash), name: path.slice(slash + 1) };
}

export function joinPath(directory: string, name: string): string {
  return directory === '' ? name : `${directory}/${name}`;
}

/** A directory with everything above it, the root first: `''`, `usr`, `usr/bin`. */
export function withParents(directory: string): readonly string[] {
  const parts = directory === '' ? [] : directory.split('/');
  return ['', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))];
}
