/** A value found in berth.yml, with the words that name where it stood. */
export interface FileValue {
  readonly value: unknown;
  readonly label: string;
}

export function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a dotted path, or undefined. */
export function find(tree: Record<string, unknown>, path: string): unknown {
  let value: unknown = tree;
  for (const part of path.split('.')) {
    if (!isMapping(value)) return undefined;
    value = value[part];
  }
  return value ?? undefined;
}
