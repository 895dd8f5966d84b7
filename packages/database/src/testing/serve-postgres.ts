import { writeSync } from 'node:fs';
import { startEmbeddedPostgres } from '../embedded/index.ts';

/*
 * A program for tests that need a server process of their own, to kill it for instance. Argument: the data directory.
 * Prints one line of JSON per event: `ready`, `refused`, `lost` or `stopped`. SIGTERM stops it; SIGINT is ignored, as by a server
 * that drains.
 */
const [, , dataDir = ''] = process.argv;

// Synchronous, so that the line is out before a kill.
const say = (event: object): void => void writeSync(1, `${JSON.stringify(event)}\n`);

process.on('SIGINT', () => undefined);
try {
  const postgres = await startEmbeddedPostgres({
    dataDir,
    onExit: (exit) => {
      say({ event: 'lost', signal: exit.signal });
    },
  });
  say({ event: 'ready', url: postgres.url, postmaster: postgres.pid, socketDirectory: postgres.connection.host });
  process.once('SIGTERM', () => {
    void postgres.stop().then(() => say({ event: 'stopped' }));
  });
} catch (error) {
  say({ event: 'refused', name: (error as Error).name, message: (error as Error).message });
  process.exitCode = 1;
}
