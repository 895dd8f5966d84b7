import type { Digest, Reference, RepositoryName, Tag } from '@berth/oci';
import { describe, expect, it } from 'vitest';
import type { PullCount, PushCount } from '../ports/traffic.ts';
import { TrafficTally } from './traffic-tally.ts';

const REPOSITORY = 'team/app' as RepositoryName;
const DIGEST = `sha256:${'a'.repeat(64)}` as Digest;
const TAG: Reference = { kind: 'tag', tag: 'v1' as Tag };

function tally() {
  const written: { pulls: readonly PullCount[]; pushes: readonly PushCount[] }[] = [];
  const troubles: unknown[] = [];
  const state = { fail: false };
  const traffic = {
    async add(pulls: readonly PullCount[], pushes: readonly PushCount[]): Promise<void> {
      if (state.fail) throw new Error('no database');
      written.push({ pulls, pushes });
    },
  };
  return { written, troubles, state, under: new TrafficTally(traffic, { report: (error) => troubles.push(error), flushMs: 3_600_000 }) };
}

describe('TrafficTally', () => {
  it('gathers equal pulls, and writes nothing when there is nothing', async () => {
    const { written, under } = tally();
    await under.flush();
    for (let n = 0; n < 1000; n += 1) under.pulled(REPOSITORY, TAG, DIGEST);
    under.pulled(REPOSITORY, { kind: 'digest', digest: DIGEST }, DIGEST);
    under.pushed(REPOSITORY);
    await under.close();
    expect(written).toHaveLength(1);
    expect(written[0]?.pulls.map(({ repository, digest, tag, count }) => [repository, digest, tag, count])).toEqual([
      [REPOSITORY, DIGEST, 'v1', 1000],
      [REPOSITORY, DIGEST, undefined, 1],
    ]);
    expect(written[0]?.pushes).toMatchObject([{ repository: REPOSITORY, count: 1 }]);
  });

  it('keeps what could not be written, and tells of it', async () => {
    const { written, troubles, state, under } = tally();
    under.pulled(REPOSITORY, TAG, DIGEST);
    state.fail = true;
    await under.flush();
    under.pulled(REPOSITORY, TAG, DIGEST);
    state.fail = false;
    await under.close();
    expect(troubles).toHaveLength(1);
    expect(written.flatMap(({ pulls }) => pulls.map(({ count }) => count))).toEqual([2]);
  });

  it('writes at once when there are very many names', async () => {
    const { written, under } = tally();
    for (let n = 0; n < 10_000; n += 1) under.pulled(`team/r${n}` as RepositoryName, TAG, DIGEST);
    await new Promise((resolve) => setImmediate(resolve));
    under.pulled(REPOSITORY, TAG, DIGEST);
    await under.close();
    expect(written.map(({ pulls }) => pulls.length)).toEqual([10_000, 1]);
  });
});
