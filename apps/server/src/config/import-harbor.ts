import { Document } from 'yaml';
import { ConfigError } from './config-error.ts';
import { readConfigFile } from './config-file.ts';
import { KEYS } from './keys.ts';

export interface ImportedConfig {
  /** The text of a berth.yml. May hold secrets. */
  readonly text: string;
  /** Sentences: what was left out and why. */
  readonly warnings: readonly string[];
}

const SECRET: ReadonlySet<string> = new Set(Object.values(KEYS).flatMap((key) => ('path' in key && 'secret' in key ? [key.path] : [])));
/** Harbor's well-known first password is none of ours. */
const EXAMPLE_PASSWORD = 'Harbor12345';

/**
 * Translates a harbor.yml into a berth.yml. The data directory is left out on purpose: what Harbor keeps there is Harbor's, and Berth refuses to
 * share it. Throws {@link ConfigError} with every value that cannot be used.
 */
export function importHarborConfig(path: string): ImportedConfig {
  const { values, warnings } = readConfigFile(path);
  const notes = [...warnings];
  const problems: string[] = [];
  const document = new Document({});
  document.commentBefore = ` Made from ${path}. See the table of settings in Berth's README.`;
  for (const [name, { value, label }] of [...values].sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (name === 'data_volume') {
      notes.push(`${label} was left out: Harbor's files are of no use to Berth. Set data_volume to a directory of Berth's own.`);
      continue;
    }
    if (name === 'harbor_admin_password' && value === EXAMPLE_PASSWORD) {
      notes.push(`${label} is Harbor's well-known default; it was left out, and Berth makes a password at its first start.`);
      continue;
    }
    const key = Object.values(KEYS).find((each) => 'path' in each && each.path === name);
    if (key !== undefined && !key.schema.safeParse(value).success) {
      problems.push(`${label} is ${SECRET.has(name) ? 'not usable' : JSON.stringify(value)}: ${key.right}.`);
      continue;
    }
    document.setIn(name.split('.'), value);
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return { text: document.toString(), warnings: notes };
}
