import { constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { BUFFER_BYTES, BufferPool } from '../buffer-pool.ts';
import { systemCalls } from './disk-calls.ts';
import { FileReader } from './file-reader.ts';

test('a buffer that a read ahead still fills is not lent to anybody else', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'berth-reader-'));
  await writeFile(join(directory, 'object'), Buffer.alloc(4 * BUFFER_BYTES));
  const pool = new BufferPool(4);
  let reads = 0;
  let endReadAhead = (): void => undefined;
  const readAhead = new Promise<void>((resolve) => {
    endReadAhead = resolve;
  });
  const calls: typeof systemCalls = {
    ...systemCalls,
    read: async (fd, buffer, position) => {
      reads += 1;
      if (reads === 2) await readAhead;
      return systemCalls.read(fd, buffer, position);
    },
  };
  const fd = await systemCalls.open(join(directory, 'object'), constants.O_RDONLY);
  const reader = new FileReader(calls, pool, { fd, start: 0, length: 4 * BUFFER_BYTES, name: 'The object' });
  let ended = false;
  const copying = reader
    .copyTo(() => Promise.reject(new Error('the client went away')))
    .finally(() => {
      ended = true;
    });
  copying.catch(() => undefined);
  while (reads < 2) await turn();
  for (let turns = 0; turns < 50; turns += 1) await turn();
  expect({ reads, lent: pool.lent, ended }).toEqual({ reads: 2, lent: 2, ended: false });
  endReadAhead();
  await expect(copying).rejects.toThrow('the client went away');
  expect(pool.lent).toBe(0);
  await rm(directory, { recursive: true });
});
