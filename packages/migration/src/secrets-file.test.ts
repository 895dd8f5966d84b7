import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { SecretsFile } from './secrets-file.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-secrets-'));
});
afterAll(() => rm(folder, { recursive: true }));

it('is made when there is something to write, for its owner alone, whoever may read the folder', async () => {
  const path = join(folder, 'new');
  const file = await SecretsFile.open(path);
  await expect(stat(path)).rejects.toThrow('ENOENT');
  const umask = process.umask(0);
  try {
    await file.add({ kind: 'user', name: 'alice' }, 'one');
  } finally {
    process.umask(umask);
  }
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it('keeps what an earlier run wrote, and the last of several', async () => {
  const path = join(folder, 'kept');
  const first = await SecretsFile.open(path);
  await first.add({ kind: 'robot', name: 'robot$ci' }, 'one');
  await first.add({ kind: 'robot', name: 'robot$ci' }, 'two');
  const second = await SecretsFile.open(path);
  await second.add({ kind: 'user', name: 'robot$ci' }, 'three');
  expect(second.secretOf({ kind: 'robot', name: 'robot$ci' })).toBe('two');
  expect([second.count, (await readFile(path, 'utf8')).split('\n').length]).toEqual([2, 4]);
});

it('closes a file that others could read', async () => {
  const path = join(folder, 'open');
  await writeFile(path, '', { mode: 0o644 });
  await (await SecretsFile.open(path)).add({ kind: 'user', name: 'bob' }, 'one');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

it('takes no file that holds something else', async () => {
  const path = join(folder, 'other');
  await writeFile(path, 'a password\n');
  await expect(SecretsFile.open(path)).rejects.toThrow(SyntaxError);
  expect(await readFile(path, 'utf8')).toBe('a password\n');
});

it('that cannot be written is told before anything is made, and what to do', async () => {
  const file = await SecretsFile.open(join(folder, 'no such folder', 'secrets'));
  for (const act of [() => file.prepare(), () => file.add({ kind: 'robot', name: 'ci' }, 'one')])
    await expect(act()).rejects.toThrow(/^New secrets cannot be written to .*name a file that can be written/);
  expect(file.count).toBe(0);
});
