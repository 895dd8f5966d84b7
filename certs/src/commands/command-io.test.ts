import { PassThrough } from 'node:stream';
import { expect, test, vi } from 'vitest';
import { type CommandIo, processIo, withSpinner } from './command-io.ts';

test('a terminal without a width gets a line instead of a spinner that never ends', async () => {
  vi.stubEnv('CI', '');
  const stderr = Object.assign(new PassThrough(), { isTTY: true, columns: 0 });
  const io: CommandIo = { ...processIo(), ...{ interactive: true, stderr } };
  expect(await withSpinner(io, 'Making the CA', () => Promise.resolve(7))).toBe(7);
  expect(String(stderr.read())).toBe('Making the CA ...\n');
  vi.unstubAllEnvs();
});
