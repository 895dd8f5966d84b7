import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { buildPostgresProgram, type PostgresProgram } from './postgres-process.ts';
import { removeUnheld } from './remove-unheld.ts';

let program: PostgresProgram;
let scratch: string;
beforeAll(async () => {
  program = await buildPostgresProgram();
  scratch = await mkdtemp(join(tmpdir(), 'berth-unheld-'));
});
afterAll(async () => {
  await program.dispose();
  await rm(scratch, { recursive: true, force: true });
});

it('ends and removes the database of a killed run, and leaves that of a living one alone', async () => {
  const dataDir = join(scratch, 'postgres');
  const server = program.start(dataDir);
  const ready = await server.next();
  await removeUnheld(dataDir);
  expect(existsSync(join(dataDir, 'cluster', 'PG_VERSION'))).toBe(true);
  expect(existsSync(`/proc/${ready.postmaster}/cwd`)).toBe(true);
  await server.kill('SIGKILL');
  await removeUnheld(dataDir);
  expect(existsSync(dataDir)).toBe(false);
  expect(existsSync(ready.socketDirectory ?? '')).toBe(false);
  await vi.waitFor(() => expect(existsSync(`/proc/${ready.postmaster}/cwd`)).toBe(false), { timeout: 20_000 });
}, 60_000);
