import { expect, it } from 'vitest';
import { conditionsOf, parseAuditSearch } from './audit-search.ts';

it('drops what makes no sense in an address', () => {
  expect(parseAuditSearch({ who: '', on: ['a'], result: 'maybe', from: '2026-13-99', to: 'yesterday', page: 3 })).toEqual({});
  expect(parseAuditSearch({ who: 42, result: 'denied', from: '2026-11-01' })).toEqual({ who: '42', result: 'denied', from: '2026-11-01' });
});

it('asks the API for each filter, the last day of the range with its evening', () => {
  expect(conditionsOf({})).toBeUndefined();
  expect(conditionsOf({ who: 'ada', on: 'team/app', action: 'delete', type: 'tag', result: 'denied' })).toBe(
    'username=~ada,resource=~team/app,operation=delete,resource_type=tag,operation_result=false',
  );
  expect(conditionsOf({ from: '2026-11-01', to: '2026-11-02' })).toBe('op_time=[2026-11-01~2026-11-02T23:59:59.999Z]');
  expect(conditionsOf({ from: '2026-11-01' })).toBe('op_time=[2026-11-01~]');
});

it('lets nobody add a condition by what is typed', () => {
  expect(conditionsOf({ who: 'a,operation=delete' })).toBe('username=~a operation delete');
  expect(conditionsOf({ who: ' , ' })).toBeUndefined();
});
