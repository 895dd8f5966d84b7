import { type RecordsUnderTest, claimedUpload, newRepository } from '@berth/testkit';
import { UploadClaimLostError } from '@berth/registry';
import type { Knex } from 'knex';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openKnex, PipelinedLookups } from '../connection/index.ts';
import { useTestDatabase } from '../testing/index.ts';
import { recordsOnPostgres } from './records-on-postgres.ts';
import { releaseUploadClaims } from './release-claims.ts';

const database = useTestDatabase();
let knex: Knex;
let lookups: PipelinedLookups;
let under: RecordsUnderTest;

beforeAll(() => {
  knex = openKnex({ url: database.url, applicationName: 'release-claims' });
  lookups = new PipelinedLookups({ url: database.url, applicationName: 'release-claims-lookups' });
  under = recordsOnPostgres(knex, lookups);
});
afterAll(async () => {
  await lookups.close();
  await knex.destroy();
});

describe('releaseUploadClaims', () => {
  test('frees an upload that a dead server held, and fences whoever held it', async () => {
    const session = await claimedUpload(under, await newRepository(under));
    expect(await releaseUploadClaims(knex)).toBe(1);
    await expect(under.uploadSessions.renew(session)).rejects.toThrow(UploadClaimLostError);
    const again = await under.uploadSessions.claim({ id: session.id, actor: session.actor, repository: session.repository }, undefined);
    expect(again.outcome).toBe('claimed');
    expect(await releaseUploadClaims(knex)).toBe(1);
  });

  test('has nothing to do where nobody holds anything', async () => {
    expect(await releaseUploadClaims(knex)).toBe(0);
  });
});
