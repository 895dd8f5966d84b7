import { mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MigrationReport } from '@berth/migration';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { berth, type Outcome, ServerProcess, startBerth } from './testing/berth.ts';
import { type Descriptor, RegistryScene } from './testing/registry-scene.ts';

const PASSWORD = 'Right-Password-1';
const IMAGES = 100;
/** A source that went is waited for before that is told. */
const PATIENCE = { timeout: 180_000 };

let folder: string;
let [sourceServer, destinationServer] = [] as unknown as [ServerProcess, ServerProcess];
let destination: RegistryScene;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-migrate-'));
  await writeFile(join(folder, 'password'), `${PASSWORD}\n`);
  [sourceServer, destinationServer] = await Promise.all([start('source'), start('destination')]);
  destination = sceneOf(destinationServer);
});
afterAll(async () => {
  await Promise.all([sourceServer.end(), destinationServer.end()]);
  await rm(folder, { recursive: true });
});

function start(name: string): Promise<ServerProcess> {
  return ServerProcess.start(join(folder, name), { env: { BERTH_ADMIN_PASSWORD: PASSWORD } });
}

function sceneOf(server: ServerProcess): RegistryScene {
  return new RegistryScene(server.url, 'admin', PASSWORD);
}

function commandFor(project: string): string[] {
  const password = join(folder, 'password');
  return [
    ...['migrate', 'from-harbor', '--url', sourceServer.url, '--user', 'admin', '--password-file', password],
    ...['--to', destinationServer.url, '--to-user', 'admin', '--to-password-file', password],
    ...['--secrets-file', join(folder, 'secrets.jsonl'), '--project', project, '--json'],
  ];
}

async function migrate(project: string): Promise<{ outcome: Outcome; report: MigrationReport }> {
  const outcome = await berth(commandFor(project));
  return { outcome, report: JSON.parse(outcome.stdout) as MigrationReport };
}

async function fill(project: string): Promise<Descriptor[]> {
  const source = sceneOf(sourceServer);
  await source.api('POST', '/projects', { project_name: project });
  const images: Descriptor[] = [];
  for (let number = 0; number < IMAGES; number += 1) images.push(await source.pushImage(`${project}/app`, `${number}`));
  return images;
}

/** Some of it has arrived, and by no means all. */
async function underWay(project: string): Promise<void> {
  await vi.waitFor(
    async () => {
      expect(await destination.countTags(`${project}/app`)).toBeGreaterThan(4);
    },
    { timeout: 30_000, interval: 10 },
  );
}

describe('berth migrate from-harbor, interrupted', () => {
  it('killed, goes on where it was when it is called again', PATIENCE, async () => {
    await fill('killed');
    const running = startBerth(commandFor('killed'));
    await underWay('killed');
    running.child.kill('SIGKILL');
    await running.outcome;
    const arrived = await destination.countTags('killed/app');
    expect(arrived).toBeLessThan(IMAGES);
    const { outcome, report } = await migrate('killed');
    expect([outcome.code, report.problems]).toEqual([0, []]);
    const { made = 0, there = 0 } = report.things['tag'] ?? {};
    // One that was under way may have arrived after the count.
    expect([made + there, there >= arrived, made > 0]).toEqual([IMAGES, true, true]);
    expect(await destination.tags('killed/app')).toEqual(await sceneOf(sourceServer).tags('killed/app'));
  });

  it('whose source goes, says so, and goes on with it when it is back', PATIENCE, async () => {
    await fill('gone');
    const running = startBerth(commandFor('gone'));
    await underWay('gone');
    await sourceServer.end('SIGKILL');
    const { code, stdout, stderr } = await running.outcome;
    sourceServer = await start('source');
    expect([code, stderr]).toEqual([1, expect.stringMatching(/cannot be reached.*What was copied stays: run the same command again/)]);
    expect((JSON.parse(stdout) as MigrationReport).stopped).toBeDefined();
    const { outcome, report } = await migrate('gone');
    expect([outcome.code, report.problems]).toEqual([0, []]);
    expect(await destination.tags('gone/app')).toEqual(await sceneOf(sourceServer).tags('gone/app'));
  });

  it('names what is damaged at the source, and copies the rest', async () => {
    const source = sceneOf(sourceServer);
    await source.api('POST', '/projects', { project_name: 'damaged' });
    await source.pushImage('damaged/app', 'bad', { layer: Buffer.from('what will be altered') });
    await source.pushImage('damaged/app', 'good');
    await alter('what will be altered');
    const { outcome, report } = await migrate('damaged');
    expect(outcome.code).toBe(1);
    expect(report.problems).toMatchObject([
      { name: 'damaged/app:bad', sentence: expect.stringMatching(/other content than sha256:/) as string },
    ]);
    expect(Object.keys(await destination.tags('damaged/app'))).toEqual(['good']);
  });
});

/** Changes a byte of the stored blob with this content. */
async function alter(content: string): Promise<void> {
  const blobs = join(folder, 'source', 'blobs');
  for (const entry of await readdir(blobs, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = await open(join(entry.parentPath, entry.name), 'r+');
    try {
      if ((await file.readFile('utf8')) !== content) continue;
      await file.write('W', 0);
      return;
    } finally {
      await file.close();
    }
  }
  throw new Error('The blob was not found.');
}
