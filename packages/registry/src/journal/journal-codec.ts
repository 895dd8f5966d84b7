import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { MAX_SIDE_BYTES } from '../ports/side-objects.ts';
import { JOURNAL_KINDS, type JournalEntry } from '../ports/storage-journal.ts';

/** An object of the journal cannot be read as one. */
export class JournalDamagedError extends Error {
  override readonly name = 'JournalDamagedError';
}

const FORMAT = 'berth journal 1';
/** What an object may unpack to; writers end one at a sixteenth of it. */
const MAX_UNPACKED = MAX_SIDE_BYTES;

const pack = promisify(gzip);
const unpack = promisify(gunzip);

/** Gzip, whose checksum tells damage, of a line with the format and one line for each entry: `[kind,seq,item,repository,name,value]`. */
export async function encodeEntries(entries: readonly JournalEntry[]): Promise<Buffer> {
  const lines = entries.map(
    ({ kind, seq, item, repositoryId, name, value }) =>
      `["${kind}",${seq},${item},${repositoryId},${JSON.stringify(name)},${value ?? 'null'}]\n`,
  );
  return pack(Buffer.from(`${FORMAT}\n${lines.join('')}`), { level: 1 });
}

/** Throws {@link JournalDamagedError}. */
export async function decodeEntries(bytes: Buffer): Promise<readonly JournalEntry[]> {
  let text: string;
  try {
    text = (await unpack(bytes, { maxOutputLength: MAX_UNPACKED })).toString();
  } catch (error) {
    throw new JournalDamagedError('It does not unpack.', { cause: error });
  }
  const [format, ...lines] = text.split('\n');
  if (format !== FORMAT) throw new JournalDamagedError(`It begins with "${format?.slice(0, 40)}", which this version does not know.`);
  return lines.filter((line) => line !== '').map(decodeLine);
}

function decodeLine(line: string): JournalEntry {
  try {
    const [kind, seq, item, repositoryId, name, value] = JSON.parse(line) as [string, number, number, number, string, unknown];
    const known = JOURNAL_KINDS.find((one) => one === kind);
    const counts = [seq, item, repositoryId].every((number) => Number.isSafeInteger(number) && number >= 0);
    if (known === undefined || !counts || typeof name !== 'string') throw new Error(`This is no entry: ${line.slice(0, 80)}`);
    return { kind: known, seq, item, repositoryId, name, value: value === null ? null : JSON.stringify(value) };
  } catch (error) {
    throw new JournalDamagedError('A line of it is no entry.', { cause: error });
  }
}
