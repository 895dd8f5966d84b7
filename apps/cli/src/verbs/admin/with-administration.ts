import type { Administration } from '@berth/server';
import type { Command } from 'commander';
import { serverFlags } from '../../server-flags.ts';

export type ListedUser = Awaited<ReturnType<Administration['users']>>[number];

/** Opens the installation that flags, environment and berth.yml name, does the work and lets go of it again. */
export async function withAdministration<Result>(
  command: Command,
  work: (administration: Administration) => Promise<Result>,
): Promise<Result> {
  const { loadConfig, openAdministration } = await import('@berth/server');
  const { config } = loadConfig(serverFlags(command));
  const administration = await openAdministration(config);
  try {
    return await work(administration);
  } finally {
    await administration.close();
  }
}
