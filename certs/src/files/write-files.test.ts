import { chmod, chown, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../testing/run-command.ts';
import { writeFiles } from './write-files.ts';

test('nothing is written when one file of the set is there already', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'b'), 'old');
  await expect(
    writeFiles([
      { path: join(folder, 'a'), content: '1' },
      { path: join(folder, 'b'), content: '2' },
    ]),
  ).rejects.toThrow(/b exists already and was kept/);
  expect(await readdir(folder)).toEqual(['b']);
  expect(await readFile(join(folder, 'b'), 'utf8')).toBe('old');
});

test('a set that fails in the middle is taken back, replaced files return, no temporary file stays', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a'), 'old');
  const missing = join(folder, 'no-such-folder', 'c');
  await expect(
    writeFiles(
      [
        { path: join(folder, 'a'), content: 'new' },
        { path: missing, content: 'x' },
      ],
      { force: true },
    ),
  ).rejects.toThrow(/Nothing was changed/);
  expect(await readdir(folder)).toEqual(['a']);
  expect(await readFile(join(folder, 'a'), 'utf8')).toBe('old');
});

test('a file that cannot be placed takes the placed ones back', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, 'a'), 'old');
  // The same new path twice: the second link finds it taken, as when another process was faster.
  const twice = join(folder, 'new');
  await expect(
    writeFiles([
      { path: twice, content: '1' },
      { path: twice, content: '2' },
    ]),
  ).rejects.toThrow(/Nothing was changed/);
  expect(await readdir(folder)).toEqual(['a']);
});

test('secret files are 0600 under umask 000, and replacing a readable one makes it so', async () => {
  const folder = await temporaryFolder();
  const before = process.umask(0);
  onTestFinished(() => void process.umask(before));
  await writeFiles([
    { path: join(folder, 'key'), content: 'k', secret: true },
    { path: join(folder, 'crt'), content: 'c' },
  ]);
  expect((await stat(join(folder, 'key'))).mode & 0o777).toBe(0o600);
  expect((await stat(join(folder, 'crt'))).mode & 0o777).toBe(0o644);
  await chmod(join(folder, 'key'), 0o666);
  await writeFiles([{ path: join(folder, 'key'), content: 'k2', secret: true }], { force: true });
  expect((await stat(join(folder, 'key'))).mode & 0o777).toBe(0o600);
});

test.runIf(process.getuid?.() === 0)('what root replaces stays readable for its owner, a secret too', async () => {
  const folder = await temporaryFolder();
  const ledger = join(folder, 'ca.ledger.json');
  await writeFile(ledger, 'old');
  await chown(ledger, 12_345, 12_346);
  await writeFiles([{ path: ledger, content: 'new', secret: true }], { force: true });
  const { uid, gid, mode } = await stat(ledger);
  expect([uid, gid, mode & 0o777]).toEqual([12_345, 12_346, 0o600]);
});

test('a directory in the way, and a dangling link, are seen before anything is written', async () => {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'd'));
  await expect(writeFiles([{ path: join(folder, 'd'), content: '' }], { force: true })).rejects.toThrow(/is a directory/);
  await symlink('/nowhere/at/all', join(folder, 'link'));
  await expect(writeFiles([{ path: join(folder, 'link'), content: '' }])).rejects.toThrow(/exists already/);
});
