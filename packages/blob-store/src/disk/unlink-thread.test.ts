import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UnlinkThread } from './unlink-thread.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-unlink-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('removes what it can and tells of each other why not, to several who ask at once', async () => {
  const [one, two, directory] = ['one', 'two', 'directory'].map((name) => join(folder, name)) as [string, string, string];
  await writeFile(one, '1');
  await writeFile(two, '2');
  await mkdir(directory);
  const thread = new UnlinkThread();
  expect(await Promise.all([thread.unlinkAll([one, directory, join(folder, 'absent')]), thread.unlinkAll([two])])).toEqual([
    [undefined, 'EISDIR', 'ENOENT'],
    [undefined],
  ]);
  expect([one, two, directory].map((path) => existsSync(path))).toEqual([false, false, true]);
});

test.runIf(process.platform === 'linux')('has the lowest priority, and the thread that serves keeps its own', async () => {
  const priority = getPriority();
  const threads = () => readdir('/proc/self/task');
  const before = new Set(await threads());
  await new UnlinkThread().unlinkAll([]);
  const begun = (await threads()).filter((thread) => !before.has(thread));
  const stats = await Promise.all(begun.map((thread) => readFile(`/proc/self/task/${thread}/stat`, 'utf8')));
  // proc(5): the 19th field is the nice value; the second is a name in parentheses, which may have blanks.
  expect(stats.map((stat) => stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])).toContain('19');
  expect(getPriority()).toBe(priority);
});

test('a thread that ends is told to all who wait for it, and the next who asks has another', async () => {
  const path = join(folder, 'one');
  await writeFile(path, '1');
  const thread = new UnlinkThread();
  const broken = thread.unlinkAll(undefined as never);
  const behind = thread.unlinkAll([]);
  await expect(broken).rejects.toThrow('The thread that removes files ended with 1.');
  await expect(behind).rejects.toThrow('The thread that removes files ended with 1.');
  expect(await thread.unlinkAll([path])).toEqual([undefined]);
  expect(existsSync(path)).toBe(false);
});
