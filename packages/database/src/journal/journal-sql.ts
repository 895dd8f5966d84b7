import type { JournalKind } from '@berth/registry';

/** Where the state of a thing is read, and as what it is written. `null` is written where nothing is found. */
export interface JournalSource {
  /** With the tables of `value`. */
  readonly from: string;
  /** Conditions on `c`, a row of storage_changes or a key of that shape. */
  readonly match: string;
  /** SQL of a json value. Times are ISO 8601. */
  readonly value: string;
  /** Columns that name it: item, repository_id, name. */
  readonly key: readonly [item: string, repositoryId: string, name: string];
  /** SQL of the bytes that the value takes, about. */
  readonly bytes: string;
  readonly where: string;
}

/** A manifest is valid UTF-8 JSON, so that it has no NUL; read as Latin-1 every byte is one character, and comes back as it was. */
export const JOURNAL_SOURCES: Readonly<Record<JournalKind, JournalSource>> = {
  project: {
    from: 'projects p',
    match: 'p.id = c.item',
    where: 'p.deleted_at is null',
    value: `json_build_object('name', p.name, 'public', p.public, 'createdAt', p.created_at)`,
    key: ['p.id', '0::bigint', `''::text`],
    bytes: '400',
  },
  repository: {
    from: 'repositories r',
    match: 'r.id = c.item',
    where: 'r.deleted_at is null',
    value: `json_build_object('projectId', r.project_id, 'name', r.name, 'description', r.description, 'createdAt', r.created_at)`,
    key: ['r.id', '0::bigint', `''::text`],
    bytes: 'octet_length(r.description) + 400',
  },
  link: {
    from: 'repository_blobs l join blobs b on b.id = l.blob_id',
    match: 'l.repository_id = c.repository_id and l.blob_id = c.item',
    where: 'true',
    value: `json_build_object('digest', b.digest, 'size', b.size, 'key', b.storage_key, 'createdAt', l.created_at)`,
    key: ['l.blob_id', 'l.repository_id', `''::text`],
    bytes: '300',
  },
  blob: {
    from: 'blobs b',
    match: 'b.id = c.item',
    where: 'true',
    value: `json_build_object('digest', b.digest, 'size', b.size, 'key', b.storage_key)`,
    key: ['b.id', '0::bigint', `''::text`],
    bytes: '300',
  },
  manifest: {
    from: 'manifests m join manifest_contents t on t.id = m.content_id',
    match: 'm.id = c.item',
    where: 'true',
    value: `json_build_object('repositoryId', m.repository_id, 'digest', m.digest, 'mediaType', m.media_type, 'pushedBy', m.pushed_by,
      'createdAt', m.created_at, 'pushedAt', m.pushed_at, 'bytes', convert_from(t.bytes, 'LATIN1'))`,
    key: ['m.id', '0::bigint', `''::text`],
    bytes: 'm.size + 600',
  },
  tag: {
    from: 'tags g join manifests m on m.id = g.manifest_id',
    match: 'g.repository_id = c.repository_id and g.name = c.name',
    where: 'true',
    value: `json_build_object('digest', m.digest, 'createdAt', g.created_at, 'movedAt', g.moved_at)`,
    key: ['0::bigint', 'g.repository_id', 'g.name'],
    bytes: '400',
  },
};
