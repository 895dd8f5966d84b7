import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Berth } from '../harness/berth.ts';
import { BerthOnS3 } from '../harness/berth-on-s3.ts';
import { Management } from '../harness/management.ts';
import { PostgresServer } from '../harness/postgres-server.ts';
import { tryRun } from '../harness/processes.ts';
import { RegistryClient } from '../harness/registry-client.ts';
import { scenario } from '../harness/requirements.ts';
import { Churner } from './churner.ts';
import { Ledger } from './ledger.ts';
import { RetryingPusher } from './retrying-pusher.ts';
import { verify } from './verify.ts';

/** A longer run by command: BERTH_LOOP_MINUTES=60 npx vitest run --mode e2e faults/collection-loop. */
const MINUTES = Number(process.env['BERTH_LOOP_MINUTES'] ?? 3);
const CHURNERS = 4;
const PUSHERS = 2;
/** Each is wanted about once a minute, and its lease ends before that. */
const POOL = 400;
/** Stored time runs so many times as fast: an hour's lease lasts half a minute. A push takes a second. */
const SPEED = 120;
const TICK_MS = 500;
const KIB = 1024;
/** Every stored time that collection decides by. */
const TIMES = [
  ['repository_blobs', 'lease_until'],
  ['garbage_candidates', 'not_before'],
  ['blob_deletions', 'not_before'],
  ['upload_sessions', 'active_at'],
] as const;

interface Site {
  readonly berth: Berth;
  readonly postgres: PostgresServer;
  dispose(): Promise<void>;
}

const PLACES = {
  disk: async (env: NodeJS.ProcessEnv) => Berth.start({ env }),
  // A URL that was given out lives by the true time, and its object would not.
  S3: async (env: NodeJS.ProcessEnv) => BerthOnS3.start({ env: { ...env, BERTH_S3_REDIRECT: 'false' } }),
} as const;

// This S3 server keeps everything in memory: an hour of large layers would be thirty gigabytes.
for (const [place, share, largestLayer, tools] of [
  ['disk', 1, 2048 * KIB, []],
  ['S3', 1 / 3, 64 * KIB, ['radosgw', 'ceph-mon', 'ceph-osd']],
] as const) {
  scenario(`collection in a loop, on ${place}`, ['root', 'setpriv', 'psql', ...tools], () => {
    let site: Site;
    let management: Management;

    beforeAll(async () => {
      const postgres = await PostgresServer.start();
      const started = await PLACES[place]({ BERTH_DATABASE_URL: postgres.url });
      const berth = started instanceof BerthOnS3 ? started.berth : started;
      site = {
        berth,
        postgres,
        dispose: async () => {
          await started.dispose();
          await postgres.dispose();
        },
      };
      management = new Management(berth);
      await management.configure({ trash_retention_days: 0 });
    });
    afterAll(async () => {
      management?.close();
      await site?.dispose();
    });

    const newClient = (): RegistryClient => new RegistryClient(site.berth.url, { user: 'admin', password: site.berth.adminPassword });

    it('against push, HEAD, mount, tag, delete and pull: no push fails, nothing acknowledged is missing, and garbage goes', {
      // Once more the time: what a quick machine stored in an hour, a gigabyte a minute, is read back and hashed in the end.
      timeout: (2 * MINUTES * share + 10) * 60_000,
    }, async () => {
      const until = Date.now() + MINUTES * share * 60_000;
      const pool = Array.from({ length: POOL }, () => randomBytes(1_000));
      const ledger = new Ledger();
      const churners = Array.from({ length: CHURNERS }, (_, index) => new Churner(newClient(), { name: `churn/r${index}`, pool }));
      const pushers = Array.from(
        { length: PUSHERS },
        (_, index) => new RetryingPusher(newClient, ledger, { repository: `kept/app${index}`, largestLayer }),
      );
      const running = [...churners, ...pushers].map(async (one) => one.run());
      const failed = Promise.all(running).then(() => new Promise<never>(() => undefined));
      const ending = { stopped: false };
      // Collected by these runs, and by those that the server makes by itself. A busy machine takes longer; one that never gets there runs out of time.
      const isEnough = async (): Promise<boolean> =>
        Number(await site.postgres.query('select max(id) - count(*) from blobs')) > 50 * MINUTES * share &&
        churners.every(({ rounds }) => rounds > 10);
      const time = passTime(site.postgres, ending);
      try {
        while (Date.now() < until || !(await isEnough())) await Promise.race([collectOnce(management), failed]);
      } finally {
        ending.stopped = true;
        for (const one of [...churners, ...pushers]) one.stop();
      }
      await Promise.all([...running, time]);
      for (const pusher of pushers) expect(pusher.refusals).toEqual([]);

      // After a day of stored time, twelve minutes, collection takes what was mounted and never used, however busy its repository is.
      ledger.forgetUnreferenced();
      const client = newClient();
      expect((await verify(client, ledger, undefined)).manifests).toBeGreaterThanOrEqual(ledger.manifests.size);
      client.close();
      const [command = '', ...args] = site.berth.command;
      const { code, stdout } = await tryRun(command, [...args, 'storage', 'fsck', '--json'], { env: site.berth.environment });
      expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ problems: 0 });
      expect(code).toBe(0);
    });
  });
}

/** Moves every stored time into the past, until stopped. */
async function passTime(postgres: PostgresServer, ending: { readonly stopped: boolean }): Promise<void> {
  const seconds = (TICK_MS / 1000) * SPEED;
  const statements = TIMES.map(([table, column]) => `update ${table} set ${column} = ${column} - interval '${seconds} seconds'`);
  while (!ending.stopped) {
    for (const statement of statements) {
      // Where the two wait for each other, one is given up; the server tries again, and so does the next tick.
      await postgres.query(statement).catch((error: Error) => {
        if (!error.message.includes('deadlock')) throw error;
      });
    }
    await sleep(TICK_MS);
  }
}

/** One collection, to its end. */
async function collectOnce(management: Management): Promise<void> {
  const id = await management.make('/system/gc/schedule', { schedule: { type: 'Manual' }, parameters: {} });
  for (;;) {
    const { job_status: status } = JSON.parse((await management.get(`/system/gc/${id}`)).body.toString()) as { job_status: string };
    if (status === 'Success') return;
    if (status === 'Error' || status === 'Stopped') throw new Error(`Collection ${id} ended as ${status}.`);
    await sleep(200);
  }
}
