import { openKnex } from '@berth/database';
import { useTestDatabase } from '@berth/database/testing';
import type { Knex } from 'knex';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type JobQueue, kickJob } from './kick-job.ts';
import { prepareJobQueue } from './prepare-job-queue.ts';

const database = useTestDatabase();
let knex: Knex;
let queue: JobQueue;
const told: string[] = [];
beforeAll(() => {
  knex = openKnex({ url: database.url, applicationName: 'kick test' });
  queue = { knex, report: (error, doing) => told.push(`${doing}: ${String(error)}`) };
});
afterAll(() => knex.destroy());

it('says nothing while there is no queue, is told of one that is just being made, and adds the job once it is there', async () => {
  await kickJob(queue, 'run-work');
  expect(told).toEqual([]);

  await knex.raw('create schema graphile_worker');
  await knex.raw('create table graphile_worker.jobs (id bigint)');
  await kickJob(queue, 'run-work');
  expect(told).toEqual([expect.stringMatching(/^waking the job run-work, .*function graphile_worker\.add_job/)]);

  await knex.raw('drop schema graphile_worker cascade');
  await prepareJobQueue(database.url);
  await kickJob(queue, 'run-work');
  const { rows } = await knex.raw<{ rows: unknown[] }>('select task_identifier from graphile_worker.jobs');
  expect(rows).toEqual([{ task_identifier: 'run-work' }]);
  expect(told).toHaveLength(1);
});
