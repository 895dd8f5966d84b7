import { type Extract, extract } from 'tar-stream';

/** What tar-stream has inside. Its version is fixed in package.json; tests would see it change. */
interface Insides {
  readonly _header: { readonly type: string | null; size: number };
  _decodeLongHeader(bytes: Buffer): void;
  _applyLongHeaders(): void;
}

/** Whose headers have no content behind them, whatever size they tell (archive/tar, `isHeaderOnlyType`). */
const WITHOUT_CONTENT = new Set<string | null>(['link', 'symlink', 'character-device', 'block-device', 'directory', 'fifo']);

/** tar-stream's parser, which reads tars as the clients do that unpack them: with Go's archive/tar. */
export function tarParser(): Extract {
  const tar = extract();
  ignoreGlobalHeaders(tar as unknown as Insides);
  emptyLinks(tar as unknown as Insides);
  return tar;
}

/**
 * A global header would hold for every file after it. Clients ignore it, so that one could show other names than they unpack; and tar-stream
 * copies all of it, up to four megabytes, for each header of a file: a few thousand of those would hold up the process for hours.
 */
function ignoreGlobalHeaders(tar: Insides): void {
  const decode = tar._decodeLongHeader.bind(tar);
  tar._decodeLongHeader = (bytes) => {
    if (tar._header.type !== 'pax-global-header') decode(bytes);
  };
}

/** Files could hide behind a link that tells a size: passed over here as its content, and unpacked by every client. */
function emptyLinks(tar: Insides): void {
  const apply = tar._applyLongHeaders.bind(tar);
  tar._applyLongHeaders = () => {
    apply();
    if (WITHOUT_CONTENT.has(tar._header.type)) tar._header.size = 0;
  };
}
