import { z } from 'zod';
import { platform } from './artifacts.ts';
import { listQuery, nothing, pageQuery, queryBoolean, timestamp } from './common.ts';
import { operation } from './operation.ts';
import { repositoryParams } from './repositories.ts';

/** A tag with what it points at, as the tags-first page shows it. */
export const repositoryTag = z.object({
  id: z.number().int(),
  name: z.string(),
  digest: z.string(),
  artifact_id: z.number().int(),
  /** IMAGE, CHART, ... */
  type: z.string(),
  manifest_media_type: z.string(),
  platforms: z.array(platform),
  /** Bytes, with everything it references. */
  size: z.number().int(),
  /** When it was last moved. */
  push_time: timestamp,
  creation_time: timestamp,
  /** The last pull by this name, or of what it points at now: docker fetches by digest. Absent when there was none. */
  pull_time: timestamp.optional(),
  pull_count: z.number().int(),
  /** Signatures, SBOMs and the like that belong to it. */
  accessory_count: z.number().int(),
  immutable: z.boolean(),
});

/** One move of a tag. */
export const tagMove = z.object({
  id: z.number().int(),
  tag: z.string(),
  /** Absent: the tag was deleted. */
  digest: z.string().optional(),
  /** Absent: the tag was new. */
  previous_digest: z.string().optional(),
  /** Name of the account, or its key where it is gone. */
  actor: z.string(),
  time: timestamp,
  /** Is the manifest still here, so that the tag could be rolled back to it? */
  available: z.boolean(),
});

const path = '/projects/{project_name}/repositories/{repository_name}/tags';
const tagParams = repositoryParams.extend({ tag_name: z.string().min(1).max(255) });

/** Berth's own: tags first, their history, and the way back. */
export const tagOperations = {
  listRepositoryTags: operation({
    id: 'listRepositoryTags',
    method: 'get',
    path,
    tag: 'tag',
    summary: 'List the tags of a repository. q=name=v1.* takes a pattern; sort by name, version, push_time, creation_time or pull_time.',
    params: repositoryParams,
    query: listQuery.extend({ with_accessory: queryBoolean.default(false) }),
    body: nothing,
    answer: { status: 200, body: z.array(repositoryTag), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 403, 404, 422],
  }),
  listTagHistory: operation({
    id: 'listTagHistory',
    method: 'get',
    path: `${path}/{tag_name}/history`,
    tag: 'tag',
    summary: 'List every move of a tag, the newest first; also of one that was deleted.',
    params: tagParams,
    query: pageQuery,
    body: nothing,
    answer: { status: 200, body: z.array(tagMove), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 403, 404, 422],
  }),
  rollbackTag: operation({
    id: 'rollbackTag',
    method: 'post',
    path: `${path}/{tag_name}/rollback`,
    tag: 'tag',
    summary: 'Point a tag at a manifest that it pointed at before; the move is kept in its history.',
    params: tagParams,
    query: nothing,
    body: z.object({ digest: z.string().max(160) }),
    answer: { status: 200 },
    errors: [400, 401, 403, 404, 409],
  }),
} as const;
