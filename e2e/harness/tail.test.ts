import { expect, test } from 'vitest';
import { Tail } from './tail.ts';

test('keeps the end of what was added, whatever came before', () => {
  const tail = new Tail(4);
  expect(tail.text).toBe('');
  tail.add('ab');
  expect(tail.text).toBe('ab');
  for (const letter of 'cdefghijklmnop') {
    tail.add(letter);
    expect(tail.text.endsWith(letter)).toBe(true);
    expect(tail.text.length).toBeLessThanOrEqual(4);
  }
  expect(tail.text).toBe('mnop');
  tail.add('a longer text than all');
  expect(tail.text).toBe(' all');
});
