import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BackupError } from './backup-error.ts';
import { Envelopes } from './envelope.ts';

const CONTENT = Buffer.from('{"some":"content"}');

describe.each([
  ['encrypted', randomBytes(32)],
  ['plain', undefined],
])('an object that is %s', (_, key) => {
  const envelopes = new Envelopes(key);
  const sealed = envelopes.seal('backups/1/contents', CONTENT);

  it('opens under its name, also when it is empty', () => {
    expect(envelopes.open('backups/1/contents', sealed)).toEqual(CONTENT);
    expect(envelopes.open('n', envelopes.seal('n', Buffer.alloc(0)))).toEqual(Buffer.alloc(0));
  });

  it('does not open with any byte altered, cut or added, under another name, or when it is missing', () => {
    for (let at = 0; at < sealed.length; at += 1) {
      const altered = Buffer.from(sealed);
      altered[at] = (altered[at] ?? 0) ^ 1;
      expect(() => envelopes.open('backups/1/contents', altered)).toThrow(BackupError);
      expect(() => envelopes.open('backups/1/contents', sealed.subarray(0, at))).toThrow(BackupError);
    }
    expect(() => envelopes.open('backups/1/contents', Buffer.concat([sealed, Buffer.of(0)]))).toThrow(BackupError);
    expect(() => envelopes.open('backups/2/contents', sealed)).toThrow(BackupError);
    expect(() => envelopes.open('backups/1/contents', undefined)).toThrow('missing');
  });

  it('does not open in a place of the other kind or with another key', () => {
    const other = new Envelopes(key === undefined ? randomBytes(32) : undefined);
    expect(() => other.open('backups/1/contents', sealed)).toThrow(BackupError);
    expect(() => envelopes.open('backups/1/contents', other.seal('backups/1/contents', CONTENT))).toThrow(BackupError);
    if (key !== undefined) expect(() => new Envelopes(randomBytes(32)).open('backups/1/contents', sealed)).toThrow(BackupError);
  });
});
