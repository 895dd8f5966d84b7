import { z } from 'zod';
import { idParam, listQuery, nothing, projectParams, timestamp } from './common.ts';
import { operation } from './operation.ts';

export const trashEntry = z.object({
  id: z.number().int(),
  kind: z.enum(['tag', 'artifact', 'repository', 'project']),
  project_id: z.number().int(),
  project_name: z.string(),
  /** Of the repository, `team/app`, or of the project. */
  name: z.string(),
  tag: z.string().optional(),
  digest: z.string().optional(),
  /** Tags that went with the artifact. */
  tags: z.array(z.string()),
  /** Bytes that come back. */
  size: z.number().int(),
  /** Name of the account, or its key where it is gone. */
  deleted_by: z.string(),
  deletion_time: timestamp,
  /** After this it cannot be restored any more. */
  expiry_time: timestamp,
});

const entryParams = z.object({ trash_id: idParam });
const projectEntryParams = projectParams.extend({ trash_id: idParam });
const page = { status: 200, body: z.array(trashEntry), headers: ['X-Total-Count', 'Link'] } as const;

/** Berth's own. */
export const trashOperations = {
  listTrash: operation({
    id: 'listTrash',
    method: 'get',
    path: '/trash',
    tag: 'trash',
    summary: 'List what was deleted anywhere and can be restored. q takes kind and name.',
    params: nothing,
    query: listQuery,
    body: nothing,
    answer: page,
    errors: [400, 401, 403, 422],
  }),
  restoreTrash: operation({
    id: 'restoreTrash',
    method: 'post',
    path: '/trash/{trash_id}/restore',
    tag: 'trash',
    summary: 'Restore an entry, also a project.',
    params: entryParams,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404, 409, 412, 422],
  }),
  purgeTrash: operation({
    id: 'purgeTrash',
    method: 'delete',
    path: '/trash/{trash_id}',
    tag: 'trash',
    summary: 'Remove an entry for good.',
    params: entryParams,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404, 422],
  }),
  listProjectTrash: operation({
    id: 'listProjectTrash',
    method: 'get',
    path: '/projects/{project_name_or_id}/trash',
    tag: 'trash',
    summary: 'List what was deleted in a project and can be restored. q takes kind and name.',
    params: projectParams,
    query: listQuery,
    body: nothing,
    answer: page,
    errors: [400, 401, 403, 404, 422],
  }),
  restoreProjectTrash: operation({
    id: 'restoreProjectTrash',
    method: 'post',
    path: '/projects/{project_name_or_id}/trash/{trash_id}/restore',
    tag: 'trash',
    summary: 'Restore a tag, an artifact or a repository.',
    params: projectEntryParams,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404, 409, 412, 422],
  }),
  purgeProjectTrash: operation({
    id: 'purgeProjectTrash',
    method: 'delete',
    path: '/projects/{project_name_or_id}/trash/{trash_id}',
    tag: 'trash',
    summary: 'Remove an entry for good.',
    params: projectEntryParams,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 403, 404, 422],
  }),
} as const;
