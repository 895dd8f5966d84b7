import type { BlobStore, SideName } from '@berth/registry';
import { beforeEach, describe, expect, test } from 'vitest';
import type { BlobStoreUnderTest } from './blob-store-contract.ts';
import { bytesOf, LARGE, PIECE, put } from './blob-store-steps.ts';

/** The part of the contract about small objects beside the layers, and about what a listing finds. */
export function sideTests(current: () => BlobStoreUnderTest): void {
  let under: BlobStoreUnderTest;
  let store: BlobStore;

  beforeEach(() => {
    under = current();
    store = under.store;
  });

  async function listed(folder: string): Promise<string[]> {
    const names: string[] = [];
    for await (const name of store.side.list(folder)) names.push(name);
    return names.sort();
  }

  describe('side objects', () => {
    test('an absent one is undefined, an absent folder is empty, removing it is fine', async () => {
      expect(await store.side.get('notes/absent')).toBeUndefined();
      expect(await listed('notes')).toEqual([]);
      await store.side.remove('notes/absent');
    });

    test.each(['../x', 'notes', 'notes/', '/etc/passwd', 'notes/a/b', 'notes/..', 'notes/A', 'notes/a\0', `notes/${'a'.repeat(121)}`])(
      'the name %j is refused everywhere',
      async (text) => {
        const name = text as SideName;
        await expect((async () => store.side.put(name, bytesOf(1)))()).rejects.toThrow(/no name of a side object/);
        await expect((async () => store.side.get(name))()).rejects.toThrow(/no name of a side object/);
        await expect((async () => store.side.remove(name))()).rejects.toThrow(/no name of a side object/);
      },
    );

    test.each([0, 1, PIECE, LARGE])('%d bytes come back, also to another process', async (size) => {
      await store.side.put('notes/one', bytesOf(size));
      expect((await (await under.reopen()).side.get('notes/one'))?.equals(bytesOf(size))).toBe(true);
      await store.side.remove('notes/one');
      expect(await store.side.get('notes/one')).toBeUndefined();
    });

    test('a put replaces what was there; folders are listed apart', async () => {
      await store.side.put('notes/one', bytesOf(PIECE));
      await store.side.put('notes/one', bytesOf(10, 5));
      await store.side.put('notes/two.json', bytesOf(1));
      await store.side.put('notes-more/three', bytesOf(1));
      expect(await store.side.get('notes/one')).toEqual(bytesOf(10, 5));
      expect(await listed('notes')).toEqual(['notes/one', 'notes/two.json']);
      for (const name of ['notes/one', 'notes/two.json', 'notes-more/three'] as const) await store.side.remove(name);
      expect(await listed('notes')).toEqual([]);
    });

    test('they are no layers, and layers are none of them', async () => {
      const object = await put(store, bytesOf(10));
      await store.side.put('notes/one', bytesOf(10));
      const found: string[] = [];
      for await (const { key } of store.sealed.list()) found.push(key);
      expect(found).toEqual([object.key]);
      expect(await listed('notes')).toEqual(['notes/one']);
      await store.side.remove('notes/one');
    });
  });

  test('a listing has every sealed object with its time, and removes what it is told to', async () => {
    const objects = [await put(store, bytesOf(10)), await put(store, bytesOf(PIECE)), await put(store, bytesOf(10))];
    const keys: string[] = [];
    for await (const entry of store.sealed.list()) {
      keys.push(entry.key);
      expect(Math.abs(entry.storedAt.getTime() - Date.now())).toBeLessThan(600_000);
      if (entry.key === objects[1]?.key) await entry.remove();
    }
    expect(keys.sort()).toEqual(objects.map(({ key }) => key).sort());
    const stored = await Promise.all(objects.map((object) => store.sealed.stat(object)));
    expect(stored).toEqual([10, undefined, 10]);
  });
}
