import type { Digest } from '@berth/oci';
import type { FileFacts, FoundFile, LayerIndexes } from '../ports/layer-indexes.ts';
import { byBytes, joinPath, splitPath, withParents } from './file-paths.ts';

/** What an image shows under one name. */
export interface ImageFile {
  readonly path: string;
  readonly name: string;
  /** `removed` where a layer took it away. */
  readonly facts: FileFacts;
  /** The layer that it comes from, or that took it away; from 0, the lowest. */
  readonly layer: number;
}

/** Directories, and entries of all layers in them, that one search looks at: bound its work. */
const SEARCHED_DIRECTORIES = 100;
const SEARCHED_ENTRIES = 5_000;

/** The layers of an image laid over each other, as a container would see them (OCI image specification, layer.md). */
export class ImageTree {
  readonly #indexes: LayerIndexes;
  readonly #digests: readonly Digest[];

  /** `digests`: the layers, the lowest first. */
  constructor(indexes: LayerIndexes, digests: readonly Digest[]) {
    this.#indexes = indexes;
    this.#digests = digests;
  }

  /** Up to `limit` names behind `after` in byte order, removed ones too; undefined when the image has no such directory. */
  async directory(
    path: string,
    { after, limit }: { readonly after: string; readonly limit: number },
  ): Promise<{ readonly files: readonly ImageFile[]; readonly more: boolean } | undefined> {
    const floors = await this.#floors([path]);
    const floor = floors.get(path);
    if (floor === undefined) return undefined;
    const found = await this.#indexes.list(this.#digests, { paths: [path], after, limit: limit + 1 });
    const files = overlaid(found, () => floor).slice(0, limit + 1);
    return { files: files.slice(0, limit), more: files.length > limit };
  }

  /** What the image shows under the path; undefined for nothing, and for what was removed. */
  async find(path: string): Promise<ImageFile | undefined> {
    const [file] = await this.look([path]);
    return file === undefined || file.facts.kind === 'removed' ? undefined : file;
  }

  /** Those of the paths that some layer has, removed ones too. */
  async look(paths: readonly string[]): Promise<readonly ImageFile[]> {
    const wanted = paths.filter((path) => path !== '').map(splitPath);
    const [floors, found] = await Promise.all([
      this.#floors([...new Set(wanted.map((one) => one.path))]),
      this.#indexes.look(this.#digests, wanted),
    ]);
    return overlaid(found, (directory) => floors.get(directory));
  }

  /**
   * Up to `limit` files and directories with `text` in their names (any case), behind the path `after` in byte order of directory and name.
   * `next`: where to go on; a page may be empty and still have one. Undefined at the end.
   */
  async search(
    text: string,
    { after, limit }: { readonly after: string; readonly limit: number },
  ): Promise<{ readonly files: readonly ImageFile[]; readonly next: string | undefined }> {
    const wanted = { text, after: splitPath(after), directories: SEARCHED_DIRECTORIES, limit: SEARCHED_ENTRIES };
    const found = await this.#indexes.search(this.#digests, wanted);
    const last = found.at(-1);
    if (last === undefined) return { files: [], next: undefined };
    const directories = [...new Set(found.map(({ path }) => path))];
    // Of the last name some layers may be missing then, and they decide.
    const isCut = found.length === SEARCHED_ENTRIES;
    const whole = isCut ? found.filter(({ path, name }) => path !== last.path || name !== last.name) : found;
    const floors = await this.#floors(directories);
    const files = overlaid(whole, (directory) => floors.get(directory)).filter(({ facts }) => facts.kind !== 'removed');
    const reached =
      files.length > limit ? files[limit - 1] : isCut || directories.length === SEARCHED_DIRECTORIES ? whole.at(-1) : undefined;
    return { files: files.slice(0, limit), next: reached && joinPath(reached.path, reached.name) };
  }

  /**
   * For each directory the lowest layer that shows in it; none for one that the image does not have. What replaced it or a directory above
   * it, took it away, or was made anew hides all that is lower.
   */
  async #floors(directories: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const paths = [...new Set(directories.flatMap(withParents))];
    const [found, opaque] = await Promise.all([
      this.#indexes.look(this.#digests, paths.filter((path) => path !== '').map(splitPath)),
      this.#indexes.opaque(this.#digests, paths),
    ]);
    const seen = new Map<string, FoundFile[]>();
    for (const one of found) {
      const path = joinPath(one.path, one.name);
      seen.set(path, [...(seen.get(path) ?? []), one]);
    }
    const opaqueAt = new Map<string, number>();
    for (const { path, layer } of opaque) opaqueAt.set(path, Math.max(opaqueAt.get(path) ?? 0, layer));
    const floors = new Map<string, number>([['', opaqueAt.get('') ?? 0]]);
    for (const path of paths.sort((one, other) => one.length - other.length)) {
      if (path === '') continue;
      const above = floors.get(splitPath(path).path);
      if (above === undefined) continue;
      const layers = (seen.get(path) ?? []).filter(({ layer }) => layer >= above);
      const hiding = layers.filter(({ facts }) => facts.kind !== 'directory').map(({ layer }) => layer + 1);
      const floor = Math.max(above, opaqueAt.get(path) ?? 0, ...hiding);
      if (layers.some(({ layer, facts }) => facts.kind === 'directory' && layer >= floor)) floors.set(path, floor);
    }
    return floors;
  }
}

/** Of each name the topmost that shows, in byte order of directory and name. */
function overlaid(found: readonly FoundFile[], floorOf: (directory: string) => number | undefined): ImageFile[] {
  const top = new Map<string, FoundFile>();
  for (const one of found) {
    const floor = floorOf(one.path);
    if (floor === undefined || one.layer < floor) continue;
    const key = `${one.path}/${one.name}`;
    const known = top.get(key);
    if (known === undefined || known.layer < one.layer) top.set(key, one);
  }
  return [...top.values()].sort((one, other) => byBytes(one.path, other.path) || byBytes(one.name, other.name));
}
