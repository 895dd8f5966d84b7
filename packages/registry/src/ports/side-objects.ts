/** Small objects that the registry keeps in its storage beside the layers, such as its journal. They are never handed to clients. */
export interface SideObjects {
  /** Durable when it resolves; replaces what has the name, wholly or not at all. At most {@link MAX_SIDE_BYTES}. */
  put(name: SideName, bytes: Buffer): Promise<void>;
  /** undefined when there is none. */
  get(name: SideName): Promise<Buffer | undefined>;
  /** Names in the folder, in no order; what comes or goes meanwhile may be left out. */
  list(folder: string): AsyncIterable<SideName>;
  /** An absent one is fine. */
  remove(name: SideName): Promise<void>;
}

/** `<folder>/<file>`, of small letters, digits, dashes and, in the file, dots. */
export type SideName = `${string}/${string}`;

/** Of one object. */
export const MAX_SIDE_BYTES = 256 * 1024 * 1024;

const FOLDER_SHAPE = /^[a-z0-9][a-z0-9-]{0,39}$/;
const NAME_SHAPE = /^[a-z0-9][a-z0-9-]{0,39}\/[a-z0-9][a-z0-9.-]{0,119}$/;

/** For adapters: throws RangeError, so that no other name becomes a path. */
export function checkedSideName(name: SideName): SideName {
  if (NAME_SHAPE.test(name)) return name;
  throw new RangeError(`"${name.slice(0, 80)}" is no name of a side object.`);
}

/** As {@link checkedSideName}, of the part before the slash. */
export function checkedSideFolder(folder: string): string {
  if (FOLDER_SHAPE.test(folder)) return folder;
  throw new RangeError(`"${folder.slice(0, 80)}" is no folder of side objects.`);
}

/** As {@link checkedSideName}, of what an object may hold. */
export function checkedSideBytes(bytes: Buffer): Buffer {
  if (bytes.length <= MAX_SIDE_BYTES) return bytes;
  throw new RangeError(`A side object has at most ${MAX_SIDE_BYTES} bytes, not ${bytes.length}.`);
}
