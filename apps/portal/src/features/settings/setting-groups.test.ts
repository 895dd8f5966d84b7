import { CONFIGURATION_KEYS } from '@berth/api-contract';
import { expect, it } from 'vitest';
import { isKnown, numberTyped, problemOf, typedNumber } from './setting-groups.ts';

it('shows every setting that can be changed, with a text of its own', () => {
  const editable = Object.entries(CONFIGURATION_KEYS).filter(([, key]) => key.editable);
  expect(editable.map(([name]) => name).filter((name) => !isKnown(name))).toEqual([]);
});

it('tells what the server would not take', () => {
  expect(problemOf('session_timeout', 60)).toBeUndefined();
  expect(problemOf('session_timeout', 0)).not.toBeUndefined();
  expect(problemOf('session_timeout', Number.NaN)).not.toBeUndefined();
  expect(problemOf('robot_name_prefix', 'no blanks')?.rule).toBe('robot-prefix');
  expect(problemOf('storage_per_project', 0)?.rule).toBe('limit-or-none');
});

it('takes quotas in GiB, and -1 for none', () => {
  expect(numberTyped('storage_per_project', '1.5')).toBe(1_610_612_736);
  expect(typedNumber('storage_per_project', 1_610_612_736)).toBe('1.5');
  expect(numberTyped('storage_per_project', '-1')).toBe(-1);
  expect(numberTyped('session_timeout', '30')).toBe(30);
  expect(numberTyped('session_timeout', ' ')).toBeNaN();
});
