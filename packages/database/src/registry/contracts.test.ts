import {
  blobRecordsContract,
  manifestListingsContract,
  manifestRecordsContract,
  type RecordsUnderTest,
  uploadSessionsContract,
} from '@berth/testkit';
import type { Knex } from 'knex';
import { afterAll, beforeAll } from 'vitest';
import { openKnex, PipelinedLookups } from '../connection/index.ts';
import { useTestDatabase } from '../testing/index.ts';
import { recordsOnPostgres } from './records-on-postgres.ts';

const database = useTestDatabase();
let knex: Knex;
let lookups: PipelinedLookups;
let records: RecordsUnderTest;

beforeAll(() => {
  knex = openKnex({ url: database.url, applicationName: 'contracts', poolSize: 20 });
  lookups = new PipelinedLookups({ url: database.url, applicationName: 'contracts-lookups' });
  records = recordsOnPostgres(knex, lookups);
});
afterAll(async () => {
  await lookups.close();
  await knex.destroy();
});

const open = (): RecordsUnderTest => records;
uploadSessionsContract('Postgres', open);
blobRecordsContract('Postgres', open);
manifestRecordsContract('Postgres', open);
manifestListingsContract('Postgres', open);
