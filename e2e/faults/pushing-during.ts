import { expect } from 'vitest';
import { waitFor } from '../harness/processes.ts';
import { type RegistryClient } from '../harness/registry-client.ts';
import { Ledger } from './ledger.ts';
import { RetryingPusher } from './retrying-pusher.ts';

const CLIENTS = 4;
/** What a server whose database or storage is away may answer: come again. */
export const TRY_AGAIN = [500, 502, 503, 504];

/**
 * Pushes by four clients into `project` while `meanwhile` breaks something, and then until pushes succeed again. Fails on an answer that
 * is neither a success nor one of {@link TRY_AGAIN}. Answers what was acknowledged, to be compared with the server.
 */
export async function pushingDuring(
  newClient: () => RegistryClient,
  project: string,
  meanwhile: (ledger: Ledger) => Promise<void>,
): Promise<Ledger> {
  const ledger = new Ledger();
  const pushers = Array.from(
    { length: CLIENTS },
    (_, index) => new RetryingPusher(newClient, ledger, { repository: `${project}/app${index}`, retryStatuses: TRY_AGAIN }),
  );
  const runs = pushers.map(async (pusher) => pusher.run());
  try {
    await waitFor('the first pushes', 30_000, () => ledger.manifests.size > 3);
    await meanwhile(ledger);
    const before = ledger.manifests.size;
    await waitFor('pushes to go on', 60_000, () => ledger.manifests.size > before + 3);
  } finally {
    for (const pusher of pushers) pusher.stop();
    await Promise.all(runs);
  }
  for (const pusher of pushers) expect(pusher.refusals).toEqual([]);
  return ledger;
}
