import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Berth } from '../harness/berth.ts';
import { RegistryClient } from '../harness/registry-client.ts';
import { Ledger } from './ledger.ts';
import { Pusher } from './pusher.ts';
import { type Tally, verify } from './verify.ts';

const PUSHERS = 4;

export interface KillReport extends Tally {
  readonly kills: number;
}

/**
 * Pushes without a pause, kills the server at a random moment, starts it again and compares; as often as asked, and everything once more at
 * the end. Every third kill takes the database along. kill -9 keeps the page cache, so missing syncs are for sync-order.e2e.ts to find.
 */
export async function runKills(kills: number, say: (sentence: string) => void): Promise<KillReport> {
  const berth = await Berth.start();
  const ledger = new Ledger();
  try {
    for (let kill = 1; kill <= kills; kill += 1) {
      const before = snapshot(ledger);
      const client = newClient(berth);
      const pushers = Array.from({ length: PUSHERS }, (_, index) => new Pusher(client, ledger, `kills/app${index}`));
      const runs = pushers.map(async (pusher) => pusher.run());
      // From within the first request to within a late manifest: a push of this size takes some hundred milliseconds.
      await sleep(randomInt(5, 1200));
      await berth.kill(kill % 3 === 0 ? 'everything' : 'server');
      for (const pusher of pushers) pusher.stop();
      const ends = await Promise.all(runs);
      client.close();
      const refused = ends.find((error) => error !== undefined && (error as Error).name === 'AnswerError');
      if (refused !== undefined) throw new Error(`A push was refused before kill ${kill}.`, { cause: refused });
      await berth.start();
      const after = newClient(berth);
      const tally = await verify(after, ledger, before);
      after.close();
      say(
        `kill ${kill}: ${tally.blobs} blobs, ${tally.manifests} manifests, ${tally.tags} tags, ${tally.uploads} resumed uploads are right; ready again in ${Math.round(berth.startedInMs)} ms`,
      );
    }
    const client = newClient(berth);
    const all = await verify(client, ledger, undefined);
    client.close();
    return { kills, ...all };
  } catch (error) {
    say(`The server's log ends:\n${berth.log.slice(-6000)}`);
    throw error;
  } finally {
    await berth.dispose();
  }
}

function newClient(berth: Berth): RegistryClient {
  return new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
}

/** What had been attempted before a round, so that a round compares only what is new. */
function snapshot(ledger: Ledger): Ledger {
  const copy = new Ledger();
  for (const [key, value] of ledger.attemptedBlobs) copy.attemptedBlobs.set(key, value);
  for (const [key, value] of ledger.attemptedManifests) copy.attemptedManifests.set(key, value);
  return copy;
}
