import { readFileSync, statSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { ConfigError } from './config-error.ts';
import { KEYS } from './keys.ts';
import { fromHarbor, HARBOR_IGNORED } from './harbor.ts';
import { type FileValue, isMapping } from './tree.ts';

export interface ConfigFile {
  /** By the dotted path of keys.ts. */
  readonly values: ReadonlyMap<string, FileValue>;
  readonly warnings: readonly string[];
}

/** More than any real file; a limit so that a wrong path does not fill the memory. */
const MAX_BYTES = 1024 * 1024;

const KNOWN: ReadonlySet<string> = new Set(Object.values(KEYS).flatMap((key) => ('path' in key ? [key.path] : [])));

/**
 * Reads berth.yml, or a harbor.yml as it is: Harbor's names are translated, and those that mean nothing here are named in a warning.
 * Throws {@link ConfigError} for a file that cannot be read or is not a YAML mapping.
 */
export function readConfigFile(path: string): ConfigFile {
  const tree = parse(path);
  const values = new Map<string, FileValue>();
  const warnings: string[] = [];
  const harbor = fromHarbor(tree, path);
  for (const [name, value] of harbor.values) values.set(name, value);
  warnings.push(...harbor.warnings);
  const seen = new Set<(typeof HARBOR_IGNORED)[number]>();
  for (const [name, value] of leaves(tree, '')) {
    if (value === null || value === '') continue;
    if (KNOWN.has(name)) {
      values.set(name, { value, label: `${name} in ${path}` });
    } else if (!harbor.used.has(name)) {
      const ignored = HARBOR_IGNORED.find(([prefix]) => name === prefix || name.startsWith(`${prefix}.`));
      if (ignored !== undefined) seen.add(ignored);
      else warnings.push(`${name} in ${path} is not a setting that Berth knows; it was ignored. Look for a misspelling.`);
    }
  }
  if (seen.size > 0) {
    const listed = [...seen].map(([prefix, why]) => `${prefix} (${why})`).join('; ');
    warnings.push(`${path} holds settings of Harbor that Berth does not need; they were ignored: ${listed}.`);
  }
  return { values, warnings };
}

function parse(path: string): Record<string, unknown> {
  let source: string;
  try {
    if (statSync(path).size > MAX_BYTES) throw new ConfigError([`${path} is larger than 1 MiB and cannot be a configuration file.`]);
    source = readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError([`The configuration file ${path} cannot be read: ${(error as Error).message}.`]);
  }
  const document = parseDocument(source, { prettyErrors: true });
  const [error] = document.errors;
  if (error !== undefined) throw new ConfigError([`${path} is not valid YAML: ${error.message.split('\n')[0] ?? ''}`]);
  const tree: unknown = document.toJS({ maxAliasCount: 50 });
  if (tree === null || tree === undefined) return {};
  if (!isMapping(tree)) throw new ConfigError([`${path} must hold settings as "name: value" lines.`]);
  return tree;
}

/** Every scalar or list with its dotted path. */
function* leaves(tree: Record<string, unknown>, prefix: string): Generator<[string, unknown]> {
  for (const [name, value] of Object.entries(tree)) {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (isMapping(value) && !KNOWN.has(path)) yield* leaves(value, path);
    else yield [path, value];
  }
}
