import type { Digest } from '@berth/oci';
import type { ContentLists } from '@berth/registry';
import type { Knex } from 'knex';
import { rowsOf } from '../transactions.ts';
import { listAccessories } from './artifact-details.ts';
import { findArtifact, listArtifacts } from './artifact-lists.ts';
import { findRepository, listRepositoriesOf } from './repository-lists.ts';
import { listTagsOf } from './tag-lists.ts';

const MAX_PAGE_SIZE = 100;
const MAX_LAYERS = 500;
const MAX_SHARING = 1000;

/** Lists of content in Postgres. Every page costs a constant number of statements. */
export function createContentLists(knex: Knex): ContentLists {
  return {
    repositories: (query) => listRepositoriesOf(knex, query),
    repository: (name) => findRepository(knex, name),
    artifacts: (query) => listArtifacts(knex, query),
    artifact: (repositoryId, reference, detail) => findArtifact(knex, { repositoryId, reference }, detail),
    tags: (repositoryId, query) => listTagsOf(knex, repositoryId, query),

    accessories(repositoryId, manifestId, { page, pageSize, artifactType }) {
      const limit = Math.min(Math.max(pageSize, 1), MAX_PAGE_SIZE);
      return listAccessories(knex, { repositoryId, manifestId, artifactType }, { limit, offset: (Math.max(page, 1) - 1) * limit });
    },

    async layerUses(digests) {
      if (digests.length === 0) return [];
      return rowsOf<{ digest: Digest; repositories: number }>(
        knex,
        // A base layer is in thousands of repositories, and an image may have thousands of layers.
        `select b.digest, (select count(*) from (
           select 1 from repository_blobs l join repositories r on r.id = l.repository_id
           where l.blob_id = b.id and r.deleted_at is null limit ${MAX_SHARING}) counted) as repositories
         from blobs b where b.digest = any(?::text[])`,
        [digests.slice(0, MAX_LAYERS)],
      );
    },

    async projectSummary(projectId) {
      const rows = await rowsOf<{ repositories: number; bytes: number; members: [number, number][] | null }>(
        knex,
        `select
           (select json_agg(json_build_array(role_id, members)) from (
              select role_id, count(*) as members from project_members where project_id = ? group by role_id) counted) as members,
           (select count(*) from repositories r where r.project_id = ? and r.deleted_at is null
              and exists (select 1 from manifests m where m.repository_id = r.id)) as repositories,
           (select coalesce(sum(b.size), 0)::bigint from blobs b where b.id in (
              select l.blob_id from repository_blobs l join repositories r on r.id = l.repository_id
              where r.project_id = ? and r.deleted_at is null)) as bytes`,
        [projectId, projectId, projectId],
      );
      return { repositoryCount: rows[0]?.repositories ?? 0, bytes: rows[0]?.bytes ?? 0, membersByRole: new Map(rows[0]?.members ?? []) };
    },
  };
}
