import { z } from 'zod';
import { listQuery, nothing, queryText, timestamp } from './common.ts';
import { operation } from './operation.ts';
import { retentionExecution } from './retention.ts';

/**
 * `content`: what was committed; `push`: how far pushes are; `work`: long work, and `collection`: runs of collection, both for administrators;
 * `retention`: runs of retention, for those who may see the retention of the project.
 */
export const eventTopics = ['content', 'push', 'work', 'collection', 'retention'] as const;

/** Data of an event `content`. */
export const contentEvent = z.object({
  /** In words, such as `manifest pushed`, `tag deleted`, `tag moved`. */
  kind: z.string(),
  repository: z.string(),
  digest: z.string().optional(),
  tag: z.string().optional(),
  actor: z.string(),
  time: timestamp,
});

/** A {@link contentEvent} in the list of what happened. */
export const activity = contentEvent.extend({ id: z.number().int() });

/** Data of an event `push`: one part of a push, a blob or a manifest that was refused. */
export const pushEvent = z.object({
  repository: z.string(),
  /** Names the part; the same part comes again as it goes on. */
  part: z.string(),
  state: z.enum(['uploading', 'stored', 'mounted', 'present', 'refused']),
  actor: z.string(),
  digest: z.string().optional(),
  /** Received so far; of what was mounted or present, its size, which was saved. */
  bytes: z.number().int().optional(),
  problem: z.string().optional(),
  time: timestamp,
});

/** Data of an event `retention`: a run as it is now. That of `work` is a WorkRun, that of `collection` a GCHistory. */
export const retentionEvent = retentionExecution.extend({ project: z.string() });

export const eventOperations = {
  watchEvents: operation({
    id: 'watchEvents',
    method: 'get',
    path: '/events',
    tag: 'event',
    summary:
      'Watch what happens, as server-sent events: `content`, `push`, `work`, `collection` and `retention`. The header Last-Event-ID goes on after an earlier stream.',
    params: nothing,
    query: z.object({
      /** Only this project. */
      project: queryText().optional(),
      /** Only this repository, with its project: `team/app`. */
      repository: queryText().optional(),
      /** An id of an earlier stream, for who cannot send the header Last-Event-ID. */
      after: queryText(40).optional(),
      /** Joined by commas; `content,push` without it. */
      topic: queryText(64).optional(),
    }),
    body: nothing,
    answer: { status: 200, body: z.string(), contentType: 'text/event-stream' },
    errors: [400, 401, 403, 429],
  }),
  listActivity: operation({
    id: 'listActivity',
    method: 'get',
    path: '/activity',
    tag: 'event',
    summary:
      'List what was pushed, tagged and deleted in the last week, newest first, in every repository that the caller may see; `q` knows project, repository, kind, actor and time.',
    params: nothing,
    query: listQuery,
    body: nothing,
    answer: { status: 200, body: z.array(activity), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 422],
  }),
} as const;
