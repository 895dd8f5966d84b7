import { readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises';
import { createBlobInventory } from '@berth/database';
import { type Digest, digestHex } from '@berth/oci';
import { StorageCheck, type StorageProblem, StorageFailedError } from '@berth/registry';
import { beforeAll, describe, expect, it } from 'vitest';
import { useV2Server } from '../http/v2/testing/v2-test-server.ts';

const server = useV2Server();
const REPOSITORY = 'library/app';
const never = new AbortController().signal;
const FAST = 1e12;
let check: StorageCheck;

beforeAll(() => {
  check = new StorageCheck(createBlobInventory(server.knex), server.store);
});

async function fileOf(digest: Digest): Promise<string> {
  const [file] = await server.filesOf(digest);
  if (file === undefined) throw new Error('The blob has no file.');
  return file;
}

async function flip(file: string): Promise<void> {
  const bytes = await readFile(file);
  bytes.writeUInt8(bytes.readUInt8(0) ^ 1, 0);
  await writeFile(file, bytes);
}

async function scrub(budget?: number): Promise<StorageProblem[]> {
  const problems: StorageProblem[] = [];
  await check.scrub({
    rate: FAST,
    stopping: never,
    found: (problem) => problems.push(problem),
    ...(budget === undefined ? {} : { budget }),
  });
  return problems;
}

async function fsck(options: { mend?: boolean; removeOrphans?: boolean } = {}): Promise<StorageProblem[]> {
  const problems: StorageProblem[] = [];
  await check.fsck({ mend: false, removeOrphans: false, stopping: never, found: (problem) => problems.push(problem), ...options });
  return problems;
}

const head = async (digest: Digest): Promise<number> => (await server.ask('HEAD', `/v2/${REPOSITORY}/blobs/${digest}`)).status;

describe('scrub', () => {
  const damage: Record<StorageProblem['problem'], (file: string) => Promise<void>> = {
    'wrong content': flip,
    'wrong length': (file) => truncate(file, 10),
    missing: (file) => rm(file),
    unreadable: async () => undefined,
    orphan: async () => undefined,
  };

  it.each(['wrong content', 'wrong length', 'missing'] as const)(
    '%s: found, hidden from everybody, healed by the next push',
    async (problem) => {
      const content = `content of ${problem}, long enough to be cut`;
      const digest = await server.pushBlob(REPOSITORY, content);
      const sound = await server.pushBlob(REPOSITORY, `beside ${problem}`);
      await damage[problem](await fileOf(digest));
      expect(await scrub()).toEqual([expect.objectContaining({ problem, digest, done: 'quarantined' })]);
      expect([await head(digest), await head(sound)]).toEqual([404, 200]);
      await server.pushBlob(REPOSITORY, content);
      expect((await server.ask('GET', `/v2/${REPOSITORY}/blobs/${digest}`)).body.toString()).toBe(content);
      expect(await scrub()).toEqual([]);
    },
  );

  it('takes back what is right after all', async () => {
    const digest = await server.pushBlob(REPOSITORY, 'hidden by mistake');
    const file = await fileOf(digest);
    await rename(file, `${file}-away`);
    await scrub();
    expect(await head(digest)).toBe(404);
    await rename(`${file}-away`, file);
    expect(await scrub()).toEqual([]);
    expect(await head(digest)).toBe(200);
  });

  it('goes on where it stopped, and begins again at the end', async () => {
    const digests = [await server.pushBlob(REPOSITORY, 'one of three'), await server.pushBlob(REPOSITORY, 'two of three')];
    for (const digest of digests) await flip(await fileOf(digest));
    const found: StorageProblem[] = [];
    for (let run = 0; run < 30; run += 1) found.push(...(await scrub(1)));
    expect(new Set(found.map(({ digest }) => digest))).toEqual(new Set(digests));
    await server.pushBlob(REPOSITORY, 'one of three');
    await server.pushBlob(REPOSITORY, 'two of three');
  });

  it('touches nothing when the storage itself fails', async () => {
    const digest = await server.pushBlob(REPOSITORY, 'cannot be read now');
    server.calls.open = () => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' }));
    try {
      await expect(scrub()).rejects.toThrow(StorageFailedError);
    } finally {
      server.restoreCalls();
    }
    expect(await head(digest)).toBe(200);
  });

  it('goes on behind a blob that a bad sector keeps from being read, and the next push of it heals it', async () => {
    const content = 'on a bad sector';
    const digest = await server.pushBlob(REPOSITORY, content);
    const behind = await server.pushBlob(REPOSITORY, 'behind it');
    await flip(await fileOf(behind));
    const bad = await fileOf(digest);
    const { open } = server.calls;
    server.calls.open = (path, flags) =>
      path === bad ? Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' })) : open(path, flags);
    try {
      expect(await scrub()).toEqual([
        expect.objectContaining({ problem: 'unreadable', digest, done: 'reported' }),
        expect.objectContaining({ problem: 'wrong content', digest: behind, done: 'quarantined' }),
      ]);
      expect(await head(digest)).toBe(200);
      await server.pushBlob(REPOSITORY, content);
      expect((await server.ask('GET', `/v2/${REPOSITORY}/blobs/${digest}`)).body.toString()).toBe(content);
    } finally {
      server.restoreCalls();
    }
    await server.pushBlob(REPOSITORY, 'behind it');
  });

  it('touches nothing when the storage is not there', async () => {
    const digest = await server.pushBlob(REPOSITORY, 'on another disk');
    await rename(`${server.root}/blobs`, `${server.root}/unmounted`);
    try {
      await expect(scrub()).rejects.toThrow();
    } finally {
      await rename(`${server.root}/unmounted`, `${server.root}/blobs`);
    }
    expect(await head(digest)).toBe(200);
  });
});

describe('fsck', () => {
  /** A sealed file that nothing knows, so many days old. */
  async function stray(days: number, like: Digest): Promise<string> {
    const file = (await fileOf(like)).replace(/\.[0-9a-f]{32}$/, `.${digestHex(like).slice(0, 32)}`);
    await writeFile(file, 'nobody knows me');
    const then = new Date(Date.now() - days * 86_400_000);
    await utimes(file, then, then);
    return file;
  }

  it('is clean after pushes and while an upload is under way', async () => {
    await server.pushImage(REPOSITORY, 'clean');
    await server.ask('POST', `/v2/${REPOSITORY}/blobs/uploads/`);
    expect(await fsck()).toEqual([]);
  });

  it('tells what is missing or short, and hides it only when asked to', async () => {
    const digest = await server.pushBlob(REPOSITORY, 'short in a moment');
    await truncate(await fileOf(digest), 3);
    expect(await fsck()).toEqual([expect.objectContaining({ problem: 'wrong length', digest, done: 'reported' })]);
    expect(await server.knex('blobs').where({ digest }).first('state')).toEqual({ state: 'live' });
    expect(await fsck({ mend: true })).toEqual([expect.objectContaining({ done: 'quarantined' })]);
    expect(await head(digest)).toBe(404);
    await server.pushBlob(REPOSITORY, 'short in a moment');
    expect(await fsck()).toEqual([]);
  });

  it('finds old objects that nothing knows, and removes them only when asked to; young ones never', async () => {
    const like = await server.pushBlob(REPOSITORY, 'the sound one');
    const young = await stray(0, await server.pushBlob(REPOSITORY, 'another sound one'));
    const old = await stray(2, like);
    expect(await fsck()).toEqual([{ problem: 'orphan', key: digestHex(like).slice(0, 32), done: 'reported' }]);
    expect(await readFile(old, 'utf8')).toBe('nobody knows me');
    expect(await fsck({ removeOrphans: true })).toEqual([expect.objectContaining({ problem: 'orphan', done: 'removed' })]);
    await expect(readFile(old)).rejects.toThrow('ENOENT');
    expect(await readFile(young, 'utf8')).toBe('nobody knows me');
    expect(await head(like)).toBe(200);
    await rm(young);
  });

  it('removes no orphan while a blob is missing: the database may be of another day than the storage', async () => {
    const like = await server.pushBlob(REPOSITORY, 'missing soon');
    const old = await stray(2, await server.pushBlob(REPOSITORY, 'still there'));
    await rm(await fileOf(like));
    expect((await fsck({ removeOrphans: true })).map(({ problem, done }) => [problem, done])).toEqual([
      ['missing', 'reported'],
      ['orphan', 'reported'],
    ]);
    expect(await readFile(old, 'utf8')).toBe('nobody knows me');
    await rm(old);
  });
});
