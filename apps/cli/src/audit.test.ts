import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { berth, ServerProcess } from './testing/berth.ts';

const directory = mkdtempSync(join(tmpdir(), 'berth-audit-'));
const dataDir = join(directory, 'data');
let server: ServerProcess;

beforeAll(async () => {
  server = await ServerProcess.start(dataDir);
});
afterAll(async () => {
  await server.end();
  rmSync(directory, { recursive: true, force: true });
});

it('berth audit verify counts what was recorded, and fails when a noted seal is not in the chain', async () => {
  const password = readFileSync(join(dataDir, 'initial-admin-password'), 'utf8').trim();
  const made = await fetch(`${server.url}/api/v2.0/projects`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`, 'content-type': 'application/json' },
    body: JSON.stringify({ project_name: 'team' }),
  });
  expect(made.status).toBe(201);
  const sound = await berth(['audit', 'verify', '--json', '--data', dataDir]);
  expect([sound.code, sound.stderr]).toEqual([0, '']);
  const told = JSON.parse(sound.stdout) as { ok: boolean; records: number; unsealed: number };
  expect(told.ok).toBe(true);
  expect(told.records + told.unsealed).toBeGreaterThan(0);
  const cut = await berth(['audit', 'verify', '--head', 'f'.repeat(64), '--data', dataDir]);
  expect(cut.code).toBe(1);
  expect(cut.stdout).toContain('was cut short');
});
