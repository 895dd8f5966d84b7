import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { texts as first } from './en.ts';
import { PARTS, type TextPart } from './parts.ts';
import { texts as firstChinese } from './zh.ts';

const SOURCE = fileURLToPath(new URL('../..', import.meta.url));
/** English of these is the server's own; `refusals.test.ts` and `api-words.test.ts` are about them. */
const TOLD_BY_SERVER: readonly TextPart[] = ['refusals', 'apiReference'];
const names = (Object.keys(PARTS) as TextPart[]).filter((name) => !TOLD_BY_SERVER.includes(name));
const english = new Map<string, Readonly<Record<string, string>>>([['first', first]]);
for (const name of names) english.set(name, await PARTS[name].en());

/** Key, or the plural key that its forms stand for -> the part that has it. */
const partOfKey = new Map<string, string>();
for (const [part, texts] of english)
  for (const key of Object.keys(texts)) partOfKey.set(key, part).set(key.replace(/_(one|other)$/, ''), part);

const places = (text: string): string[] => [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? ''))].sort();

describe('the texts', () => {
  it.each(['first', ...names])('of %s are the same keys in both languages, none empty, with the same places to fill', async (part) => {
    const en: Readonly<Record<string, string>> = english.get(part) ?? {};
    const zh: Readonly<Record<string, string>> = part === 'first' ? firstChinese : await PARTS[part as TextPart].zh();
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
    for (const [key, text] of Object.entries(en)) {
      expect(text.trim(), key).not.toBe('');
      expect(zh[key]?.trim(), key).not.toBe('');
      expect(places(zh[key] ?? ''), key).toEqual(places(text));
    }
  });

  it('have every key once, and both plural forms where they have one', () => {
    const keys = [...english.values()].flatMap((texts) => Object.keys(texts));
    expect(keys.filter((key, index) => keys.indexOf(key) !== index)).toEqual([]);
    for (const key of keys.filter((key) => /_(one|other)$/.test(key)))
      expect(keys, key).toContain(key.replace(/_(one|other)$/, key.endsWith('_one') ? '_other' : '_one'));
  });
});

it('every text is used somewhere', () => {
  const source = sources()
    .map(({ text }) => text)
    .join('\n');
  const quoted = new Set([...source.matchAll(/'([\w.-]+)'/g)].map(([, word]) => word ?? ''));
  // `run.${state}` uses whatever fits.
  const made = [...source.matchAll(/`([\w.-]+)\$\{[^}]*\}([\w.-]*)`/g)].map(([, start = '', end = '']) => ({ start, end }));
  const isUsed = (key: string): boolean => quoted.has(key) || made.some(({ start, end }) => key.startsWith(start) && key.endsWith(end));
  const dead = [...english.values()]
    .flatMap((texts) => Object.keys(texts))
    .filter((key) => !isUsed(key) && !isUsed(key.replace(/_(one|other)$/, '')));
  expect(dead).toEqual([]);
});

describe('a page', () => {
  it('loads the parts of every text that it uses', () => {
    const lacking = usedKeys().filter(({ key, parts }) => !parts.includes(partOfKey.get(key) ?? ''));
    expect(lacking.map(({ file, key }) => `${file}: ${key} of the part ${partOfKey.get(key)}`)).toEqual([]);
  });
});

/** Every key that stands in the source, with the parts that are loaded where it is used: app/ and shared/ have the first texts only. */
function usedKeys(): { file: string; key: string; parts: readonly string[] }[] {
  const loaded = loadedByFeature();
  return sources().flatMap(({ file, text }) => {
    const feature = /^features\/([\w-]+)\//.exec(file)?.[1];
    const parts = ['first', ...(feature === undefined ? [] : (loaded.get(feature) ?? []))];
    const quoted = [...text.matchAll(/'([\w.-]+)'/g)].map(([, word]) => word ?? '');
    return quoted.filter((word) => word.includes('.') && partOfKey.has(word)).map((key) => ({ file, key, parts }));
  });
}

/** What uses texts: everything but tests and the texts themselves. */
function sources(): { file: string; text: string }[] {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !/\.test\.ts$/.test(file) && !/i18n\/(en|zh)\b/.test(file))
    .map((file) => ({ file, text: readFileSync(join(SOURCE, file), 'utf8') }));
}

/** From the routes and the frame: what every page of a feature loads. */
function loadedByFeature(): ReadonlyMap<string, readonly string[]> {
  const folder = join(SOURCE, 'app');
  const routes = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  const loaded = new Map<string, readonly string[]>();
  for (const [, list = '', feature = ''] of routes.matchAll(
    /pageComponent\(\s*\[([^\]]*)\],\s*\(\) => import\('\.\.\/\.\.\/features\/([\w-]+)\//g,
  )) {
    const parts = [...list.matchAll(/'(\w+)'/g)].map(([, part]) => part ?? '');
    const before = loaded.get(feature);
    loaded.set(feature, before === undefined ? parts : before.filter((part) => parts.includes(part)));
  }
  return loaded;
}
