import type { Digest, Reference, RepositoryName } from '@berth/oci';
import type { ManifestHead, ManifestRecords, StoredManifest } from '@berth/registry';
import type { Lookups } from '../lookups.ts';
import type { RecordsOptions } from './blob-records.ts';
import { MANIFEST_BY_DIGEST, MANIFEST_BY_TAG } from './hot-statements.ts';
import { listRepositories, listTags } from './listings.ts';
import { ManifestBytes } from './manifest-bytes.ts';
import { putManifest } from './manifest-put.ts';
import { removeManifest, removeTag } from './manifest-removal.ts';
import { listReferrers } from './referrers.ts';

interface HeadRow {
  readonly digest: Digest;
  readonly media_type: string;
  readonly size: number;
  readonly content_id: number;
}

export interface ManifestRecordsOptions extends RecordsOptions {
  /** Bound of the cache of manifest bytes. */
  readonly cacheBytes?: number;
}

/** Manifests and tags in Postgres. */
export function createManifestRecords({ knex, lookups, cacheBytes }: ManifestRecordsOptions): ManifestRecords {
  const contents = new ManifestBytes(knex, cacheBytes);
  return {
    find: (repository, reference) => find(lookups, contents, { repository, reference }),

    async head(repository, reference) {
      const row = await readHead(lookups, repository, reference);
      return row && headOf(row);
    },

    put: (put) => putManifest(knex, put),
    remove: (repository, digest, actor) => removeManifest(knex, { repository, digest, actor }),
    removeTag: (repository, tag, actor) => removeTag(knex, { repository, tag, actor }),
    tags: (repository, page) => listTags(knex, repository, page),
    referrers: (repository, query) => listReferrers(knex, repository, query),
    catalog: (scope, page) => listRepositories(knex, scope, page),
  };
}

async function find(
  lookups: Lookups,
  contents: ManifestBytes,
  { repository, reference }: { repository: RepositoryName; reference: Reference },
): Promise<StoredManifest | undefined> {
  for (;;) {
    const row = await readHead(lookups, repository, reference);
    if (row === undefined) return undefined;
    const bytes = contents.cached(row.digest) ?? (await contents.read(row.digest, row.content_id));
    if (bytes !== undefined) return { digest: row.digest, mediaType: row.media_type, bytes };
    // Deleted between the two statements, perhaps pushed again since: the next look has the answer.
  }
}

async function readHead(lookups: Lookups, repository: RepositoryName, reference: Reference): Promise<HeadRow | undefined> {
  const rows =
    reference.kind === 'tag'
      ? await lookups.query<HeadRow>(MANIFEST_BY_TAG, [repository, reference.tag])
      : await lookups.query<HeadRow>(MANIFEST_BY_DIGEST, [repository, reference.digest]);
  return rows[0];
}

function headOf(row: HeadRow): ManifestHead {
  return { digest: row.digest, mediaType: row.media_type, size: row.size };
}
