import { type Digest, OciError, parseDigest, parseReference, parseRepositoryName, type Reference, type RepositoryName } from '@berth/oci';
import { parseUploadId, type UploadId } from '@berth/registry';

/** What a path under /v2 names, parsed once: the gate and the handler get this same value. */
export interface Targets {
  root: { readonly shape: 'root' };
  catalog: { readonly shape: 'catalog' };
  tags: { readonly shape: 'tags'; readonly repository: RepositoryName };
  referrers: { readonly shape: 'referrers'; readonly repository: RepositoryName; readonly digest: Digest };
  manifest: { readonly shape: 'manifest'; readonly repository: RepositoryName; readonly reference: Reference };
  blob: { readonly shape: 'blob'; readonly repository: RepositoryName; readonly digest: Digest };
  uploads: { readonly shape: 'uploads'; readonly repository: RepositoryName };
  upload: { readonly shape: 'upload'; readonly repository: RepositoryName; readonly id: UploadId };
}
export type Shape = keyof Targets;
export type Target = Targets[Shape];

/** Longest path that can be right: a name of 255, a digest of 135 and the words between; the rest is for escapes. */
const MAX_PATH = 2048;
const PREFIX = '/v2/';

/**
 * Reads the path of a request target, as sent. Nouns are found from the end, since a repository may be called `blobs` or `manifests`.
 * Returns undefined for a path that names nothing here. Throws NAME_INVALID, TAG_INVALID, DIGEST_INVALID, BLOB_UPLOAD_UNKNOWN.
 */
export function parseTarget(path: string): Target | undefined {
  if (path.length > MAX_PATH) throw new OciError('NAME_INVALID', `A path has at most ${MAX_PATH} characters.`, { status: 414 });
  if (path === PREFIX || path === '/v2') return { shape: 'root' };
  if (!path.startsWith(PREFIX)) return undefined;
  const plain = path.includes('%') ? decodeSegments(path) : path;
  if (plain === '/v2/_catalog') return { shape: 'catalog' };
  const lastSlash = plain.lastIndexOf('/');
  const nounSlash = plain.lastIndexOf('/', lastSlash - 1);
  if (nounSlash < PREFIX.length) return undefined;
  const last = plain.slice(lastSlash + 1);
  const noun = plain.slice(nounSlash + 1, lastSlash);
  const name = plain.slice(PREFIX.length, nounSlash);
  switch (noun) {
    case 'manifests':
      return { shape: 'manifest', repository: parseRepositoryName(name), reference: parseReference(last) };
    case 'blobs':
      // Some clients leave out the slash behind `uploads`.
      if (last === 'uploads') return { shape: 'uploads', repository: parseRepositoryName(name) };
      return { shape: 'blob', repository: parseRepositoryName(name), digest: parseDigest(last) };
    case 'uploads':
      return parseUpload(name, last);
    case 'tags':
      return last === 'list' ? { shape: 'tags', repository: parseRepositoryName(name) } : undefined;
    case 'referrers':
      return { shape: 'referrers', repository: parseRepositoryName(name), digest: parseDigest(last) };
    default:
      return undefined;
  }
}

function parseUpload(above: string, last: string): Target | undefined {
  const noun = '/blobs';
  if (!above.endsWith(noun)) return undefined;
  const repository = parseRepositoryName(above.slice(0, -noun.length));
  return last === '' ? { shape: 'uploads', repository } : { shape: 'upload', repository, id: parseUploadId(last) };
}

/** Undoes escapes inside each segment. An escaped slash, NUL or anything else that no name may hold is refused, never turned into structure. */
function decodeSegments(path: string): string {
  return path
    .split('/')
    .map((segment) => {
      const plain = segment.includes('%') ? decodeSegment(segment) : segment;
      if (plain.includes('/') || plain.includes('\\') || plain.includes('\0')) throw badEscape();
      return plain;
    })
    .join('/');
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw badEscape(cause);
  }
}

function badEscape(cause?: unknown): OciError {
  return new OciError('NAME_INVALID', 'The path holds a malformed or forbidden escape (%XX). Names, tags and digests need none.', {
    cause,
  });
}

export function pathAndQuery(url: string): { readonly path: string; readonly query: string } {
  const mark = url.indexOf('?');
  return mark < 0 ? { path: url, query: '' } : { path: url.slice(0, mark), query: url.slice(mark + 1) };
}
