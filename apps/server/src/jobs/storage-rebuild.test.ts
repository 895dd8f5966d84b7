import { createJournalRecords, createRebuildTarget, createUsers, openKnex, PipelinedLookups } from '@berth/database';
import { useTestDatabase } from '@berth/database/testing';
import type { Digest } from '@berth/oci';
import {
  RebuildRefusedError,
  type RebuildProblem,
  rebuildRegistry,
  type RebuildSummary,
  type SideName,
  StorageJournal,
} from '@berth/registry';
import { rm, truncate, writeFile } from 'node:fs/promises';
import type { Knex } from 'knex';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { useV2Server } from '../http/v2/testing/v2-test-server.ts';

const server = useV2Server();
const empty = useTestDatabase();
const never = new AbortController().signal;
let journal: StorageJournal;
let target: Knex;
let problems: RebuildProblem[];

beforeAll(async () => {
  journal = new StorageJournal(createJournalRecords(server.knex), server.store.side);
  target = openKnex({ url: empty.url, applicationName: 'rebuild test' });
  const lookups = new PipelinedLookups({ url: empty.url, applicationName: 'rebuild test lookups' });
  await createUsers({ knex: target, lookups }).create({
    ...{ username: 'admin', email: 'admin@example.com', realname: '', comment: '', passwordHash: 'none', systemAdmin: true },
  });
  await lookups.close();
}, 60_000);
afterAll(() => target.destroy());
beforeEach(async () => {
  problems = [];
  await target.raw('truncate projects, repositories, blobs, manifest_contents, storage_changes, storage_journal cascade');
  await target('settings').where({ name: 'rebuild' }).delete();
});

async function drain(): Promise<void> {
  while ((await journal.step(never)).more);
}

async function names(letter: string): Promise<SideName[]> {
  const all: SideName[] = [];
  for await (const name of server.store.side.list('journal')) if (name.includes(`.${letter}.`)) all.push(name);
  return all.sort();
}

function rebuild(options: { dryRun?: boolean; verifyContent?: boolean; stopping?: AbortSignal } = {}): Promise<RebuildSummary> {
  return rebuildRegistry(createRebuildTarget(target), server.store, {
    ...{ dryRun: false, verifyContent: false, stopping: never, found: (problem) => problems.push(problem), progress: () => undefined },
    ...options,
  });
}

/** Everything that a rebuild promises, in words that do not depend on ids. */
async function told(knex: Knex): Promise<unknown> {
  const rows = async (sql: string): Promise<unknown> => ((await knex.raw(sql)) as { rows: unknown[] }).rows;
  return {
    projects: await rows('select id, name, public from projects where deleted_at is null order by 1'),
    repositories: await rows('select id, name, description from repositories where deleted_at is null order by 1'),
    blobs: await rows(`select b.id, b.digest, b.size, b.storage_key, b.state from blobs b where exists (
      select 1 from repository_blobs l join repositories r on r.id = l.repository_id where l.blob_id = b.id and r.deleted_at is null) order by 1`),
    links: await rows(`select l.repository_id, l.blob_id from repository_blobs l join repositories r on r.id = l.repository_id
      where r.deleted_at is null order by 1, 2`),
    manifests: await rows(`select m.id, m.repository_id, m.digest, m.media_type, m.artifact_type, m.subject_digest, m.annotations, m.size,
      m.pushed_by, encode(c.bytes, 'hex') as bytes from manifests m join manifest_contents c on c.id = m.content_id
      join repositories r on r.id = m.repository_id where r.deleted_at is null order by 1`),
    references: await rows(`select f.manifest_id, f.role, f.size, f.blob_id, f.child_id, f.digest from manifest_references f
      join repositories r on r.id = f.repository_id where r.deleted_at is null order by 1, f.position`),
    tags: await rows(`select t.repository_id, t.name, t.manifest_id, t.created_at, t.moved_at from tags t
      join repositories r on r.id = t.repository_id where r.deleted_at is null order by 1, 2`),
    quotas: await rows(
      'select q.project_id, q.used_bytes from project_quotas q join projects p on p.id = q.project_id where deleted_at is null order by 1',
    ),
  };
}

const remove = async (path: string): Promise<void> => {
  const answer = await server.ask('DELETE', `/v2/${path}`);
  expect(answer.status, answer.body.toString()).toBe(202);
};

describe('a registry rebuilt from its storage', () => {
  it('is refused where there is no journal, with a database that stays empty', async () => {
    await expect(rebuild()).rejects.toThrow(RebuildRefusedError);
    expect(await target('settings').where({ name: 'rebuild' })).toEqual([]);
  });

  it('has everything: moved and deleted tags, deleted manifests, mounts, subjects, indexes, annotations, blobs without a manifest', async () => {
    const first = await server.pushImage('library/app', 'one', { unique: 'Grüße, 世界' });
    await drain();
    const second = await server.pushImage('library/app', 'two', { more: { annotations: { said: 'naïve – ✓ \u007f' } } });
    await server.pushImage('library/app', 'moved', { unique: 'before' });
    await server.pushImage('library/app', 'moved', { unique: 'after' });
    await server.pushImage('library/app', 'gone', { unique: 'gone' });
    await remove('library/app/manifests/gone');
    const dropped = await server.pushImage('library/app', 'dropped', { unique: 'dropped' });
    await drain();
    await remove(`library/app/manifests/${dropped.digest}`);
    const subject = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: first.digest, size: first.manifest.length };
    await server.pushImage('library/app', '@', { unique: 'signature', more: { subject, artifactType: 'application/x.test' } });
    const index = JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [subject, { ...subject, digest: second.digest, size: second.manifest.length }],
    });
    expect((await server.ask('PUT', '/v2/library/app/manifests/index', { body: index })).status).toBe(201);
    const loose = await server.pushBlob('other/cache', 'no manifest names me');
    expect((await server.ask('POST', `/v2/other/mounted/blobs/uploads/?mount=${loose}&from=other/cache`)).status).toBe(201);
    await drain();
    const summary = await rebuild();
    expect(problems).toEqual([]);
    expect(summary).toMatchObject({ complete: true, problems: 0, projects: 2, repositories: 3, tags: 4 });
    expect(await told(target)).toEqual(await told(server.knex));
    expect(await target('storage_changes')).toEqual([]);
    const [added] = await target('blobs')
      .insert({ digest: `sha256:${'0'.repeat(64)}`, size: 1, storage_key: 'x' })
      .returning('id');
    expect(Number(added?.id)).toBeGreaterThan(1);
  });

  it('looks without touching the database, and reads every byte when asked to', async () => {
    await drain();
    const before = await told(target);
    expect(await rebuild({ dryRun: true, verifyContent: true })).toMatchObject({ complete: true, problems: 0, projects: 2 });
    expect(await told(target)).toEqual(before);
    expect(await target('storage_rebuild_entries').count()).toEqual([{ count: 0 }]);
    expect(await target('settings').where({ name: 'rebuild' })).toEqual([]);
  });

  it('refuses a database with content', async () => {
    await drain();
    await rebuild();
    const before = await told(target);
    await expect(rebuild()).rejects.toThrow(/has content/);
    expect(await told(target)).toEqual(before);
  });

  it('goes on where it was broken off, at any step', async () => {
    await drain();
    for (let steps = 1, complete = false; !complete; steps += 1) {
      const stop = new AbortController();
      let seen = 0;
      const progress = (): void => void ((seen += 1) >= steps && stop.abort());
      const options = { dryRun: false, verifyContent: false, stopping: stop.signal, found: () => undefined, progress };
      complete = (await rebuildRegistry(createRebuildTarget(target), server.store, options)).complete;
    }
    expect(await told(target)).toEqual(await told(server.knex));
  });

  it('goes on with what is newer where a damaged object of the journal had the end of what was older', async () => {
    const content = 'collected, then pushed again';
    const digest = await server.pushBlob('library/twins', content);
    await server.pushBlob('library/kept', content);
    const newProject = (): Promise<unknown> =>
      server.knex.raw(`insert into projects (name, public, owner_id) select 'retold', false, min(id) from users`);
    await newProject();
    await server.pushImage('retold/app', 'one');
    await server.pushImage('library/again', 'one');
    await drain();
    const before = await names('s');
    await server.knex.raw('delete from repository_blobs l using blobs b where b.id = l.blob_id and b.digest = ?', [digest]);
    await server.knex('blobs').where({ digest }).del();
    await server.knex.raw(`update repositories set deleted_at = now() where name in ('retold/app', 'library/again')`);
    await server.knex('projects').where({ name: 'retold' }).update({ deleted_at: new Date() });
    await drain();
    const written = (await names('s')).filter((name) => !before.includes(name));
    expect(written).toHaveLength(1);
    for (const name of written) await server.store.side.put(name, Buffer.from('a bad sector'));
    await server.pushBlob('library/twins', content);
    await newProject();
    await server.pushImage('retold/app', 'one');
    await server.pushImage('library/again', 'one');
    await drain();
    expect(await rebuild({ dryRun: true })).toMatchObject({ complete: true, problems: 4 });
    problems = [];
    expect(await rebuild()).toMatchObject({ complete: true, problems: 4 });
    expect(problems).toEqual([
      { problem: 'journal damaged', what: written[0] },
      ...['retold', 'library/again', digest].map((what) => ({ problem: 'told under two ids', what })),
    ]);
    const compared = (await told(target)) as Record<string, unknown>;
    const wanted = (await told(server.knex)) as Record<string, unknown>;
    for (const what of ['projects', 'repositories', 'blobs', 'manifests', 'tags']) expect(compared[what]).toEqual(wanted[what]);
    // Whether this one was linked to the newer blob, too, is in what cannot be read: it has the content that it had.
    const kept = target('repository_blobs as l').join('repositories as r', 'r.id', 'l.repository_id').where({ name: 'library/kept' });
    expect(await kept).toHaveLength(1);
    await server.knex('repositories').where({ name: 'library/kept' }).update({ deleted_at: new Date() });
  });

  it('tells what is missing or damaged, and hides it until it is pushed again', async () => {
    const short = await server.pushImage('library/harmed', 'short', { layers: ['this layer becomes shorter'] });
    const missing = await server.pushBlob('library/harmed', 'this one goes');
    const wrong = await server.pushBlob('library/harmed', 'this one changes');
    await drain();
    const fileOf = async (digest: Digest | undefined): Promise<string> => (await server.filesOf(digest ?? ''))[0] ?? '';
    await truncate(await fileOf(short.layers[0]), 3);
    await rm(await fileOf(missing));
    await writeFile(await fileOf(wrong), 'THIS ONE CHANGES');
    await rebuild({ verifyContent: true });
    expect(problems).toEqual(
      expect.arrayContaining([
        { problem: 'blob of wrong length', what: short.layers[0] },
        { problem: 'blob missing', what: missing },
        { problem: 'blob of wrong content', what: wrong },
      ]),
    );
    const hidden = await target('blobs').where({ state: 'quarantined' }).pluck('digest');
    expect(hidden.sort()).toEqual([short.layers[0] ?? '', missing, wrong].sort());
    expect(await target('tags').where({ name: 'short' }).count()).toEqual([{ count: 1 }]);
    await server.ask('DELETE', `/v2/library/harmed/manifests/${short.digest}`);
  });

  it('has all the others where this version refuses a manifest that an older one took', async () => {
    const refused = await server.pushImage('library/older', 'refused', { layers: ['of an older version'] });
    const schema1 = 'application/vnd.docker.distribution.manifest.v1+json';
    await server.knex('manifests').where({ digest: refused.digest }).update({ media_type: schema1 });
    await drain();
    await rebuild();
    expect(problems).toContainEqual({ problem: 'manifest of wrong content', what: `library/older@${refused.digest}` });
    expect(await target('manifests').where({ digest: refused.digest })).toEqual([]);
    expect(await target('manifests').count()).not.toEqual([{ count: 0 }]);
    await server.ask('DELETE', `/v2/library/older/manifests/${refused.digest}`);
  });
});

describe('the journal', () => {
  it('loses nothing while the storage fails, and tells how far behind it is', async () => {
    await drain();
    await server.pushImage('library/outage', 'one');
    server.calls.rename = () => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' }));
    await expect(journal.step(never)).rejects.toThrow('EIO');
    expect(journal.lag).toBeGreaterThan(0);
    expect(await server.count('storage_changes')).toBe(5);
    server.restoreCalls();
    await drain();
    expect(journal.lag).toBe(0);
    expect(await server.count('storage_changes')).toBe(0);
    expect(await names('s')).not.toEqual([]);
  });

  it('is compacted into a snapshot, and what is older goes', async () => {
    await server.pushImage('library/compacted', 'one');
    await drain();
    const before = await names('s');
    await server.knex('storage_journal').update({ segments: 1_000_000 });
    await drain();
    expect(before).not.toEqual([]);
    expect((await names('s')).filter((name) => before.includes(name))).toEqual([]);
    expect((await names('c')).filter((name) => name.includes('g0000000001'))).toHaveLength(1);
    await rebuild();
    const compared = (await told(target)) as { tags: unknown };
    expect(compared.tags).toEqual(((await told(server.knex)) as { tags: unknown }).tags);
  });

  it('waits with a snapshot for transactions under way: a tag that moves meanwhile is in it as it became', async () => {
    await server.pushImage('library/slow', 'tag', { unique: 'old' });
    const image = await server.pushImage('library/slow', 'other', { unique: 'new' });
    await drain();
    const transaction = await server.knex.transaction();
    await transaction.raw(
      `update tags set manifest_id = (select id from manifests where digest = ?) where name = 'tag'
       and repository_id = (select id from repositories where name = 'library/slow')`,
      [image.digest],
    );
    await server.pushImage('library/slow', 'later', { unique: 'later' });
    await server.knex('storage_journal').update({ segments: 1_000_000 });
    const snapshot = drain();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await transaction.commit();
    await snapshot;
    await drain();
    await rebuild();
    const rows = (
      (await target.raw(`select m.digest from tags t join manifests m on m.id = t.manifest_id join repositories r
      on r.id = t.repository_id where r.name = 'library/slow' and t.name = 'tag'`)) as { rows: unknown[] }
    ).rows;
    expect(rows).toEqual([{ digest: image.digest }]);
  });

  it('begins another generation when the database went back in time, and keeps the one before', async () => {
    await server.pushImage('library/back', 'one');
    await drain();
    await server.knex.raw(`alter table storage_changes alter column id restart with 1`);
    const again = new StorageJournal(createJournalRecords(server.knex), server.store.side);
    await journal.release();
    while ((await again.step(never)).more);
    expect((await names('c')).map((name) => name.slice(0, 19))).toEqual(['journal/g0000000001', 'journal/g0000000002']);
    await rebuild();
    expect(((await told(target)) as { tags: unknown }).tags).toEqual(((await told(server.knex)) as { tags: unknown }).tags);
    await again.release();
  });

  it('is written by one process at a time, and by another when that one is gone', async () => {
    const other = new StorageJournal(createJournalRecords(server.knex), server.store.side);
    const first = new StorageJournal(createJournalRecords(server.knex), server.store.side);
    await server.pushImage('library/two', 'one');
    await first.step(never);
    await server.pushImage('library/two', 'two');
    expect(await other.step(never)).toEqual({ more: false });
    expect(await server.count('storage_changes')).toBeGreaterThan(0);
    await server.knex('storage_journal').update({ held_until: new Date(Date.now() - 1000) });
    await other.step(never);
    expect(await server.count('storage_changes')).toBe(0);
    await other.release();
  });
});
