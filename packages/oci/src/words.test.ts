import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestOfBytes, digestSoFar, parseDigest, parseDigestAlgorithm, startHash } from './digest.ts';
import { OciError } from './errors.ts';
import { bareMediaType } from './media-types.ts';
import { parseReference, parseTag } from './reference.ts';
import { parseProjectName, parseRepositoryName, projectOf } from './repository-name.ts';

function codeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof OciError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('digests', () => {
  const hex = createHash('sha256').update('x').digest('hex');
  it.each([
    '',
    'sha256',
    'sha256:',
    `sha256:${hex.slice(1)}`,
    `sha256:${hex}0`,
    `sha256:${hex.toUpperCase()}`,
    `SHA256:${hex}`,
    `md5:${hex.slice(32)}`,
    `sha512:${hex}`,
    ` sha256:${hex}`,
    `sha256:${hex}\n`,
    `sha256:${hex.slice(1)}g`,
  ])('refuses %j', (text) => {
    expect(codeOf(() => parseDigest(text))).toBe('DIGEST_INVALID');
  });

  it('accepts both algorithms and hashes with them', () => {
    expect(parseDigest(`sha256:${hex}`)).toBe(digestOfBytes(Buffer.from('x')));
    expect(digestOfBytes(Buffer.from('x'), 'sha512')).toBe(`sha512:${createHash('sha512').update('x').digest('hex')}`);
    expect(codeOf(() => parseDigestAlgorithm('sha384'))).toBe('DIGEST_INVALID');
  });

  it('tells the digest so far and goes on', () => {
    const hash = startHash('sha256').update('a');
    expect(digestSoFar(hash, 'sha256')).toBe(digestOfBytes(Buffer.from('a')));
    expect(digestSoFar(hash.update('b'), 'sha256')).toBe(digestOfBytes(Buffer.from('ab')));
  });
});

describe('names', () => {
  it.each(['a/b', 'project/path/to/app', 'p/a.b_c__d---e', 'p/blobs/uploads', `p/${'a'.repeat(253)}`])('accepts %s', (name) => {
    expect(parseRepositoryName(name)).toBe(name);
  });

  it.each([
    '',
    '/',
    'a/',
    '/a',
    'a//b',
    'A/b',
    'a/B',
    'a/.b',
    'a/b.',
    'a/..',
    'a/b___c',
    'a/b..c',
    'a/b\0',
    'a/b c',
    'a/é',
    `p/${'a'.repeat(254)}`,
    'a--b/c',
  ])('refuses %j', (name) => {
    expect(codeOf(() => parseRepositoryName(name))).toBe('NAME_INVALID');
  });

  it('says where to push instead when the project is missing', () => {
    expect(() => parseRepositoryName('app')).toThrow('<host>/<project>/app');
  });

  it('knows the project', () => {
    expect(projectOf(parseRepositoryName('library/a/b'))).toBe('library');
    expect(codeOf(() => parseProjectName('a__b'))).toBe('NAME_INVALID');
  });

  it('reads a long hostile name without backtracking for ever', () => {
    expect(codeOf(() => parseRepositoryName(`p/${'a-'.repeat(126)}`))).toBe('NAME_INVALID');
  });
});

describe('references', () => {
  it.each(['latest', '_a', '1', 'A.b-c_d', 'x'.repeat(128)])('accepts the tag %s', (tag) => {
    expect(parseReference(tag)).toEqual({ kind: 'tag', tag });
  });

  it.each(['', '.a', '-a', 'a/b', 'a b', 'ä', 'a\0', 'a\n', 'x'.repeat(129)])('refuses the tag %j', (tag) => {
    expect(codeOf(() => parseTag(tag))).toBe('TAG_INVALID');
  });

  it('takes what has a colon for a digest', () => {
    expect(codeOf(() => parseReference('sha256:bad'))).toBe('DIGEST_INVALID');
  });
});

it('strips parameters of media types', () => {
  expect(bareMediaType(' Application/JSON ; charset=utf-8')).toBe('application/json');
  expect(bareMediaType(undefined)).toBe('');
});
