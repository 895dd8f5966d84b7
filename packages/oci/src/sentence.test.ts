import { expect, it } from 'vitest';
import { followedBy, say } from './sentence.ts';

it('keeps its reason and what stands in its places', () => {
  const tag = 'v1';
  expect(say('tag-exists')`The tag ${{ tag }} exists ${{ times: 2 }} times: ${{ tag }}.`).toEqual({
    text: 'The tag v1 exists 2 times: v1.',
    reason: 'tag-exists',
    values: { tag: 'v1', times: 2 },
  });
});

it('is the same sentence with more after it', () => {
  const sentence = say('gone')`It is gone.`;
  expect(followedBy(sentence, ' Nothing was changed.')).toEqual({ ...sentence, text: 'It is gone. Nothing was changed.' });
});
