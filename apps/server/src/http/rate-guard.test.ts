import { describe, expect, it } from 'vitest';
import { MINIMUM_RATE, RateGuard } from './rate-guard.ts';

function watch(): { guard: RateGuard; pass: (seconds: number) => void; cuts: () => number; transfer: ReturnType<RateGuard['watch']> } {
  let now = 0;
  let cuts = 0;
  const guard = new RateGuard(() => now);
  const transfer = guard.watch(() => {
    cuts += 1;
  });
  const pass = (seconds: number): void => {
    now += seconds * 1000;
    guard.tick();
  };
  return { guard, pass, cuts: () => cuts, transfer };
}

describe('the minimum rate', () => {
  it('cuts what stands still for a window, once', () => {
    const { pass, cuts } = watch();
    pass(59);
    expect(cuts()).toBe(0);
    pass(2);
    pass(120);
    expect(cuts()).toBe(1);
  });

  it('lets go on what is fast enough, and judges each window anew', () => {
    const { pass, cuts, transfer } = watch();
    for (let window = 0; window < 5; window += 1) {
      transfer.moved(61 * MINIMUM_RATE);
      pass(60);
    }
    expect(cuts()).toBe(0);
    transfer.moved(59 * MINIMUM_RATE);
    pass(60);
    expect(cuts()).toBe(1);
  });

  it('does not blame the other side for our waiting', () => {
    const { pass, cuts, transfer } = watch();
    transfer.oursToWait = true;
    pass(300);
    transfer.oursToWait = false;
    pass(59);
    expect(cuts()).toBe(0);
    pass(2);
    expect(cuts()).toBe(1);
  });

  it('gives a large write the time it needs at that rate', () => {
    const { pass, cuts, transfer } = watch();
    transfer.outstanding = 200 * MINIMUM_RATE;
    pass(190);
    expect(cuts()).toBe(0);
    pass(20);
    expect(cuts()).toBe(1);
  });

  it('forgets what has ended', () => {
    const { pass, cuts, transfer } = watch();
    transfer.end();
    pass(300);
    expect(cuts()).toBe(0);
  });
});
