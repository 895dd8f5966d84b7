export interface Folder {
  /** Of all of it: `web/shop`. */
  readonly path: string;
  readonly depth: number;
}

export interface TreeRow<Item> {
  readonly item: Item;
  /** Without the project. */
  readonly inside: string;
  /** Folders that begin with this row, outermost first. */
  readonly folders: readonly Folder[];
  readonly depth: number;
}

/**
 * A page of repositories in the order of their names as a tree: a folder is named where its first repository is. A page begins with the folders
 * that it is in, so that each page tells where one is. Otherwise as they are.
 */
export function asTree<Item extends { readonly name: string }>(
  items: readonly Item[],
  { prefix, isTree }: { readonly prefix: string; readonly isTree: boolean },
): TreeRow<Item>[] {
  let open: readonly string[] = [];
  return items.map((item) => {
    const inside = item.name.startsWith(prefix) ? item.name.slice(prefix.length) : item.name;
    if (!isTree) return { item, inside, folders: [], depth: 0 };
    const parents = inside.split('/').slice(0, -1);
    const same = parents.findIndex((part, index) => part !== open[index]);
    const shared = same === -1 ? parents.length : same;
    open = parents;
    const folders = parents.slice(shared).map((_, index) => {
      const depth = shared + index;
      return { path: parents.slice(0, depth + 1).join('/'), depth };
    });
    return { item, inside, folders, depth: parents.length };
  });
}
