import { createJobStates, openKnex } from '@berth/database';
import { useTestDatabase } from '@berth/database/testing';
import { expect, it, vi } from 'vitest';
import { Metrics } from '../http/metrics.ts';
import { createLogger } from '../logging.ts';
import { kickJob } from './kick-job.ts';
import { createJobRunner } from './runner.ts';

const database = useTestDatabase();

it('a job that takes longer than until its next run keeps one place, and looks once more at its end', async () => {
  const knex = openKnex({ url: database.url, applicationName: 'runner test' });
  let log = '';
  const logger = createLogger({ level: 'info', destination: { write: (line) => void (log += line) } });
  let [begun, other] = [0, 0];
  const ends: (() => void)[] = [];
  const long = async (): Promise<void> => {
    begun += 1;
    await new Promise<void>((resolve) => ends.push(resolve));
  };
  const runner = createJobRunner({
    jobs: [
      { name: 'long', schedule: '0 0 1 1 *', run: long },
      { name: 'other', schedule: '0 0 1 1 *', run: async () => void (other += 1) },
    ],
    states: createJobStates(knex),
    databaseUrl: database.url,
    logger,
    metrics: new Metrics(),
  });
  const kick = (name: string): Promise<void> => kickJob({ knex, report: (error) => expect.unreachable(String(error)) }, name);
  runner.start();
  try {
    await vi.waitUntil(() => log.includes('background jobs are scheduled'), 20_000);
    for (let run = 0; run < 6; run += 1) await kick('long');
    await vi.waitUntil(() => begun > 0, 20_000);
    await kick('other');
    await vi.waitUntil(() => other > 0, 20_000);
    expect(begun).toBe(1);
    ends.pop()?.();
    await vi.waitUntil(() => begun === 2, 20_000);
  } finally {
    for (const end of ends) end();
    await runner.stop();
    await knex.destroy();
  }
});
