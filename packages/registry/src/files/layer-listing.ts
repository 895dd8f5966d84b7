import { DIRECTORY_CHUNK, type DirectoryChunk, type FileFacts, type LayerProblem } from '../ports/layer-indexes.ts';
import { byBytes, joinPath, splitPath } from './file-paths.ts';

/** What one layer may ask of us; a base image has 100,000 files with paths of 60 bytes. */
export const LAYER_LIMITS = {
  entries: 300_000,
  /** Bytes of a path. The index of the database takes 2,700. */
  path: 2_000,
  /** Bytes of all names, of the paths of directories, and of what links point to. */
  names: 48 * 1024 * 1024,
} as const;

/** A layer's files cannot be listed. */
export class LayerUnreadableError extends Error {
  override readonly name = 'LayerUnreadableError';
  readonly problem: LayerProblem;

  constructor(problem: LayerProblem, options?: ErrorOptions) {
    super(`The layer cannot be listed: ${problem}.`, options);
    this.problem = problem;
  }
}

const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

interface Directory {
  opaque: boolean;
  readonly entries: Map<string, FileFacts>;
}

/** What one layer has, directory by directory, as its tar is read. */
export class LayerListing {
  readonly #directories = new Map<string, Directory>();
  #entries = 0;
  #names = 0;
  #forgotten = 0;

  get entries(): number {
    return this.#entries;
  }

  /** Takes an entry; whiteouts are told by their names (OCI image specification, layer.md). Throws {@link LayerUnreadableError}. */
  add(path: string, facts: FileFacts): void {
    this.#check(path);
    this.#weigh(facts.target ?? '');
    if (path === '') return;
    const { path: parent, name } = splitPath(path);
    if (name === OPAQUE) {
      this.#directory(parent).opaque = true;
    } else if (name.startsWith(WHITEOUT)) {
      this.#remove(parent, name.slice(WHITEOUT.length));
    } else {
      this.#place(parent, name, facts);
      if (facts.kind === 'directory') this.#directory(path);
    }
  }

  /** In parts of at most `size` entries, in no order. */
  *parts(size: number): Generator<readonly DirectoryChunk[]> {
    let part: DirectoryChunk[] = [];
    let held = 0;
    for (const chunk of this.#chunks()) {
      part.push(chunk);
      held += chunk.entries.size + 1;
      if (held < size) continue;
      yield part;
      part = [];
      held = 0;
    }
    if (part.length > 0) yield part;
  }

  *#chunks(): Generator<DirectoryChunk> {
    for (const [path, { opaque, entries }] of this.#directories) {
      const sorted = [...entries].sort(([one], [other]) => byBytes(one, other));
      for (let at = 0, chunk = 0; at < Math.max(sorted.length, 1); at += DIRECTORY_CHUNK, chunk += 1)
        yield { path, chunk, opaque, entries: new Map(sorted.slice(at, at + DIRECTORY_CHUNK)) };
    }
  }

  /** A name that is taken away and there again hides what was below it, as an overlay file system has it. */
  #remove(parent: string, name: string): void {
    if (name === '' || name === '.' || name === '..') throw new LayerUnreadableError('path');
    const known = this.#directory(parent).entries.get(name);
    if (known === undefined) this.#place(parent, name, { kind: 'removed', size: 0, mode: 0 });
    else if (known.kind === 'directory') this.#directory(joinPath(parent, name)).opaque = true;
  }

  #place(parent: string, name: string, facts: FileFacts): void {
    const { entries } = this.#directory(parent);
    const path = joinPath(parent, name);
    const known = entries.get(name);
    if (known === undefined) this.#count(name);
    if (known?.kind === 'removed' && facts.kind === 'directory') this.#directory(path).opaque = true;
    if (known?.kind === 'directory' && facts.kind !== 'directory') this.#forget(path);
    entries.set(name, facts);
  }

  /** Tars often leave out the directories that their files are in. */
  #directory(path: string): Directory {
    const known = this.#directories.get(path);
    if (known !== undefined) return known;
    this.#weigh(path);
    const made: Directory = { opaque: false, entries: new Map() };
    this.#directories.set(path, made);
    if (path !== '') {
      const { path: parent, name } = splitPath(path);
      const above = this.#directory(parent).entries;
      if (above.get(name)?.kind !== 'directory') {
        if (above.get(name)?.kind === 'removed') made.opaque = true;
        else if (!above.has(name)) this.#count(name);
        above.set(name, { kind: 'directory', size: 0, mode: 0o755 });
      }
    }
    return made;
  }

  /** A directory that became something else: later in one tar wins, as when it is unpacked. */
  #forget(path: string): void {
    // Each costs a look at every directory: an honest layer has none.
    this.#forgotten += 1;
    if (this.#forgotten > 100) throw new LayerUnreadableError('too many');
    for (const known of this.#directories.keys()) if (known === path || known.startsWith(`${path}/`)) this.#directories.delete(known);
  }

  /** The database takes no NUL in a text. */
  #weigh(text: string): void {
    if (text.includes('\0')) throw new LayerUnreadableError('path');
    this.#names += Buffer.byteLength(text);
    if (this.#names > LAYER_LIMITS.names) throw new LayerUnreadableError('too many');
  }

  #check(path: string): void {
    if (path.split('/').includes('..') || Buffer.byteLength(path) > LAYER_LIMITS.path) throw new LayerUnreadableError('path');
  }

  #count(name: string): void {
    this.#entries += 1;
    this.#weigh(name);
    if (this.#entries > LAYER_LIMITS.entries) throw new LayerUnreadableError('too many');
  }
}
