import { describe, expect, it } from 'vitest';
import { texts as en } from './en.ts';
import { fill } from './fill.ts';
import { texts as zh } from './zh.ts';

const places = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name ?? '').sort();

describe('the texts', () => {
  it('are the same keys in both languages, none empty, with the same places to fill', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
    for (const [key, text] of Object.entries(en)) {
      const other = zh[key as keyof typeof en];
      expect(text.trim(), key).not.toBe('');
      expect(other.trim(), key).not.toBe('');
      expect([...new Set(places(other))], key).toEqual([...new Set(places(text))]);
    }
  });

  it('have both plural forms where they have one', () => {
    const forms = Object.keys(en).filter((key) => /_(one|other)$/.test(key));
    for (const key of forms) expect(en, key).toHaveProperty([key.replace(/_(one|other)$/, key.endsWith('_one') ? '_other' : '_one')]);
  });
});

describe('fill', () => {
  const texts = { hello: 'Hello {{name}}, {{name}}', dogs_one: '{{count}} dog', dogs_other: '{{count}} dogs' };

  it('fills every place, and leaves nothing of one without a value', () => {
    expect(fill(texts, 'hello', { language: 'en', values: { name: 'Ada' } })).toBe('Hello Ada, Ada');
    expect(fill(texts, 'hello', { language: 'en', values: {} })).toBe('Hello , ');
  });

  it('does not fill what a value brings', () => {
    expect(fill(texts, 'hello', { language: 'en', values: { name: '{{name}}' } })).toBe('Hello {{name}}, {{name}}');
  });

  it('chooses the plural form by the language, and writes numbers as it does', () => {
    expect(fill(texts, 'dogs', { language: 'en', values: { count: 1 } })).toBe('1 dog');
    expect(fill(texts, 'dogs', { language: 'en', values: { count: 12_000 } })).toBe('12,000 dogs');
    expect(fill(texts, 'dogs', { language: 'zh', values: { count: 1 } })).toBe('1 dogs');
  });

  it('shows a key that has no text', () => {
    expect(fill(texts, 'nowhere', { language: 'en', values: {} })).toBe('nowhere');
  });
});
