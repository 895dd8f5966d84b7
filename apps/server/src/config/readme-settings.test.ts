import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { KEYS, type Key } from './keys.ts';

/** Rows of the table of settings: names in the environment, and in berth.yml. */
const ROWS = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| `BERTH_'))
  .map((line) => line.split('|').slice(1, 3).map(namesIn));

/** A name in backticks that begins with a sign stands for the one before it with another ending. */
function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
}

function endings(names: readonly string[]): string[] {
  const [first = '', ...rest] = names;
  const stem = first.replace(/[._][^._]+$/, '');
  return [first, ...rest.flatMap((name) => (/^[._]/.test(name) ? [first + name, stem + name, `${stem}.${name}`] : [name]))];
}

it.each(Object.values<Key>(KEYS).map((key) => [key.env, key] as const))('README.md tells of %s', (env, { path }) => {
  const row = ROWS.find(([variables = []]) => endings(variables).includes(env));
  expect(row).toBeDefined();
  const paths = endings(row?.[1] ?? []);
  if (path !== undefined)
    expect(
      paths.some((told) => (told.endsWith('*') ? path.startsWith(told.slice(0, -1)) : told === path)),
      path,
    ).toBe(true);
});

it('README.md tells of no setting that is gone', () => {
  const known = new Set(['BERTH_CONFIG', ...Object.values<Key>(KEYS).map(({ env }) => env)]);
  const told = ROWS.flatMap(([variables = []]) => variables.filter((name) => name.startsWith('BERTH_')));
  expect(told.filter((name) => !known.has(name))).toEqual([]);
});
