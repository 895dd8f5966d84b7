import { Command } from 'commander';
import { message } from '../../output.ts';
import { addServerFlags } from '../../server-flags.ts';
import { wholeNumber } from './seed.ts';
import { withAdministration } from './with-administration.ts';

/** `berth admin seed-garbage`: for measurements; no part of a registry's daily life. */
export function seedGarbageCommand(): Command {
  const command = new Command('seed-garbage')
    .description('Fill a development registry with small blobs that nothing needs, to measure collection with.')
    .option('--blobs <number>', 'how many', wholeNumber, 100_000)
    .addHelpText('before', 'Examples:\n  berth admin seed-garbage\n  berth admin seed-garbage --blobs 10000\n')
    .action(async (options: { blobs: number }) => {
      const progress = (blobs: number): void => {
        if (blobs % 10_000 === 0 || blobs === options.blobs) message(`${blobs} of ${options.blobs} blobs`);
      };
      await withAdministration(command, (administration) => administration.seedGarbage({ ...options, progress }));
      message('Done. They are in seed-garbage/blobs, queued: a running server collects them within a minute.');
    });
  return addServerFlags(command, ['data']);
}
