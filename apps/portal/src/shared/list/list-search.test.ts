import { expect, it } from 'vitest';
import { conditionValue, parseListSearch } from './list-search.ts';

it('drops what makes no sense in an address', () => {
  expect(parseListSearch({ page: '-1', filter: { a: 1 }, sort: 'name;drop' })).toEqual({});
  expect(parseListSearch({ page: 1, filter: '', sort: 7 })).toEqual({});
  expect(parseListSearch({ page: 1.5 })).toEqual({});
});

it('keeps what does, a filter of digits too', () => {
  expect(parseListSearch({ page: 3, filter: 2024, sort: '-push_time' })).toEqual({ page: 3, filter: '2024', sort: '-push_time' });
});

it('takes out of a condition what would end it', () => {
  expect(conditionValue('a,public=true')).toBe('a public true');
  expect(conditionValue(' v1.* ')).toBe('v1.*');
});
