import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { ApiError } from '../api/api-error.ts';
import { fill } from './fill.ts';
import type { Translate } from './i18n.ts';
import { namedRefusal, refusalInWords } from './refusals.ts';
import { refusalTexts } from './zh/refusals.ts';

/** Where sentences are written that the API may tell. */
const SOURCES = [
  'apps/server/src',
  ...['access', 'archives', 'database', 'oci', 'registry', 'tokens'].map((name) => `packages/${name}/src`),
];
const CHECKOUT = fileURLToPath(new URL('../../../../..', import.meta.url));
/** The certificate tool knows no `say`: its errors and warnings have names. */
const NAMED = /\breason: '(certificate-[^']+)'(?:,\s*values: \{([^}]*)\})?/g;
const TOOL = ['certs/src', 'apps/server/src/http/certificates'];
/** What of the tool serves the API. The rest are commands, which speak English as the server does. */
const BEHIND_THE_API = [
  ...['authority/authority-directory.ts', 'authority/ledger.ts', 'authority/revoke.ts', 'der.ts', 'files/read-input.ts'],
  ...['files/write-files.ts', 'issue/build-certificate.ts', 'issue/server-certificate.ts', 'issue/signing-request.ts'],
  ...['keys/private-key.ts', 'names/subject-name.ts', 'pem.ts', 'server/issue-with-key.ts', 'server/server-certificate-files.ts'],
  ...['server/sign-for-client.ts', 'x509/certificate-file.ts', 'x509/distinguished-name.ts', 'x509/provider.ts'],
  ...['x509/read-certificate.ts'],
].map((name) => `certs/src/${name}`);
/** `say('reason')`, and the sentence where it follows. */
const SAID = /\bsay\(\s*'([^']+)',?\s*\)(?:`((?:\\.|[^\\`])*)`)?/g;

const zh: Translate = (key, values = {}) => fill(refusalTexts, key, { language: 'zh', values });
const said = sentences();

it('finds the sentences in the sources', () => {
  expect(said.size).toBeGreaterThan(200);
  expect(said.get('tag-exists')).toEqual(new Set(['tag']));
});

it('has a Chinese text for every sentence, and none that nobody says', () => {
  const told = Object.keys(refusalTexts).filter((key) => key.startsWith('refused.'));
  // Of a body as a whole: `field` without a field.
  expect(told.toSorted()).toEqual([...said.keys(), 'body'].map((reason) => `refused.${reason}`).toSorted());
});

it('fills no place that the sentence does not have', () => {
  for (const [reason, places] of said) {
    if (reason === 'field') continue;
    const text = refusalTexts[`refused.${reason}`] ?? '';
    const used = [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name);
    expect(
      used.filter((name) => !places.has(name ?? '')),
      reason,
    ).toEqual([]);
  }
});

it('finds a name at every error of the certificate tool that the API may tell', () => {
  const nameless = [...BEHIND_THE_API, 'apps/server/src/http/certificates/certificate-service.ts'].flatMap((file) => {
    const source = readFileSync(join(CHECKOUT, file), 'utf8');
    return [...source.matchAll(/new Certificate(?:Usage)?Error\(/g)]
      .map(({ index }) => callFrom(source, index))
      .filter((call) => !call.includes('reason: '))
      .map((call) => `${file}: ${call}`);
  });
  expect(nameless).toEqual([]);
});

it('tells a refusal in the words of the reader, or the server’s where it has none', () => {
  const facts = { status: 409, code: 'CONFLICT' };
  const known = new ApiError('The tag v1 exists already.', { ...facts, reason: 'tag-exists', values: { tag: 'v1' } });
  expect(refusalInWords(zh, known)).toBe('此仓库已有标签 v1。未做任何更改。');
  expect(refusalInWords(zh, new ApiError('Of a later server.', { ...facts, reason: 'of-a-later-server' }))).toBe('Of a later server.');
  expect(refusalInWords(zh, new ApiError('Without a reason.', facts))).toBe('Without a reason.');
});

it('names the field and its rule', () => {
  const field = (values: Record<string, string | number>): string | undefined => namedRefusal(zh, { reason: 'field', values });
  expect(field({ field: 'hard.storage', rule: 'too-small', limit: -1 })).toBe('hard.storage 无法使用：不能小于 -1。未做任何更改。');
  expect(field({ field: '', rule: 'wrong-kind' })).toBe('请求体无法使用：类型不正确。未做任何更改。');
  expect(field({ field: 'name', rule: 'of-a-later-server' })).toBeUndefined();
});

/** Reason -> the names of its places. */
function sentences(): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const add = (reason: string, places: RegExpStringIterator<RegExpExecArray>): void => {
    found.set(reason, new Set([...(found.get(reason) ?? []), ...[...places].map(([, place]) => place ?? '')]));
  };
  for (const source of SOURCES.flatMap(sourcesIn))
    for (const [, reason = '', text = ''] of source.matchAll(SAID)) add(reason, text.matchAll(/\$\{\{\s*(\w+)/g));
  for (const source of TOOL.flatMap(sourcesIn))
    for (const [, reason = '', values = ''] of source.matchAll(NAMED)) add(reason, values.matchAll(/(\w+)(?=[,:]|\s*$)/g));
  return found;
}

/** The call that begins there, to its closing bracket: those within sentences come in pairs. */
function callFrom(source: string, start: number): string {
  let depth = 0;
  for (let at = source.indexOf('(', start); at < source.length; at += 1) {
    if (source[at] === '(') depth += 1;
    if (source[at] === ')') depth -= 1;
    if (depth === 0) return source.slice(start, at + 1);
  }
  return source.slice(start);
}

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(join(CHECKOUT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && !name.endsWith('sentence.ts'))
    .map((name) => readFileSync(join(CHECKOUT, folder, name), 'utf8'));
}
