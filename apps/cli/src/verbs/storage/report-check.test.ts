import { afterEach, expect, it, vi } from 'vitest';
import { reportCheck } from './report-check.ts';

type Work = Parameters<typeof reportCheck>[1];
type Problem = Parameters<Parameters<Work>[0]['found']>[0];

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

async function said(problem: Problem, json = false): Promise<{ out: string; err: string }> {
  const texts = { out: '', err: '' };
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => ((texts.out += String(text)), true));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((texts.err += String(text)), true));
  await reportCheck(json, async ({ found }) => {
    found(problem);
    return { objects: 1, bytes: 1, problems: 1 };
  });
  expect(process.exitCode).toBe(1);
  return texts;
}

const UNREADABLE: Problem = { problem: 'unreadable', digest: 'sha256:aa', key: 'k1', done: 'reported' };

it('tells which object cannot be read, and how to give it up', async () => {
  const { out, err } = await said(UNREADABLE);
  expect(out).toBe('sha256:aa: unreadable (reported, key k1)\n');
  expect(err).toMatch(/delete its object.*fsck --mend/s);
});

it('gives that advice for nothing else, and not in JSON', async () => {
  expect((await said({ ...UNREADABLE, problem: 'wrong content', done: 'quarantined' })).err).not.toContain('fsck --mend');
  const { out, err } = await said(UNREADABLE, true);
  expect([JSON.parse(out.split('\n')[0] ?? ''), err]).toEqual([UNREADABLE, '']);
});
