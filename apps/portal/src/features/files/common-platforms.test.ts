import { expect, it } from 'vitest';
import { chosenPlatform, type ComparedSide, commonPlatforms } from './common-platforms.ts';

const index = (...platforms: string[]): ComparedSide => ({ isIndex: true, platforms });
const image = (platform: string): ComparedSide => ({ isIndex: false, platforms: [platform] });

it('offers what both indexes have, and of one index everything', () => {
  expect(commonPlatforms(index('linux/386', 'linux/amd64', 'linux/arm64'), index('linux/arm64', 'linux/amd64'))).toEqual([
    'linux/amd64',
    'linux/arm64',
  ]);
  expect(commonPlatforms(image('linux/s390x'), index('linux/amd64', 'linux/arm64'))).toEqual(['linux/amd64', 'linux/arm64']);
  expect(commonPlatforms(image('linux/amd64'), image('linux/arm64'))).toEqual([]);
  expect(commonPlatforms(index('linux/amd64'), index('linux/arm64'))).toEqual([]);
});

it('takes the platform that is wanted only where it can be had', () => {
  const [from, to] = [index('linux/386', 'linux/amd64', 'linux/arm64'), index('linux/arm64', 'linux/amd64')];
  expect(chosenPlatform(from, to, 'linux/arm64')).toBe('linux/arm64');
  expect(chosenPlatform(from, to, 'linux/386')).toBe('linux/amd64');
  expect(chosenPlatform(index('linux/386', 'linux/arm64'), to, undefined)).toBe('linux/arm64');
  expect(chosenPlatform(index('linux/amd64'), index('linux/arm64'), 'linux/arm64')).toBeUndefined();
});

it('compares an image that stands alone with the one of its own platform', () => {
  expect(chosenPlatform(image('linux/arm64'), index('linux/amd64', 'linux/arm64'), undefined)).toBe('linux/arm64');
  expect(chosenPlatform(index('linux/amd64', 'linux/arm64'), image('linux/arm64'), 'linux/amd64')).toBe('linux/amd64');
  expect(chosenPlatform(image('linux/amd64'), image('linux/arm64'), 'linux/arm64')).toBeUndefined();
});
