import { describe, expect, it } from 'vitest';
import { SealBrokenError, Sealer } from './sealing.ts';

const secret = Buffer.from('a secret of some length');

describe('Sealer', () => {
  const sealer = new Sealer(Buffer.alloc(32, 1), 'tests');
  const sealed = sealer.seal(secret, 'here');

  it('opens what it sealed, and never seals twice alike', () => {
    expect(sealer.open(sealed, 'here')).toEqual(secret);
    expect(sealer.seal(secret, 'here').equals(sealed)).toBe(false);
    expect(sealed.includes(secret)).toBe(false);
  });

  it('opens nowhere else, for no other purpose and under no other master key', () => {
    expect(() => sealer.open(sealed, 'there')).toThrow(SealBrokenError);
    expect(() => new Sealer(Buffer.alloc(32, 1), 'others').open(sealed, 'here')).toThrow(SealBrokenError);
    expect(() => new Sealer(Buffer.alloc(32, 2), 'tests').open(sealed, 'here')).toThrow(SealBrokenError);
  });

  it('notices every changed and every missing byte', () => {
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(() => sealer.open(changed, 'here')).toThrow(SealBrokenError);
      expect(() => sealer.open(sealed.subarray(0, index), 'here')).toThrow(SealBrokenError);
    }
  });

  it('takes a master key of 32 bytes only', () => {
    expect(() => new Sealer(Buffer.alloc(16), 'tests')).toThrow('32 bytes');
  });
});
