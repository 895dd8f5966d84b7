import type { Digest } from '@berth/oci';
import type { FileFacts, LayerIndexes } from '../ports/layer-indexes.ts';
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

/** Names that one call compares: bounds its work. */
const MAX_COMPARED = 2_000;
const NAMES_AT_ONCE = 500;

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
    let budget = MAX_COMPARED;
    let position = after === undefined ? undefined : splitPath(after);
    while (this.#own.length > 0) {
      const directory = position?.path ?? (await this.#firstDirectory());
      if (directory === undefined) return { changes, next: undefined };
      const names = await this.#names(directory, position?.name ?? '');
      for (const change of await this.#changes(directory, names)) {
        changes.push(change);
        if (changes.length === limit) return { changes, next: change.path };
      }
      const last = names.at(-1);
      budget -= names.length + 1;
      if (names.length === NAMES_AT_ONCE && last !== undefined) {
        position = { path: directory, name: last };
        if (budget <= 0) return { changes, next: joinPath(directory, last) };
        continue;
      }
      const [next] = await this.#indexes.directories(this.#own, { after: directory, limit: 1 });
      if (next === undefined) return { changes, next: undefined };
      position = { path: next, name: '' };
      // A path that ends in a slash: in that directory, before its first name.
      if (budget <= 0) return { changes, next: `${next}/` };
    }
    return { changes, next: undefined };
  }

  async #firstDirectory(): Promise<string | undefined> {
    const root = await this.#indexes.directory(this.#own, { path: '', after: '', limit: 1 });
    return root.length > 0 ? '' : (await this.#indexes.directories(this.#own, { after: '', limit: 1 }))[0];
  }

  /** Those that may differ, in byte order. In a directory made anew, whatever lower layers have may be gone. */
  async #names(directory: string, after: string): Promise<readonly string[]> {
    const opaque = await this.#indexes.opaque(this.#own, [directory]);
    const found = await this.#indexes.directory(opaque.length > 0 ? this.#all : this.#own, {
      path: directory,
      after,
      limit: NAMES_AT_ONCE,
    });
    return [...new Set(found.map(({ name }) => name))].sort(byBytes).slice(0, NAMES_AT_ONCE);
  }

  async #changes(directory: string, names: readonly string[]): Promise<readonly FileChange[]> {
    const paths = names.map((name) => joinPath(directory, name));
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
