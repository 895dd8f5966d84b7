import { describe, expect, it } from 'vitest';
import { type Pushes, type PushStep, rateOf, savedBytes, sentBytes, withCommit, withStep } from './pushes.ts';

const step = (more: Partial<PushStep>, second = 0): PushStep => ({
  ...{ repository: 'team/app', part: 'one', state: 'uploading', actor: 'ada', time: new Date(second * 1000).toISOString() },
  ...more,
});
const all = (...steps: PushStep[]): Pushes => steps.reduce<Pushes>(withStep, []);

describe('a push that is watched', () => {
  it('is its parts as they are now, with what was sent and what was saved', () => {
    const [push] = all(
      step({ bytes: 10 }),
      step({ part: 'sha256:b', digest: 'sha256:b', state: 'mounted', bytes: 240 }),
      step({ part: 'sha256:c', digest: 'sha256:c', state: 'present', bytes: 60 }),
      step({ bytes: 110 }, 2),
    );
    expect(push?.parts.map(({ state, bytes }) => `${state} ${bytes}`)).toEqual(['uploading 110', 'mounted 240', 'present 60']);
    expect(push && [sentBytes(push), savedBytes(push)]).toEqual([110, 300]);
    expect(push?.parts.map(rateOf)).toEqual([50, undefined, undefined]);
  });

  it('does not count as saved what it sent itself', () => {
    const [push] = all(
      step({ state: 'stored', digest: 'sha256:a', bytes: 100 }),
      step({ part: 'sha256:a', digest: 'sha256:a', state: 'present', bytes: 100 }),
    );
    expect(push && [push.parts.length, savedBytes(push)]).toEqual([1, 0]);
  });

  it('ends with what was accepted, or with the sentence of the refusal', () => {
    const refused = all(step({ part: 'v1', state: 'refused', problem: 'Nothing was stored.' }));
    expect(refused[0]).toMatchObject({ refused: 'Nothing was stored.', parts: [] });
    const time = new Date(1000).toISOString();
    const accepted = withCommit(refused, {
      kind: 'manifest pushed',
      repository: 'team/app',
      tag: 'v1',
      digest: 'sha256:d',
      actor: 'ada',
      time,
    });
    expect(accepted[0]).toMatchObject({ refused: undefined, accepted: ['v1'] });
    expect(withCommit(accepted, { kind: 'tag deleted', repository: 'team/app', actor: 'ada', time })).toBe(accepted);
  });

  it('is another one after a silence, by another person, or elsewhere', () => {
    expect(all(step({}), step({ part: 'two' }, 31))[0]?.parts).toHaveLength(1);
    expect(all(step({}), step({ actor: 'bob' }), step({ repository: 'team/other' }))).toHaveLength(3);
  });
});
