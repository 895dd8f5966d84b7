import { say } from '@berth/oci';
import type { ArchiveEntry } from './archive-entry.ts';
import { type ArchiveRefusedError, refused, shown } from './archive-refused-error.ts';
import { LIMITS } from './limits.ts';
import { readTar } from './read-tar.ts';

/**
 * The files and links of a tar, compressed or not, in its order. Nothing is ever written under a name of the archive, so a name is only a
 * key; one that leads outside is refused all the same, since the archive was made to harm. Rejects with ArchiveRefusedError, and with
 * whatever `source` rejects with.
 */
export async function* tarEntries(source: AsyncIterable<Buffer>): AsyncGenerator<ArchiveEntry> {
  let count = 0;
  for await (const { header, content } of readTar(source)) {
    if (header.type === 'directory') continue;
    count += 1;
    if (count > LIMITS.entries) throw refused(say('archive-files')`The archive has more than ${{ most: LIMITS.entries }} files.`);
    const name = innerPath(header.name);
    if (header.type === 'symlink' || header.type === 'link')
      yield { kind: 'link', name, target: linkTarget(name, header.type, header.linkname ?? '') };
    else if (header.type === 'file' || header.type === 'contiguous-file')
      yield { kind: 'file', name, size: header.size ?? 0, offset: (header as { byteOffset?: number }).byteOffset ?? 0, content };
    else
      throw refused(
        say(
          'archive-file-kind',
        )`The archive has a ${{ kind: header.type ?? 'file of an unknown kind' }} called ${{ name: shown(name) }}, which no image archive has.`,
      );
  }
}

/** `./a/b` and `a//b` are `a/b`. */
function innerPath(name: string): string {
  if (name.length > LIMITS.name)
    throw refused(
      say(
        'archive-name-length',
      )`The archive has a name of ${{ length: name.length }} characters; at most ${{ most: LIMITS.name }} are taken.`,
    );
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (name.startsWith('/') || parts.includes('..') || /[\\\0]/.test(name) || parts.length === 0)
    throw refused(say('archive-leads-out')`The archive has a file called ${{ name: shown(name) }}, which leads out of the archive.`);
  return parts.join('/');
}

/** A symbolic link is relative to where it is, a hard link to the root of the archive. */
function linkTarget(name: string, type: 'symlink' | 'link', target: string): string {
  const from = type === 'symlink' ? name.split('/').slice(0, -1) : [];
  if (target.startsWith('/') || target === '' || target.length > LIMITS.name) throw leadsOut(name, target);
  for (const part of target.split('/')) {
    if (part === '..' && from.pop() === undefined) throw leadsOut(name, target);
    if (part !== '' && part !== '.' && part !== '..') from.push(part);
  }
  return from.join('/');
}

function leadsOut(name: string, target: string): ArchiveRefusedError {
  return refused(
    say(
      'archive-link-out',
    )`The archive has a link ${{ name: shown(name) }} to ${{ target: shown(target) }}, which leads out of the archive.`,
  );
}
