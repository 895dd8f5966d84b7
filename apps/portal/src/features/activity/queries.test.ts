import { hashKey } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import { activityQuery, contentQuery } from './queries.ts';

it('no project is called so that its audit log is taken for something else', () => {
  const of = { page: 1, filter: '' };
  const keys = [activityQuery(undefined, of, false), activityQuery('content', of, false), contentQuery({ ...of, kind: undefined }, false)];
  expect(new Set(keys.map(({ queryKey }) => hashKey(queryKey))).size).toBe(3);
});
