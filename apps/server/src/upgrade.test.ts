import { describe, expect, it } from 'vitest';
import { planOf } from './upgrade.ts';

const KNOWN = ['0001', '0002', '0010'];

describe('what an upgrade would do', () => {
  it.each([
    ['nothing there', [], { schema: 'new', pending: KNOWN, unknown: [] }],
    ['up to date', KNOWN, { schema: 'current', pending: [], unknown: [] }],
    ['behind', ['0001'], { schema: 'older', pending: ['0002', '0010'], unknown: [] }],
    ['ahead', [...KNOWN, '0011'], { schema: 'newer', pending: [], unknown: ['0011'] }],
    ['of another program', ['0001', 'x'], { schema: 'foreign', pending: [], unknown: ['x'] }],
    ['in another order', ['0002', '0001'], { schema: 'foreign', pending: [], unknown: ['0002', '0001'] }],
  ] as const)('%s', (_what, applied, expected) => expect(planOf(applied, KNOWN)).toMatchObject(expected));
});
