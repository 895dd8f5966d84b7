import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';

/**
 * Ends every claim on an upload; answers how many there were. For the start of a server that has its database to itself: whoever held a claim
 * is dead then, and a client that resumes an upload right after a crash must not wait until the claim lapses.
 * Never where other servers may be at work on the same database (law 14). The claims move on, so that nobody can commit under an old one.
 */
export async function releaseUploadClaims(knex: Knex): Promise<number> {
  const released = await rowsOf(
    knex,
    'update upload_sessions set claim = claim + 1, claimed_until = null where claimed_until is not null returning 1',
    [],
  );
  return released.length;
}
