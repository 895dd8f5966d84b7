import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DiskBlobStore, openDiskBlobStore } from '@berth/blob-store';
import { createBlobInventory, createMoveRecords, openKnex, withMoveLock } from '@berth/database';
import { useTestDatabase } from '@berth/database/testing';
import { digestHex, digestOfBytes } from '@berth/oci';
import {
  type BlobInventory,
  type BlobStore,
  EMPTY_CHECKPOINT,
  type MoveOptions,
  type MoveSummary,
  MovingBlobStore,
  StorageFailedError,
  StorageMove,
  type StoredObject,
} from '@berth/registry';
import type { Knex } from 'knex';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireKnownStorage } from './process/known-storage.ts';

const database = useTestDatabase();
const FAST = 1e12;
const PLACES = { from: 'the old one', to: 'the new one' };
let folder: string;
let knex: Knex;
let source: DiskBlobStore;
let target: DiskBlobStore;
let moving: MovingBlobStore;
let inventory: BlobInventory;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-move-'));
  knex = openKnex({ url: database.url, applicationName: 'move test' });
  await knex.raw(`delete from settings where name in ('storage', 'storage_move')`);
  await knex.raw('truncate blobs, upload_sessions, repositories, projects, users cascade');
  source = await openDiskBlobStore({ root: join(folder, 'old'), minimumFree: 0 });
  target = await openDiskBlobStore({ root: join(folder, 'new'), minimumFree: 0 });
  moving = new MovingBlobStore(target, source, PLACES);
  inventory = createBlobInventory(knex);
});
afterEach(async () => {
  await moving.close();
  await knex.destroy();
  await rm(folder, { recursive: true });
});

async function put(store: BlobStore, text: string): Promise<StoredObject> {
  const bytes = Buffer.from(text);
  const object = { key: store.pending.newKey(), digest: digestOfBytes(bytes), size: bytes.length };
  const writer = await store.pending.append(object.key, EMPTY_CHECKPOINT);
  await writer.write(bytes);
  const whole = await writer.checkpoint();
  await writer.close();
  await store.pending.seal(object, whole);
  return object;
}

async function putKnown(store: BlobStore, text: string): Promise<StoredObject> {
  const object = await put(store, text);
  await knex('blobs').insert({ digest: object.digest, size: object.size, storage_key: object.key });
  return object;
}

async function textOf(store: BlobStore, object: StoredObject): Promise<string> {
  const chunks: Buffer[] = [];
  await (await store.sealed.open(object)).copyTo(async (chunk) => void chunks.push(Buffer.from(chunk)));
  return Buffer.concat(chunks).toString();
}

async function keysIn(store: BlobStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.sealed.list()) keys.push(key);
  return keys.sort();
}

const forget = async ({ digest }: StoredObject): Promise<void> => void (await knex('blobs').where({ digest }).del());
const damage = ({ digest, key }: StoredObject): Promise<void> =>
  writeFile(join(folder, 'old/sha256', digestHex(digest).slice(0, 2), `${digestHex(digest)}.${key}`), 'not what was sealed');

const move = (changed: Partial<BlobInventory> = {}): StorageMove =>
  new StorageMove({
    ...{ inventory: { ...inventory, ...changed }, records: createMoveRecords(knex), store: moving },
    lock: { confirm: async () => undefined },
  });

async function run(options: Partial<MoveOptions> = {}, changed: Partial<BlobInventory> = {}): Promise<MoveSummary> {
  await requireKnownStorage(knex, moving);
  const stopping = new AbortController().signal;
  const quiet = { damaged: () => undefined, unreadable: () => undefined, progress: () => undefined };
  return move(changed).run({ rate: FAST, dryRun: false, stopping, ...quiet, ...options });
}

describe('the blobs', () => {
  it('are all in the new storage after the move, under the same keys; the old one is emptied only then', async () => {
    const objects = [];
    for (let index = 0; index < 150; index += 1) objects.push(await putKnown(source, `content ${index}`));
    objects.push(await putKnown(source, ''));
    await requireKnownStorage(knex, moving);
    await expect(move().removeOld(new AbortController().signal, () => undefined)).rejects.toThrow(/still needed/);
    const fresh = await putKnown(moving, 'pushed meanwhile');
    expect(await keysIn(target)).toEqual([fresh.key]);
    expect(await run({ dryRun: true })).toMatchObject({ copied: 151, ended: false });
    expect(await keysIn(target)).toEqual([fresh.key]);
    expect(await run()).toMatchObject({ copied: 151, damaged: 0, openUploads: 0, ended: true });
    expect(await keysIn(target)).toEqual([...objects, fresh].map(({ key }) => key).sort());
    expect(await move().removeOld(new AbortController().signal, () => undefined)).toBe(151);
    expect(await keysIn(source)).toEqual([]);
    for (const [index, object] of objects.slice(0, 150).entries()) expect(await textOf(target, object)).toBe(`content ${index}`);
    expect(await readdir(join(folder, 'new/pending'))).toEqual([]);
  });

  it('are read from where they are, and removed from both', async () => {
    const object = await putKnown(source, 'here or there');
    expect([await textOf(moving, object), await moving.sealed.stat(object)]).toEqual(['here or there', object.size]);
    await run();
    expect(await textOf(moving, object)).toBe('here or there');
    await moving.sealed.remove(object);
    expect([await keysIn(source), await keysIn(target), await moving.sealed.stat(object)]).toEqual([[], [], undefined]);
  });

  it('are removed together from both, and from the old one only what the new one let go', async () => {
    const objects = [await putKnown(source, 'one'), await putKnown(source, 'two'), await putKnown(source, 'three')];
    const [one, two] = objects as [StoredObject, StoredObject];
    await run();
    const { removeAll } = target.sealed;
    target.sealed.removeAll = async (wanted) => {
      const outcomes = await removeAll.call(target.sealed, wanted.slice(1));
      return [{ status: 'rejected', reason: new Error('the new storage is away') }, ...outcomes];
    };
    const outcomes = await moving.sealed.removeAll([one, two]);
    expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(await keysIn(target)).toEqual(await keysIn(source));
    expect(await keysIn(source)).toEqual([one, objects[2]].map((object) => object?.key).sort());
  });

  it('that cannot be removed from the old storage end the removal with their error, also while the list is read', async () => {
    for (const text of ['one', 'two', 'three']) await putKnown(source, text);
    await run();
    const unheard: unknown[] = [];
    const hear = (error: unknown): void => void unheard.push(error);
    process.on('unhandledRejection', hear);
    const { list } = source.sealed;
    source.sealed.list = async function* () {
      for await (const entry of list.call(source.sealed)) {
        yield { ...entry, remove: () => Promise.reject(new Error('the disk went read-only')) };
        await sleep(20);
      }
    };
    await expect(move().removeOld(new AbortController().signal, () => undefined)).rejects.toThrow('the disk went read-only');
    process.off('unhandledRejection', hear);
    expect(unheard).toEqual([]);
  });

  it('that are damaged in the old storage are told of, hidden and not copied; the move ends without them', async () => {
    const [changed, short, sound] = [
      await putKnown(source, 'eighteen bytes....x'),
      await putKnown(source, 'long enough to be cut by the damage'),
      await putKnown(source, 'sound'),
    ];
    await damage(changed);
    await damage(short);
    const told: string[] = [];
    expect(await run({ damaged: ({ digest }) => told.push(digest) })).toMatchObject({ copied: 1, damaged: 2, ended: true });
    expect(told.sort()).toEqual([changed.digest, short.digest].sort());
    expect(await knex('blobs').where({ state: 'quarantined' }).pluck('digest')).toHaveLength(2);
    expect(await keysIn(target)).toEqual([sound.key]);
  });

  it('that cannot be read are told of once and left where they are; all others are copied, and the move does not end without them', async () => {
    const [unopened, torn] = [await putKnown(source, 'its directory is on a bad sector'), await putKnown(source, 'a bad sector within')];
    const sound = await putKnown(source, 'sound');
    const { open } = source.sealed;
    source.sealed.open = async (object, range) => {
      if (object.key === unopened.key) throw new StorageFailedError('EIO');
      const reader = await open.call(source.sealed, object, range);
      if (object.key !== torn.key) return reader;
      const copyTo: typeof reader.copyTo = async (sink) => {
        await reader.copyTo(sink);
        throw new StorageFailedError('EIO');
      };
      return { length: reader.length, close: () => reader.close(), copyTo };
    };
    const told: string[] = [];
    const first = await run({ unreadable: ({ digest }) => told.push(digest) });
    expect(first).toMatchObject({ copied: 1, damaged: 0, unreadable: 2, ended: false });
    expect(told.sort()).toEqual([unopened.digest, torn.digest].sort());
    expect([await keysIn(target), await readdir(join(folder, 'new/pending'))]).toEqual([[sound.key], []]);
    expect(await knex('blobs').where({ state: 'quarantined' })).toEqual([]);
    await expect(requireKnownStorage(knex, target)).rejects.toThrow(/has not ended/);
    await expect(move().removeOld(new AbortController().signal, () => undefined)).rejects.toThrow(/still needed/);
    source.sealed.open = open;
    expect(await run()).toMatchObject({ copied: 2, unreadable: 0, ended: true });
  });

  it('end the move with the error where the whole old storage cannot be read, or the new one cannot be written', async () => {
    await putKnown(source, 'sound');
    const { open } = source.sealed;
    source.check = () => Promise.reject(new StorageFailedError('unmounted'));
    source.sealed.open = () => Promise.reject(new StorageFailedError('EIO'));
    await expect(run()).rejects.toThrow('unmounted');
    source.check = async () => undefined;
    source.sealed.open = open;
    const { append } = target.pending;
    target.pending.append = async (...where) =>
      Object.assign(await append.apply(target.pending, where), { write: () => Promise.reject(new StorageFailedError('the new one')) });
    await expect(run()).rejects.toThrow('the new one');
  });

  it('that are deleted while they are copied leave nothing behind', async () => {
    const object = await putKnown(source, 'deleted in the middle');
    const { open } = source.sealed;
    source.sealed.open = async (wanted, range) => {
      const reader = await open.call(source.sealed, wanted, range);
      await forget(object);
      await moving.sealed.remove(object);
      return reader;
    };
    expect(await run()).toMatchObject({ ended: true });
    expect([await keysIn(source), await keysIn(target)]).toEqual([[], []]);
  });

  it('that were being copied when a run died, and were deleted before the next, leave nothing behind', async () => {
    const object = await putKnown(source, 'copied, then deleted');
    const died = run({}, { isCurrent: () => Promise.reject(new Error('killed here')) });
    await expect(died).rejects.toThrow('killed here');
    expect(await keysIn(target)).toEqual([object.key]);
    await forget(object);
    await source.sealed.remove(object); // as a deletion that had looked at the new storage before the copy was sealed
    expect(await run()).toMatchObject({ ended: true });
    expect(await keysIn(target)).toEqual([]);
  });
});

describe('a run', () => {
  it('goes on where it was interrupted, and sees everything before it says that the move has ended', async () => {
    for (let index = 0; index < 200; index += 1) await putKnown(source, `content ${index}`);
    const stop = new AbortController();
    const first = await run({ stopping: stop.signal, progress: ({ looked }) => void (looked >= 128 && stop.abort()) });
    expect(first).toMatchObject({ copied: 128, ended: false });
    await expect(requireKnownStorage(knex, target)).rejects.toThrow(/has not ended.*berth storage migrate/s);
    // What a run that died says it had seen is believed by no end.
    const { digest, size, storage_key: key } = await knex('blobs').orderBy('id').first();
    await target.sealed.remove({ digest, size, key });
    expect(await run()).toMatchObject({ copied: 73, ended: true });
    expect(await keysIn(target)).toHaveLength(200);
    await requireKnownStorage(knex, target);
  });

  it('does not end while an upload of the old storage is open, which is finished where it began', async () => {
    const bytes = Buffer.from('begun before the move, finished after');
    const object = { key: source.pending.newKey(), digest: digestOfBytes(bytes), size: bytes.length };
    const before = await source.pending.append(object.key, EMPTY_CHECKPOINT);
    await before.write(bytes.subarray(0, 10));
    const checkpoint = await before.checkpoint();
    await before.close();
    await knex.raw(
      `with u as (insert into users (username, username_key, email, email_key, password_hash) values ('u', 'u', '', '', '') returning id),
         p as (insert into projects (name, public, owner_id) select 'team', false, id from u returning id),
         r as (insert into repositories (project_id, name) select id, 'team/app' from p returning id)
       insert into upload_sessions (id, repository_id, actor, storage_key, algorithm, stored_offset, checkpoint_state)
       select gen_random_uuid(), id, 'user:1', ?, 'sha256', ?, ? from r`,
      [object.key, checkpoint.offset, checkpoint.state],
    );
    expect(await run()).toMatchObject({ openUploads: 1, ended: false });
    const writer = await moving.pending.append(object.key, checkpoint);
    await writer.write(bytes.subarray(10));
    const whole = await writer.checkpoint();
    await writer.close();
    await moving.pending.seal(object, whole);
    await new MovingBlobStore(target, source, PLACES).pending.seal(object, whole); // again, by another process
    expect([await keysIn(source), await keysIn(target)]).toEqual([[object.key], []]);
    // Sealed and not committed: it may still be finished.
    await knex('upload_sessions').update({ stored_offset: object.size, sealing_digest: object.digest });
    expect(await run()).toMatchObject({ openUploads: 1, ended: false });
    await knex('blobs').insert({ digest: object.digest, size: object.size, storage_key: object.key });
    await knex('upload_sessions').del();
    expect(await run()).toMatchObject({ copied: 1, openUploads: 0, ended: true });
    expect(await textOf(target, object)).toBe(bytes.toString());
  });

  it('is refused beside another one', async () => {
    await withMoveLock(database.url, async () => {
      await expect(withMoveLock(database.url, async () => undefined)).rejects.toThrow(/Another process/);
    });
    await withMoveLock(database.url, async () => undefined);
  });

  it('is refused where the two storages are one, however they are named', async () => {
    await putKnown(source, 'only here');
    moving = new MovingBlobStore(source, source, PLACES);
    await expect(run()).rejects.toThrow(/the same storage/);
    await createMoveRecords(knex).end();
    await expect(move().removeOld(new AbortController().signal, () => undefined)).rejects.toThrow(/the same storage/);
    expect(await keysIn(source)).toHaveLength(1);
  });
});

describe('a start', () => {
  it('knows a move, its end, and the way back; refuses any other pair and a storage that holds nothing of this', async () => {
    await requireKnownStorage(knex, source);
    const stranger = await openDiskBlobStore({ root: join(folder, 'stranger'), minimumFree: 0 });
    const names = { from: 'a stranger', to: 'the new one' };
    await expect(requireKnownStorage(knex, new MovingBlobStore(target, stranger, names))).rejects.toThrow(/another storage/);
    await requireKnownStorage(knex, moving);
    await requireKnownStorage(knex, moving);
    await expect(requireKnownStorage(knex, source)).rejects.toThrow(/has not ended/);
    await expect(
      requireKnownStorage(knex, new MovingBlobStore(stranger, target, { from: 'the new one', to: 'a stranger' })),
    ).rejects.toThrow(/has not ended; the configuration names/);
    const back = new MovingBlobStore(source, target, { from: PLACES.to, to: PLACES.from });
    await requireKnownStorage(knex, back);
    await createMoveRecords(knex).end();
    await requireKnownStorage(knex, source);
    await expect(requireKnownStorage(knex, target)).rejects.toThrow(/another storage/);
    await stranger.close();
  });
});
