import { setTimeout as sleep } from 'node:timers/promises';
import { cephRgwLacks } from '@berth/testkit/ceph-rgw';
import pg from 'pg';
import { Berth } from '../harness/berth.ts';
import { BerthOnS3 } from '../harness/berth-on-s3.ts';
import { Management } from '../harness/management.ts';
import { PostgresServer } from '../harness/postgres-server.ts';
import { run, waitFor } from '../harness/processes.ts';
import { RegistryClient } from '../harness/registry-client.ts';
import type { Line } from './report.ts';
import { type Rates, SteadyLoad } from './steady-load.ts';

type Say = (sentence: string) => void;

export interface CollectionSettings {
  readonly blobs: number;
  /** `collection on disk`, `collection on S3`, or less for both. */
  readonly only: string;
  readonly profile: string | undefined;
}

/** Blobs a second, rows and objects together. */
const BARS = { disk: 1000, s3: 500 };
/** Of the undisturbed rate. */
const LOAD_BAR = 0.8;
const SEED_LIMIT_MS = 900_000;
const PHASE_LIMIT_MS = 900_000;
const UNDISTURBED_MS = 20_000;

/** Garbage collected while clients push and pull: how fast it goes, and what they notice of it. */
export async function collectionLines(settings: CollectionSettings, say: Say): Promise<Line[]> {
  const lines = 'collection on disk'.startsWith(settings.only) ? await linesOn('disk', settings, say) : [];
  if (!'collection on S3'.startsWith(settings.only)) return lines;
  const lack = cephRgwLacks();
  if (lack !== undefined) {
    say(`Collection on S3 ${lack}`);
    return lines;
  }
  return [...lines, ...(await linesOn('s3', settings, say))];
}

async function linesOn(storage: 'disk' | 's3', settings: CollectionSettings, say: Say): Promise<Line[]> {
  const postgres = await PostgresServer.start();
  const nodeFlags = settings.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${settings.profile}`];
  const options = { env: { BERTH_DATABASE_URL: postgres.url }, nodeFlags };
  try {
    const site = storage === 's3' ? await BerthOnS3.start(options) : undefined;
    const berth = site?.berth ?? (await Berth.start(options));
    try {
      return await new Scene({ postgres, berth, storage, say }).measure(settings.blobs);
    } finally {
      await (site ?? berth).dispose();
    }
  } finally {
    await postgres.dispose();
  }
}

interface SceneParts {
  readonly postgres: PostgresServer;
  readonly berth: Berth;
  readonly storage: 'disk' | 's3';
  readonly say: Say;
}

class Scene {
  readonly #parts: SceneParts;
  readonly #management: Management;
  /** One connection that stays: a new one for each question would cost as much as the collection that is measured. */
  readonly #database: pg.Client;

  constructor(parts: SceneParts) {
    this.#parts = parts;
    this.#management = new Management(parts.berth);
    this.#database = new pg.Client(parts.postgres.url);
  }

  async measure(blobs: number): Promise<Line[]> {
    const { berth, say, storage } = this.#parts;
    const client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    try {
      await this.#database.connect();
      await this.#management.put('/system/gc/policy', { paused: true });
      await this.#seed(blobs);
      const load = await SteadyLoad.start(client);
      const before = await undisturbed(load);
      const rows = await this.#rows(load);
      const objects = await this.#objects(load);
      const after = await undisturbed(load);
      await load.stop();
      const alone = mean(before, after);
      say(
        `${storage}, rates of pushes and pulls: ${told(before)} before, ${told(rows.rates)} during rows, ${told(objects.rates)} during objects, ${told(after)} after`,
      );
      return linesOf({ storage, blobs, alone, rows, objects });
    } finally {
      client.close();
      this.#management.close();
      await this.#database.end();
    }
  }

  async #seed(blobs: number): Promise<void> {
    const { berth, say, storage } = this.#parts;
    const begun = performance.now();
    const [program = '', ...args] = [...berth.command, 'admin', 'seed-garbage', '--blobs', String(blobs)];
    await run(program, args, { env: berth.environment, timeoutMs: SEED_LIMIT_MS });
    say(`${storage}: made ${blobs} blobs in ${((performance.now() - begun) / 1000).toFixed(0)} s`);
  }

  /** From the request for a run to the moment when no row is left. */
  async #rows(load: SteadyLoad): Promise<Phase> {
    await this.#management.put('/system/gc/policy', { paused: false });
    const begun = performance.now();
    const rates = load.measure();
    await this.#management.make('/system/gc/schedule', { schedule: { type: 'Manual' } });
    await this.#until(
      `select count(*) from repository_blobs l join repositories r on r.id = l.repository_id where r.name = 'seed-garbage/blobs'`,
      0,
    );
    return { seconds: (performance.now() - begun) / 1000, rates: rates() };
  }

  /** As if the ten minutes for readers were over; from the first that is taken up to the last. The job begins with a minute of the clock. */
  async #objects(load: SteadyLoad): Promise<Phase> {
    const { rowCount } = await this.#database.query('update blob_deletions set not_before = now()');
    const waiting = Number(rowCount);
    await this.#until('select count(*) from blob_deletions where claimed_until is null', waiting - 1);
    const begun = performance.now();
    const rates = load.measure();
    await this.#until('select count(*) from blob_deletions where not_before <= now()', 0);
    return { seconds: (performance.now() - begun) / 1000, rates: rates() };
  }

  async #until(count: string, most: number): Promise<void> {
    await waitFor(`"${count}" to be ${most} at most`, PHASE_LIMIT_MS, async () => {
      const { rows } = await this.#database.query<{ count: string }>(count);
      if (Number(rows[0]?.count) <= most) return true;
      await sleep(500);
      return false;
    });
  }
}

interface Phase {
  readonly seconds: number;
  readonly rates: Rates;
}

async function undisturbed(load: SteadyLoad): Promise<Rates> {
  await sleep(2000);
  const rates = load.measure();
  await sleep(UNDISTURBED_MS);
  return rates();
}

function mean(one: Rates, other: Rates): Rates {
  return { pushes: (one.pushes + other.pushes) / 2, pulls: (one.pulls + other.pulls) / 2 };
}

function told({ pushes, pulls }: Rates): string {
  return `${pushes.toFixed(0)}/${pulls.toFixed(0)}`;
}

interface Measured {
  readonly storage: 'disk' | 's3';
  readonly blobs: number;
  readonly alone: Rates;
  readonly rows: Phase;
  readonly objects: Phase;
}

function linesOf({ storage, blobs, alone, rows, objects }: Measured): Line[] {
  const where = storage === 's3' ? 'S3' : 'disk';
  const least = BARS[storage];
  const rate = blobs / (rows.seconds + objects.seconds);
  const during = (kind: keyof Rates): number =>
    (rows.rates[kind] * rows.seconds + objects.rates[kind] * objects.seconds) / (rows.seconds + objects.seconds);
  const share = (kind: keyof Rates): Line => {
    const ratio = during(kind) / alone[kind];
    return {
      ...{
        name: `${kind} during collection on ${where}, beside those before and after`,
        unit: '/s',
        berth: during(kind),
        peer: alone[kind],
        ratio,
      },
      bar: { text: `>= ${LOAD_BAR}x`, held: ratio >= LOAD_BAR },
    };
  };
  const plain = { unit: 'blobs/s', peer: undefined, ratio: undefined };
  return [
    { ...plain, name: `collection of ${blobs} blobs on ${where}`, berth: rate, bar: { text: `>= ${least}/s`, held: rate >= least } },
    { ...plain, name: `  their rows`, berth: blobs / rows.seconds, bar: undefined },
    { ...plain, name: `  their objects`, berth: blobs / objects.seconds, bar: undefined },
    share('pushes'),
    share('pulls'),
  ];
}
