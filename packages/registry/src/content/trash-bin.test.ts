import { expect, it } from 'vitest';
import type { Trash } from '../ports/trash.ts';
import { TrashBin, type TrashBinPorts } from './trash-bin.ts';

it('one entry that cannot be removed holds up no other', async () => {
  const purged: number[] = [];
  const trash: Pick<Trash, 'expired' | 'purge'> = {
    expired: async () => [1, 2, 3],
    async purge(id) {
      if (id === 1) throw new Error('This one is damaged.');
      purged.push(id);
      return true;
    },
  };
  const bin = new TrashBin({ trash } as unknown as TrashBinPorts);
  await expect(bin.purgeExpired(10)).rejects.toThrow('This one is damaged.');
  expect(purged).toEqual([2, 3]);
});

it('ends with the entry under way when it is to stop, which is told', async () => {
  const stop = new AbortController();
  const begun: number[] = [];
  const trash: Pick<Trash, 'expired' | 'purge'> = {
    expired: async () => [1, 2, 3],
    async purge(id, stopping) {
      begun.push(id);
      stop.abort();
      return stopping?.aborted !== true;
    },
  };
  const bin = new TrashBin({ trash } as unknown as TrashBinPorts);
  expect(await bin.purgeExpired(3, stop.signal)).toEqual({ more: false });
  expect(begun).toEqual([1]);
});
