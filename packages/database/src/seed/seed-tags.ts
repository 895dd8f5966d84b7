import type { RepositoryName } from '@berth/oci';
import type { Knex } from 'knex';
import { lockOrCreateRepository } from '../registry/repository-rows.ts';
import { inTransaction, plannedRowsOf } from '../transactions.ts';

export interface TagSeed {
  /** In a project that exists; created where missing. */
  readonly repository: RepositoryName;
  /** Named `<prefix>00001` and so on, as many digits as the largest needs. */
  readonly tags: number;
  readonly prefix?: string;
  /** Distinct manifests that the tags share evenly. Default: one each. */
  readonly manifests?: number;
}

/**
 * Fills a repository with tags of small, valid manifests (indexes without children) for measurements and demonstrations: made inside
 * Postgres by five statements, so ten thousand take less than a second. Existing tags of the same names are left alone.
 */
export async function seedTags(knex: Knex, seed: TagSeed): Promise<void> {
  const manifests = Math.max(1, Math.min(seed.manifests ?? seed.tags, seed.tags));
  await inTransaction(knex, async (transaction) => {
    const repository = await lockOrCreateRepository(transaction, seed.repository);
    await plannedRowsOf(
      transaction,
      `create temporary table seeded on commit drop as
       select n, bytes, 'sha256:' || encode(sha256(bytes), 'hex') as digest
       from generate_series(1, ?::integer) as n, convert_to(
         '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[],"annotations":{"org.example.seed":"'
           || n || '"}}', 'UTF8') as bytes`,
      [manifests],
    );
    await plannedRowsOf(
      transaction,
      'insert into manifest_contents (digest, bytes) select digest, bytes from seeded order by digest on conflict (digest) do nothing',
      [],
    );
    await plannedRowsOf(
      transaction,
      `insert into manifests (repository_id, content_id, digest, media_type, size, pushed_by)
       select ?, c.id, s.digest, 'application/vnd.oci.image.index.v1+json', octet_length(s.bytes), 'seed'
       from seeded s join manifest_contents c using (digest) order by s.digest
       on conflict (repository_id, digest) do nothing`,
      [repository.id],
    );
    await plannedRowsOf(
      transaction,
      `with created as (
         insert into tags (repository_id, name, manifest_id)
         select m.repository_id, ? || lpad(number::text, length(?::text), '0'), m.id
         from generate_series(1, ?::integer) as number
         join seeded s on s.n = 1 + number % ?
         join manifests m on m.repository_id = ? and m.digest = s.digest
         order by 2
         on conflict (repository_id, name) do nothing
         returning repository_id, name, manifest_id)
       insert into tag_history (repository_id, tag, digest, actor)
       select c.repository_id, c.name, m.digest, 'seed' from created c join manifests m on m.id = c.manifest_id`,
      [seed.prefix ?? 'v', seed.tags, seed.tags, manifests, repository.id],
    );
  });
  await plannedRowsOf(knex, 'analyze repositories, manifests, manifest_contents, tags', []);
}
