import type { RepositoryName } from '@berth/oci';
import type { Knex } from 'knex';
import { inTransaction, plannedRowsOf, rowsOf } from '../transactions.ts';

export interface RegistrySeed {
  /** A repository that is there; every image is made of its blobs, so that what is listed can also be pulled. */
  readonly from: RepositoryName;
  readonly repositories: number;
  readonly artifacts: number;
  readonly tags: number;
  /** Told after each piece: repositories so far. */
  progress?(repositories: number): void;
}

/** The seed cannot be made; the message is a sentence. */
export class SeedError extends Error {
  override readonly name = 'SeedError';
}

/** The first project has half of the repositories, and its first repository this share of all artifacts and tags: what is large in life. */
const LARGE_REPOSITORY_SHARE = 30;
const PROJECTS = 500;
const CHUNK = 250;
const LAYERS = 3;

/**
 * Fills a development database with made-up projects (seed-0001 and so on), repositories, images and tags, to measure lists with. Set-based
 * and deterministic; triggers, quotas and facts as if all had been pushed. Throws {@link SeedError} when it was done before, or when `from`
 * has no image.
 */
export async function seedRegistry(knex: Knex, seed: RegistrySeed): Promise<void> {
  const blobs = await rowsOf<{ id: number; digest: string; size: number }>(
    knex,
    `select b.id, b.digest, b.size from blobs b join repository_blobs l on l.blob_id = b.id join repositories r on r.id = l.repository_id
     where r.name = ? and r.deleted_at is null order by b.size, b.id limit 1000`,
    [seed.from],
  );
  if (blobs.length <= LAYERS)
    throw new SeedError(`${seed.from} has fewer than ${LAYERS + 1} blobs. Push an image with several layers there first.`);
  const there = await rowsOf(knex, `select 1 from projects where name = 'seed-0001' and deleted_at is null`, []);
  if (there.length > 0)
    throw new SeedError('The project seed-0001 is there already: this database was seeded before. Nothing was changed.');
  const counts = countsOf(seed);
  for (let first = 1; first <= seed.repositories; first += CHUNK) {
    const last = Math.min(first + CHUNK - 1, seed.repositories);
    await inTransaction(knex, (transaction) => seedChunk(transaction, { first, last, blobs, ...counts }));
    seed.progress?.(last);
  }
  for (const table of [
    'repositories',
    'manifests',
    'manifest_contents',
    'manifest_references',
    'tags',
    'repository_blobs',
    'manifest_facts',
  ])
    await plannedRowsOf(knex, `vacuum analyze ${table}`, []);
}

interface Counts {
  readonly repositories: number;
  readonly largeArtifacts: number;
  readonly largeTags: number;
  readonly artifacts: number;
  readonly tags: number;
}

function countsOf({ repositories, artifacts, tags }: RegistrySeed): Counts {
  if (repositories < 1 || artifacts < repositories || tags < artifacts)
    throw new SeedError(
      'Each repository has an artifact, and each artifact a tag: give at least as many artifacts as repositories, and as many tags as artifacts.',
    );
  const others = Math.max(repositories - 1, 1);
  const [spareArtifacts, spareTags] = [artifacts - repositories, tags - repositories];
  const largeArtifacts = 1 + Math.floor(spareArtifacts / LARGE_REPOSITORY_SHARE);
  const largeTags = Math.max(largeArtifacts, 1 + Math.floor(spareTags / LARGE_REPOSITORY_SHARE));
  return { repositories, largeArtifacts, largeTags, artifacts: (artifacts - largeArtifacts) / others, tags: (tags - largeTags) / others };
}

interface Chunk extends Counts {
  readonly first: number;
  readonly last: number;
  readonly blobs: readonly { readonly id: number; readonly digest: string; readonly size: number }[];
}

async function seedChunk(transaction: Knex, chunk: Chunk): Promise<void> {
  const run = (sql: string, values: readonly unknown[] = []): Promise<unknown> => plannedRowsOf(transaction, sql, values);
  await run(
    `create temporary table seeded_blobs on commit drop as
     select (row_number() over ()) - 1 as n, id, digest, size from unnest(?::bigint[], ?::text[], ?::bigint[]) as b (id, digest, size)`,
    [chunk.blobs.map(({ id }) => id), chunk.blobs.map(({ digest }) => digest), chunk.blobs.map(({ size }) => size)],
  );
  // How many artifacts and tags each has; remainders are spread, so that the sums are right.
  await run(
    `create temporary table seeded on commit drop as
     select i, 'seed-' || lpad(project::text, 4, '0') as project, 'seed-' || lpad(project::text, 4, '0') || '/team-' || (i % 40) || '/app-' || lpad(i::text, 5, '0') as name,
       greatest(1, case when i = 1 then ?::integer else (floor((i - 1) * ?::float8 + 1e-6) - floor((i - 2) * ?::float8 + 1e-6))::integer end) as artifacts,
       greatest(1, case when i = 1 then ?::integer else (floor((i - 1) * ?::float8 + 1e-6) - floor((i - 2) * ?::float8 + 1e-6))::integer end) as tags
     from (select i, case when i <= ? / 2 then 1 else 2 + i % ${PROJECTS - 1} end as project from generate_series(?::integer, ?::integer) i) x`,
    [
      chunk.largeArtifacts,
      chunk.artifacts,
      chunk.artifacts,
      chunk.largeTags,
      chunk.tags,
      chunk.tags,
      chunk.repositories,
      chunk.first,
      chunk.last,
    ],
  );
  await run(
    `insert into projects (name, public, owner_id)
     select s.project, s.project > 'seed-0250', (select min(id) from users where deleted_at is null) from (select distinct project from seeded) s
     where not exists (select 1 from projects p where p.name = s.project and p.deleted_at is null) order by s.project`,
  );
  await run(
    `insert into repositories (project_id, name, created_at, updated_at)
     select p.id, s.name, now() - s.i * interval '1 minute', now() - s.i * interval '1 minute'
     from seeded s join projects p on p.name = s.project and p.deleted_at is null order by s.i`,
  );
  await run(
    `create temporary table seeded_manifests on commit drop as
     select x.repository_id, x.i, x.n, x.blobs, convert_to(x.text, 'UTF8') as bytes,
       'sha256:' || encode(sha256(convert_to(x.text, 'UTF8')), 'hex') as digest
     from (
       select r.id as repository_id, s.i, a.n, array_agg(b.id order by k) as blobs,
         '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"'
           || (array_agg(b.digest order by k))[1] || '","size":' || (array_agg(b.size order by k))[1] || '},"layers":['
           || string_agg('{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"' || b.digest || '","size":' || b.size || '}', ',' order by k)
             filter (where k > 0)
           || '],"annotations":{"org.opencontainers.image.version":"' || s.i || '.' || a.n || '"}}' as text
       from seeded s join repositories r on r.name = s.name and r.deleted_at is null
       cross join lateral generate_series(1, s.artifacts) as a (n) cross join generate_series(0, ${LAYERS}) k
       join seeded_blobs b on b.n = case k when 0 then 0 else 1 + (s.i * 7 + a.n * 13 + k) % (select count(*) - 1 from seeded_blobs) end
       group by r.id, s.i, a.n) x`,
  );
  await run(
    `insert into repository_blobs (repository_id, blob_id, lease_until)
     select distinct repository_id, unnest(blobs), now() from seeded_manifests order by 1, 2`,
  );
  await run(
    'insert into manifest_contents (digest, bytes) select digest, bytes from seeded_manifests order by digest on conflict (digest) do nothing',
  );
  await run(
    `insert into manifests (repository_id, content_id, digest, media_type, size, artifact_type, pushed_by, created_at, pushed_at)
     select s.repository_id, c.id, s.digest, 'application/vnd.oci.image.manifest.v1+json', octet_length(s.bytes),
       'application/vnd.oci.image.config.v1+json', 'seed', now() - (s.i + s.n * 10) * interval '1 minute', now() - (s.i + s.n * 10) * interval '1 minute'
     from seeded_manifests s join manifest_contents c on c.digest = s.digest order by s.i, s.n`,
  );
  await run(
    `insert into manifest_references (manifest_id, position, repository_id, role, size, blob_id)
     select m.id, x.k - 1, m.repository_id, case x.k when 1 then 'config' else 'layer' end, b.size, b.id
     from seeded_manifests s join manifests m on m.repository_id = s.repository_id and m.digest = s.digest
     cross join lateral unnest(s.blobs) with ordinality as x (id, k) join seeded_blobs b on b.id = x.id`,
  );
  await run(
    `insert into manifest_facts (content_id, facts)
     select distinct m.content_id, '{"kind":"image","configMediaType":"application/vnd.oci.image.config.v1+json","platforms":[{"os":"linux","architecture":"amd64"}],"extraAttrs":{"os":"linux","architecture":"amd64"},"children":[]}'
     from seeded_manifests s join manifests m on m.repository_id = s.repository_id and m.digest = s.digest on conflict (content_id) do nothing`,
  );
  await run(
    `create temporary table seeded_tags on commit drop as
     select m.repository_id, m.id as manifest_id, m.digest, s.i, t,
       case t % 10 when 0 then 'build-' || lpad(t::text, 6, '0') else 'v' || (t / 100) || '.' || (t / 10 % 10) || '.' || (t % 10) end as name
     from seeded s join repositories r on r.name = s.name and r.deleted_at is null cross join lateral generate_series(1, s.tags) t
     join seeded_manifests x on x.repository_id = r.id and x.n = 1 + (t - 1) % s.artifacts
     join manifests m on m.repository_id = r.id and m.digest = x.digest`,
  );
  await run(
    `insert into tags (repository_id, name, manifest_id, created_at, moved_at)
     select repository_id, name, manifest_id, now() - (i + t) * interval '1 minute', now() - (i + t) * interval '1 minute'
     from seeded_tags order by i, t`,
  );
  await run(
    `insert into tag_history (repository_id, tag, digest, actor) select repository_id, name, digest, 'seed' from seeded_tags order by i, t`,
  );
  // Two of three were pulled.
  await run(
    `insert into manifest_traffic (manifest_id, pull_count, pulled_at)
     select m.id, 1 + m.id % 50, now() - (m.id % 5000) * interval '1 minute'
     from seeded_manifests s join manifests m on m.repository_id = s.repository_id and m.digest = s.digest where m.id % 3 > 0`,
  );
  await run(
    `insert into tag_traffic (repository_id, tag, pull_count, pulled_at)
     select repository_id, name, 1 + t % 20, now() - ((i + t * 7) % 5000) * interval '1 minute' from seeded_tags where t % 3 > 0`,
  );
  await run(
    `insert into repository_traffic (repository_id, pull_count, push_count, pulled_at, pushed_at)
     select r.id, s.i % 1000, s.tags, now() - (s.i % 5000) * interval '1 minute', now() - s.i * interval '1 minute'
     from seeded s join repositories r on r.name = s.name and r.deleted_at is null`,
  );
}
