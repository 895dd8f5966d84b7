import { expect, it } from 'vitest';
import { deleteTags } from './delete-tags.ts';

const TAGS = Array.from({ length: 50 }, (_, index) => `v${index}`);
const never = new AbortController().signal;

it('deletes every tag once, a few at a time, and tells how far it is', async () => {
  const [asked, counts]: [string[], number[]] = [[], []];
  let [busy, most] = [0, 0];
  const remove = async (tag: string): Promise<void> => {
    asked.push(tag);
    busy += 1;
    most = Math.max(most, busy);
    await Promise.resolve();
    busy -= 1;
  };
  const { gone, refused } = await deleteTags(TAGS, remove, { onGone: (count) => counts.push(count), signal: never });
  expect([asked, [...gone].sort(), refused]).toEqual([TAGS, [...TAGS].sort(), undefined]);
  expect(counts).toEqual(TAGS.map((_, index) => index + 1));
  expect(most).toBe(4);
});

it('begins no other after a refusal, and tells what is gone', async () => {
  const asked: string[] = [];
  const remove = async (tag: string): Promise<void> => {
    asked.push(tag);
    if (tag === 'v10') throw new Error('It is immutable.');
  };
  const { gone, refused } = await deleteTags(TAGS, remove, { onGone: () => undefined, signal: never });
  expect(refused?.message).toBe('It is immutable.');
  expect(asked.length).toBeLessThan(16);
  expect([...gone].sort()).toEqual(asked.filter((tag) => tag !== 'v10').sort());
});

it('begins no other when nobody wants it any more', async () => {
  const ends = new AbortController();
  const onGone = (count: number): void => (count === 5 ? ends.abort() : undefined);
  const { gone, refused } = await deleteTags(TAGS, async () => undefined, { onGone, signal: ends.signal });
  expect([gone.length < 10, refused]).toEqual([true, undefined]);
});
