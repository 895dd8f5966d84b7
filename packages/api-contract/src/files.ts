import { z } from 'zod';
import { artifactParams } from './artifacts.ts';
import { nothing, queryText, wholeNumber } from './common.ts';
import { operation } from './operation.ts';

/** Names at most in one answer. */
export const MAX_FILES = 500;

const fileKind = z.enum(['file', 'directory', 'symlink', 'hardlink', 'device', 'fifo', 'removed']);

/** A layer, and whether its files can be listed. */
export const layerState = z.object({
  digest: z.string(),
  /** Bytes as stored. */
  size: z.number().int(),
  state: z.enum(['waiting', 'reading', 'ready', 'unreadable']),
  /** Why it cannot be read. */
  problem: z.enum(['absent', 'damaged', 'not a tar', 'compression', 'bomb', 'too many', 'path', 'too long']).optional(),
  read_bytes: z.number().int(),
  /** Files, directories and links in it. */
  entries: z.number().int(),
});

export const imageFile = z.object({
  name: z.string(),
  /** From the root, without a leading slash. */
  path: z.string(),
  /** `removed`: a layer took away what lower layers have there. */
  kind: fileKind,
  /** Bytes; 0 for what is no file. */
  size: z.number().int(),
  /** Permission bits in octal, four digits: `0755`. */
  mode: z.string(),
  /** Of links. */
  target: z.string().optional(),
  /** Which layer it is from, or which took it away: its place in `layers`, from 0, the lowest. */
  layer: z.number().int(),
});

/** Of an image, or of the image that was chosen from an index. */
const opened = {
  digest: z.string(),
  /** Where it was chosen from an index. */
  platform: z.string().optional(),
  /** The lowest first. */
  layers: z.array(layerState),
  /** False while layers are being read: what they hold is missing until then. Ask again. */
  settled: z.boolean(),
};

export const imageDirectory = z.object({
  ...opened,
  directory: z.string(),
  /** In byte order of their names. */
  files: z.array(imageFile),
  /** More names follow: send the last one as `after`. */
  more: z.boolean(),
});

export const foundFiles = z.object({
  ...opened,
  files: z.array(imageFile),
  /** More may follow: send this as `after`. */
  next: z.string().optional(),
});

export const comparedLayer = z.object({
  digest: z.string(),
  /** Bytes as stored. */
  size: z.number().int(),
  in: z.enum(['both', 'from', 'to']),
});

export const configChange = z.object({
  field: z.enum([
    ...([
      'platform',
      'created',
      'env',
      'label',
      'port',
      'volume',
      'user',
      'workdir',
      'entrypoint',
      'cmd',
      'stopsignal',
      'healthcheck',
    ] as const),
  ]),
  /** Of a field with several values, which: the variable, the label, the port. */
  name: z.string().optional(),
  from: z.string().optional(),
  to: z.string().optional(),
});

const side = z.object({
  repository_name: z.string(),
  digest: z.string(),
  platform: z.string().optional(),
  /** Bytes of the layers. */
  size: z.number().int(),
});

export const comparison = z.object({
  from: side,
  to: side,
  /** Shared ones first, then those of `from`, then those of `to`. */
  layers: z.array(comparedLayer),
  config: z.array(configChange),
});

const fileSide = z.object({ kind: fileKind, size: z.number().int(), mode: z.string(), target: z.string().optional() });

export const fileChange = z.object({
  path: z.string(),
  change: z.enum(['added', 'removed', 'changed']),
  from: fileSide.optional(),
  to: fileSide.optional(),
});

export const fileChanges = z.object({
  /** False while layers are being read: differences are missing until then. Ask again. */
  settled: z.boolean(),
  /** Layers of either image that cannot be read; what they hold is not compared. */
  unreadable: z.array(layerState),
  changes: z.array(fileChange),
  /** More may follow: send this as `after`. */
  next: z.string().optional(),
});

const BINARY = z.string().meta({ format: 'binary' });
const MAX_PATH = 2_000;
/** A path with a slash behind it, or a name. */
const MAX_PLACE = 2_300;
/** `os/architecture` or `os/architecture/variant`: which image of an index; linux/amd64 or the first when none is named. */
const platform = queryText(100).optional();
const limit = wholeNumber(1, MAX_FILES, MAX_FILES).default(100);
/** `project/repository:tag` or `project/repository@digest`. */
const other = queryText(512);

const one = '/projects/{project_name}/repositories/{repository_name}/artifacts/{reference}';

/** Berth's own. */
export const fileOperations = {
  listFiles: operation({
    id: 'listFiles',
    method: 'get',
    path: `${one}/files`,
    tag: 'artifact',
    summary:
      'List one directory of an image, as a container would see it, with what layers removed. The first question has the layers read, which ' +
      'takes a moment: ask again while settled is false.',
    params: artifactParams,
    query: z.object({ directory: queryText(MAX_PATH).default(''), after: queryText(MAX_PATH).default(''), limit, platform }),
    body: nothing,
    answer: { status: 200, body: imageDirectory },
    errors: [400, 401, 403, 404, 422],
  }),
  searchFiles: operation({
    id: 'searchFiles',
    method: 'get',
    path: `${one}/files/search`,
    tag: 'artifact',
    summary: 'Find files of an image by a part of their names.',
    params: artifactParams,
    query: z.object({ text: z.string().min(1).max(255), after: queryText(MAX_PLACE).default(''), limit, platform }),
    body: nothing,
    answer: { status: 200, body: foundFiles },
    errors: [400, 401, 403, 404, 422],
  }),
  getFile: operation({
    id: 'getFile',
    method: 'get',
    path: `${one}/files/content`,
    tag: 'artifact',
    summary: 'Download one file of an image, up to 1 GiB.',
    params: artifactParams,
    query: z.object({ path: z.string().min(1).max(MAX_PATH), platform }),
    body: nothing,
    answer: { status: 200, body: BINARY, contentType: 'application/octet-stream' },
    errors: [400, 401, 403, 404, 412, 422, 429],
  }),
  compareArtifacts: operation({
    id: 'compareArtifacts',
    method: 'get',
    path: `${one}/compare`,
    tag: 'artifact',
    summary: 'Compare an image with another one, of this or another repository: layers, config and sizes.',
    params: artifactParams,
    query: z.object({ with: other, platform }),
    body: nothing,
    answer: { status: 200, body: comparison },
    errors: [400, 401, 403, 404, 422],
  }),
  compareFiles: operation({
    id: 'compareFiles',
    method: 'get',
    path: `${one}/compare/files`,
    tag: 'artifact',
    summary: 'List the files that differ between an image and another one. Times are not compared.',
    params: artifactParams,
    query: z.object({ with: other, platform, after: queryText(MAX_PLACE).optional(), limit }),
    body: nothing,
    answer: { status: 200, body: fileChanges },
    errors: [400, 401, 403, 404, 422],
  }),
} as const;
