import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { useTestDatabase } from '@berth/database/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAdministration } from './administration.ts';
import { type Config, loadConfig } from './config.ts';
import { checkUpgrade } from './upgrade.ts';

const database = useTestDatabase();
let folder: string;

beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'berth-administration-'))));
afterEach(() => rm(folder, { recursive: true }));

describe('a command in another folder than the server of the database', () => {
  const config = (): Config => loadConfig({}, { BERTH_DATA: join(folder, 'data'), BERTH_DATABASE_URL: database.url }).config;

  it('makes no secret key there, which would be taken for that of the server', async () => {
    const administration = await openAdministration(config());
    expect(await administration.users()).toEqual([]);
    await administration.close();
    expect(existsSync(join(folder, 'data'))).toBe(false);
  });

  it('looks at what an upgrade would do without leaving anything', async () => {
    expect(await checkUpgrade(config())).toMatchObject({ schema: 'current' });
    expect(await readdir(folder)).toEqual([]);
  });
});
