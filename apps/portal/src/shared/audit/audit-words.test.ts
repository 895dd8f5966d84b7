import { OPERATIONS } from '@berth/api-contract';
import { expect, it } from 'vitest';
import { auditedTexts as english } from '../i18n/en/audited.ts';
import { auditedTexts as chinese } from '../i18n/zh/audited.ts';
import { fill } from '../i18n/fill.ts';
import type { Translate } from '../i18n/i18n.ts';
import { eventInWords, statusInWords } from './audit-words.ts';

const speak =
  (language: string, texts: Readonly<Record<string, string>>): Translate =>
  (key, values = {}) =>
    fill(texts, key, { language, values });
const en = speak('en', english);
const zh = speak('zh', chinese);

it('says what was done in both languages', () => {
  const event = { operation: 'delete', resource_type: 'tag' };
  expect(eventInWords(en, event)).toBe('deleted · tag');
  expect(eventInWords(zh, event)).toBe('删除 · 标签');
});

it('shows a word that it does not know as the log has it', () => {
  expect(eventInWords(en, { operation: 'mirror', resource_type: 'moon' })).toBe('mirror · moon');
  expect(statusInWords(en, 418)).toBeUndefined();
  expect(statusInWords(en, 503)).toBe(statusInWords(en, 500));
});

it('has a word for what people change most, as the API calls it', () => {
  const tags = new Set<string>(Object.values(OPERATIONS).map(({ tag }) => tag.toLowerCase()));
  for (const type of [
    'artifact',
    'certificate',
    'label',
    'member',
    'project',
    'quota',
    'repository',
    'robot',
    'role',
    'user',
    'usergroup',
  ]) {
    expect(tags).toContain(type);
    expect(english).toHaveProperty([`audited.type.${type}`]);
  }
});
