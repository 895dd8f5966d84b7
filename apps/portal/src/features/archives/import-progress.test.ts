import { expect, it } from 'vitest';
import { readProgress } from './import-progress.ts';

const line = (event: object): string => `${JSON.stringify(event)}\n`;
const READING = line({ event: 'reading', bytes: 1024, entries: 3 });
const BLOB = line({ event: 'blob', digest: 'sha256:aa', size: 9, existed: false });

it('counts what came, and leaves the line that is not whole', () => {
  expect(readProgress(READING + BLOB + BLOB + '{"event":"do')).toEqual({ read: 1024, blobs: 2, result: undefined, failure: undefined });
  expect(readProgress('')).toMatchObject({ read: 0, blobs: 0 });
});

it('ends with the result, or with the sentence why not', () => {
  const counts = { blobs_stored: 1, blobs_existing: 0, bytes_stored: 9, bytes_existing: 0 };
  const result = { images: [], ...counts, warnings: ['a'], warning_sentences: [{ message: 'a' }] };
  expect(readProgress(READING + line({ event: 'done', result })).result).toEqual(result);
  expect(readProgress(line({ event: 'failed', code: 'BAD_REQUEST', message: 'It is no tar.' })).failure?.message).toBe('It is no tar.');
});

it('does not take something else for progress', () => {
  expect(() => readProgress('<html>\n')).toThrow();
});
