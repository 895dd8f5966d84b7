import { describe, expect, it } from 'vitest';
import { fill } from './fill.ts';

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
