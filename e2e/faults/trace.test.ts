import { describe, expect, it } from 'vitest';
import { parseTrace } from './trace.ts';

describe('parseTrace', () => {
  it('joins a call that another thread interrupted, and keeps both its ends', () => {
    const calls = parseTrace(['10 fsync(5</a> <unfinished ...>', '11 rename("/a", "/b") = 0', '10 <... fsync resumed>) = 0'].join('\n'));
    expect(calls.map(({ name, start, end, succeeded }) => ({ name, start, end, succeeded }))).toEqual([
      { name: 'fsync', start: 0, end: 2, succeeded: true },
      { name: 'rename', start: 1, end: 1, succeeded: true },
    ]);
  });
  it('tells a failed call from one that worked', () => {
    expect(parseTrace('10 fsync(5</a>) = -1 EIO (Input/output error)')[0]?.succeeded).toBe(false);
  });
  it('leaves out a call that never returned, and noise', () => {
    expect(parseTrace('10 fsync(5</a> <unfinished ...>\n10 +++ killed by SIGKILL +++\n\n')).toEqual([]);
  });
});
