import { z } from 'zod';
import { artifactParams } from './artifacts.ts';
import { nothing, projectParams, queryText, refusal, sentence } from './common.ts';
import { operation } from './operation.ts';

/** An image that an archive brought. */
export const importedImage = z.object({
  /** With the project: `team/app`. */
  repository: z.string(),
  digest: z.string(),
  /** Tags that point here now; empty for an image that the archive names by digest only. */
  tags: z.array(z.string()),
  /** `linux/amd64`; several for an index. */
  platforms: z.array(z.string()),
});

export const archiveImport = z.object({
  images: z.array(importedImage),
  /** Layers and configs that were stored, and those that were here before. */
  blobs_stored: z.number().int(),
  blobs_existing: z.number().int(),
  bytes_stored: z.number().int(),
  bytes_existing: z.number().int(),
  /** Sentences about what was left out or done otherwise than one may expect. */
  warnings: z.array(z.string()),
  /** The same with their names. */
  warning_sentences: z.array(sentence),
});

/** One line of the answer to `Accept: application/x-ndjson`; the last is `done` or `failed`. */
export const archiveProgress = z.discriminatedUnion('event', [
  z.object({ event: z.literal('reading'), bytes: z.number().int(), total_bytes: z.number().int().optional(), entries: z.number().int() }),
  z.object({ event: z.literal('blob'), digest: z.string(), size: z.number().int(), existed: z.boolean() }),
  z.object({ event: z.literal('image'), image: importedImage }),
  z.object({ event: z.literal('done'), result: archiveImport }),
  refusal.extend({ event: z.literal('failed') }),
]);

const TAR = { 'application/x-tar': z.string().meta({ format: 'binary' }) } as const;

/** Berth's own. */
export const archiveOperations = {
  importArchive: operation({
    id: 'importArchive',
    method: 'post',
    path: '/projects/{project_name_or_id}/archives',
    tag: 'archive',
    summary:
      'Take images out of an archive: the body is what docker save or podman save writes, or a tar of an OCI layout, as it is or compressed ' +
      'with gzip or zstd. Send Accept: application/x-ndjson to get progress as lines of JSON while the archive is read.',
    params: projectParams,
    /** Without the project. Absent: each image goes to the repository that the archive names, below the project. */
    query: z.object({ repository: queryText(255).optional() }),
    body: nothing,
    upload: TAR,
    answer: { status: 201, body: archiveImport },
    errors: [400, 401, 403, 404, 413, 422],
  }),
  getArchive: operation({
    id: 'getArchive',
    method: 'get',
    path: '/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/archive',
    tag: 'archive',
    summary: 'Download an artifact as one tar that is an OCI layout and a docker load archive. An index comes with all its images.',
    params: artifactParams,
    /** `os/architecture` or `os/architecture/variant`: of an index only the image for this platform. */
    query: z.object({ platform: queryText(100).optional() }),
    body: nothing,
    answer: { status: 200, body: TAR['application/x-tar'], contentType: 'application/x-tar' },
    errors: [400, 401, 403, 404, 422],
  }),
} as const;
