import type { Backups } from '@berth/server';
import type { Command } from 'commander';
import { serverFlags } from '../../server-flags.ts';
import { type PlaceFlags, placeWish } from './place-flags.ts';

/** Opens the backups at `place`, does the work and lets go of them. */
export async function withBackups(
  command: Command,
  { place, flags }: { readonly place: string; readonly flags: PlaceFlags },
  work: (backups: Backups) => Promise<void>,
): Promise<void> {
  const { loadConfig, openBackups } = await import('@berth/server');
  const { config } = loadConfig(serverFlags(command));
  const backups = await openBackups(config, placeWish(place, flags));
  try {
    await work(backups);
  } finally {
    backups.close();
  }
}
