import type { Descriptor, Digest, RepositoryName } from '@berth/oci';
import type { ReferrerPage, ReferrerQuery } from '@berth/registry';
import type { Knex } from 'knex';
import { plannedRowsOf } from '../transactions.ts';
import { startOf } from './listings.ts';

/**
 * Annotations on one page, bytes: one manifest may carry megabytes, so that counting manifests alone bounds nothing. A page is an index, of
 * which clients read four megabytes at most, as of any manifest.
 */
const MAX_PAGE_ANNOTATIONS = 2 * 1024 * 1024;

interface ReferrerRow {
  readonly digest: Digest;
  readonly media_type: string;
  readonly size: number;
  readonly artifact_type: string | null;
  readonly annotations: string | null;
  readonly found: number;
}

/** Manifests whose subject is the given digest, in digest order, one statement. The first of a page always fits. */
export async function listReferrers(knex: Knex, repository: RepositoryName, query: ReferrerQuery): Promise<ReferrerPage> {
  // No stored type has a NUL, which Postgres would refuse even to compare.
  if (query.artifactType?.includes('\0') === true) return { descriptors: [], more: false };
  const ofType = query.artifactType === undefined ? '' : 'and m.artifact_type = ?';
  const rows = await plannedRowsOf<ReferrerRow>(
    knex,
    `select digest, media_type, size, artifact_type, annotations, found from (
       select found.*, count(*) over () as found,
         sum(coalesce(octet_length(annotations), 0)) over (order by digest) as bytes, row_number() over (order by digest) as place
       from (
         select m.digest, m.media_type, m.size, m.artifact_type, m.annotations
         from repositories r join manifests m on m.repository_id = r.id
         where r.name = ? and r.deleted_at is null and m.subject_digest = ? and m.digest > ? ${ofType}
         order by m.digest limit ?) as found) as counted
     where place = 1 or bytes <= ? order by digest`,
    [
      repository,
      query.subject,
      startOf(query),
      ...(query.artifactType === undefined ? [] : [query.artifactType]),
      query.limit + 1,
      MAX_PAGE_ANNOTATIONS,
    ],
  );
  const shown = rows.slice(0, query.limit);
  return { descriptors: shown.map(descriptorOf), more: (rows[0]?.found ?? 0) > shown.length };
}

function descriptorOf(row: ReferrerRow): Descriptor {
  return {
    mediaType: row.media_type,
    digest: row.digest,
    size: row.size,
    ...(row.artifact_type === null ? {} : { artifactType: row.artifact_type }),
    ...(row.annotations === null ? {} : { annotations: JSON.parse(row.annotations) as Record<string, string> }),
  };
}
