import { expect, it } from 'vitest';
import { KeyRing } from './key-ring.ts';
import { SealBrokenError } from './sealing.ts';
import { MemorySigningKeys } from './testing/memory-stores.ts';

const MASTER = Buffer.alloc(32, 1);
const DAY = 24 * 3600;

it('makes one key for processes that start at once, and stores only sealed bytes', async () => {
  const store = new MemorySigningKeys();
  const rings = await Promise.all([1, 2, 3].map(() => KeyRing.open(store, MASTER, { keepSeconds: DAY })));
  expect(store.keys).toHaveLength(1);
  const signers = await Promise.all(rings.map((ring) => ring.signer()));
  expect(new Set(signers.map(({ kid }) => kid)).size).toBe(1);
  const secret = Buffer.from(signers[0]?.secret ?? []);
  expect(secret).toHaveLength(32);
  expect(store.keys[0]?.sealed.includes(secret)).toBe(false);
});

it('gives two installations different secrets under one master key', async () => {
  const a = await KeyRing.open(new MemorySigningKeys(), MASTER, { keepSeconds: DAY });
  const b = await KeyRing.open(new MemorySigningKeys(), MASTER, { keepSeconds: DAY });
  const [signerA, signerB] = await Promise.all([a.signer(), b.signer()]);
  expect(Buffer.from(signerA.secret).equals(Buffer.from(signerB.secret))).toBe(false);
  expect(signerA.kid).not.toBe(signerB.kid);
});

it('refuses a master key that does not fit, in words, and changes nothing', async () => {
  const store = new MemorySigningKeys();
  await KeyRing.open(store, MASTER, { keepSeconds: DAY });
  store.seconds = 100 * DAY;
  const opening = KeyRing.open(store, Buffer.alloc(32, 2), { keepSeconds: DAY });
  await expect(opening).rejects.toBeInstanceOf(SealBrokenError);
  await expect(opening).rejects.toThrow('another secret key');
  expect(store.keys).toHaveLength(1);
});

it('signs with a new key after 90 days, and keeps the old one while its tokens live', async () => {
  const store = new MemorySigningKeys();
  const ring = await KeyRing.open(store, MASTER, { keepSeconds: 10 * DAY });
  const first = (await ring.signer()).kid;
  store.seconds = 89 * DAY;
  await ring.rotateIfDue();
  expect((await ring.signer()).kid).toBe(first);
  store.seconds = 90 * DAY;
  await ring.rotateIfDue();
  expect((await ring.signer()).kid).not.toBe(first);
  expect(await ring.find(first)).toBeDefined();
  store.seconds = 101 * DAY;
  await ring.rotateIfDue();
  expect(await ring.find(first)).toBeUndefined();
});

it('finds a key that another process added a moment ago, without asking the database for every forged kid', async () => {
  const store = new MemorySigningKeys();
  let now = 0;
  const ring = await KeyRing.open(store, MASTER, { keepSeconds: DAY, now: () => now });
  store.seconds = 90 * DAY;
  const other = await KeyRing.open(store, MASTER, { keepSeconds: DAY });
  now = 1_000;
  expect(await ring.find((await other.signer()).kid)).toBeDefined();
  const reads = store.reads;
  for (let index = 0; index < 50; index += 1) expect(await ring.find(`forged-${index}`)).toBeUndefined();
  expect(store.reads).toBe(reads);
});

it('changes its signing key while it runs, without anybody asking it to', async () => {
  const store = new MemorySigningKeys();
  let now = 0;
  const ring = await KeyRing.open(store, MASTER, { keepSeconds: DAY, now: () => now });
  const first = await ring.signer();
  store.seconds = 90 * DAY;
  expect(await ring.signer()).toEqual(first);
  now = 3_600_000;
  const [next, same] = await Promise.all([ring.signer(), ring.signer()]);
  expect(next.kid).not.toBe(first.kid);
  expect(same).toEqual(next);
  expect(store.keys).toHaveLength(2);
});
