import type { Digest } from '@berth/oci';
import type { FileFacts, FilePlace, LayerIndexes } from '../ports/layer-indexes.ts';
import { byBytes, joinPath, splitPath } from './file-paths.ts';
import { type ImageFile, ImageTree } from './image-tree.ts';

export interface FileChange {
  readonly path: string;
  readonly change: 'added' | 'removed' | 'changed';
  readonly from?: FileFacts;
  readonly to?: FileFacts;
}

export interface FileChanges {
  readonly changes: readonly FileChange[];
  /** Where to go on; undefined at the end. */
  readonly next: string | undefined;
}

/** Of one question to the lists; they bound its work together with {@link BATCHES}. */
const DIRECTORIES_AT_ONCE = 100;
const NAMES_OF_EACH = 20;
const NAMES_AT_ONCE = 500;
/** A page may end with less than was asked for after so many. */
const BATCHES = 10;

/**
 * What differs between the files of two images, by path in byte order of directory and name, behind the path `after`. What they share from
 * the lowest layer on cannot differ, so only what the other layers touch is looked at. A directory that is gone is told once, with what its
 * own layers had below it. Times are not compared: every build sets them anew.
 */
export class FileComparison {
  readonly #indexes: LayerIndexes;
  readonly #from: ImageTree;
  readonly #to: ImageTree;
  /** Layers above the common ones, of both. */
  readonly #own: readonly Digest[];
  readonly #all: readonly Digest[];

  constructor(indexes: LayerIndexes, { from, to }: { readonly from: readonly Digest[]; readonly to: readonly Digest[] }) {
    const common = commonLayers(from, to);
    this.#indexes = indexes;
    this.#from = new ImageTree(indexes, from);
    this.#to = new ImageTree(indexes, to);
    this.#own = [...from.slice(common), ...to.slice(common)];
    this.#all = [...from, ...to.slice(common)];
  }

  async page({ after, limit }: { readonly after: string | undefined; readonly limit: number }): Promise<FileChanges> {
    const changes: FileChange[] = [];
    let position = after === undefined ? undefined : splitPath(after);
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const directories = await this.#directories(position);
      const { paths, next } = await this.#batch(directories, position?.name ?? '');
      for (const change of await this.#changes(paths)) {
        changes.push(change);
        if (changes.length === limit) return { changes, next: change.path };
      }
      if (next === undefined) return { changes, next: undefined };
      position = next;
    }
    return { changes, next: position && joinPath(position.path, position.name) };
  }

  /** Directories that the images' own layers have anything in: the one of the position, and those behind it. */
  async #directories(position: FilePlace | undefined): Promise<readonly string[]> {
    const first = position?.path ?? '';
    if (position !== undefined && position.name !== '') return [first];
    return [first, ...(await this.#indexes.directories(this.#own, { after: first, limit: DIRECTORIES_AT_ONCE - 1 }))];
  }

  /**
   * Paths that may differ, in byte order, and where the next batch begins. Several directories are looked at from their start; one alone goes
   * on behind the name `after`. In a directory made anew, whatever lower layers have may be gone.
   */
  async #batch(
    directories: readonly string[],
    after: string,
  ): Promise<{ readonly paths: readonly string[]; readonly next: FilePlace | undefined }> {
    const limit = directories.length === 1 ? NAMES_AT_ONCE : NAMES_OF_EACH;
    const anew = new Set((await this.#indexes.opaque(this.#own, directories)).map(({ path }) => path));
    const found = [
      ...(await this.#indexes.list(this.#own, { paths: directories.filter((path) => !anew.has(path)), after, limit })),
      ...(await this.#indexes.list(this.#all, { paths: [...anew], after, limit })),
    ];
    const names = new Map<string, Set<string>>(directories.map((path) => [path, new Set()]));
    for (const { path, name } of found) names.get(path)?.add(name);
    const paths: string[] = [];
    for (const [directory, of] of names) {
      const sorted = [...of].sort(byBytes).slice(0, limit);
      paths.push(...sorted.map((name) => joinPath(directory, name)));
      const last = sorted.at(-1);
      // Of this directory there may be more, and it comes before the others.
      if (sorted.length === limit && last !== undefined) return { paths, next: { path: directory, name: last } };
    }
    const [end = ''] = directories.slice(-1);
    const [following] = await this.#indexes.directories(this.#own, { after: end, limit: 1 });
    return { paths, next: following === undefined ? undefined : { path: following, name: '' } };
  }

  async #changes(paths: readonly string[]): Promise<readonly FileChange[]> {
    const [from, to] = await Promise.all([this.#from, this.#to].map(async (tree) => byPath(await tree.look(paths))));
    return paths.flatMap((path) => {
      const change = changeOf(path, from?.get(path), to?.get(path));
      return change === undefined ? [] : [change];
    });
  }
}

/** How many layers two images share from the lowest on. */
export function commonLayers(from: readonly Digest[], to: readonly Digest[]): number {
  const differs = from.findIndex((digest, index) => to[index] !== digest);
  return differs === -1 ? Math.min(from.length, to.length) : differs;
}

function byPath(files: readonly ImageFile[]): ReadonlyMap<string, FileFacts> {
  const there = files.filter(({ facts }) => facts.kind !== 'removed');
  return new Map(there.map(({ path, name, facts }) => [joinPath(path, name), facts]));
}

function changeOf(path: string, from: FileFacts | undefined, to: FileFacts | undefined): FileChange | undefined {
  if (from === undefined) return to === undefined ? undefined : { path, change: 'added', to };
  if (to === undefined) return { path, change: 'removed', from };
  const same =
    from.kind === to.kind && from.size === to.size && from.mode === to.mode && from.hash === to.hash && from.target === to.target;
  return same ? undefined : { path, change: 'changed', from, to };
}
