import { isDigest } from '@berth/oci';
import { z } from 'zod';
import { BackupError } from './backup-error.ts';
import type { Envelopes } from './envelope.ts';
import type { Place } from './place.ts';

const count = z.int().min(0);

/** Consecutive parts, `<name>.<number>` from 0, and what they come to. */
const stream = z.object({ parts: count, bytes: count, rows: count, sha256: z.string() });

const contents = z.object({
  format: z.literal(1),
  id: z.string(),
  berth: z.string(),
  createdAt: z.iso.datetime(),
  migrations: z.array(z.string()),
  storageId: z.string(),
  /** In the order of `t<index>`. */
  tables: z.array(stream.extend({ name: z.string(), columns: z.array(z.string()) })),
  sequences: z.array(z.object({ name: z.string(), lastValue: z.string(), isCalled: z.boolean() })),
  blobs: z.object({
    mode: z.enum(['all', 'list', 'none']),
    count,
    bytes: count,
    /** Absent with `none`. */
    list: stream.optional(),
    /** Those that the storage could not deliver whole. */
    damaged: z.array(z.string().refine(isDigest)),
  }),
  /** Only in encrypted backups. */
  secretKey: z.string().optional(),
  /** Tells whether a master secret is the one of the backup; absent where it was not at hand. */
  secretCheck: z.string().optional(),
});

/** What belongs to one backup. */
export type Contents = z.infer<typeof contents>;
export type PartStream = z.infer<typeof stream>;
export type BlobMode = Contents['blobs']['mode'];

/** `20261125T123000Z-1f2e`: sorts by time. */
const ID_SHAPE = /^\d{8}T\d{6}Z-[0-9a-f]{4}$/;

export function contentsName(id: string): string {
  return `backups/${id}/contents`;
}

export async function writeContents(place: Place, envelopes: Envelopes, written: Contents): Promise<void> {
  const name = contentsName(written.id);
  await place.put(name, envelopes.seal(name, Buffer.from(JSON.stringify(written))));
}

/** Throws {@link BackupError}. */
export async function readContents(place: Place, envelopes: Envelopes, id: string): Promise<Contents> {
  const name = contentsName(id);
  const value: unknown = JSON.parse(envelopes.open(name, await place.get(name)).toString('utf8'));
  const read = contents.safeParse(value);
  if (!read.success || read.data.id !== id)
    throw new BackupError(`${name} is not as this Berth writes it. Use the version that made it, or a later one.`);
  return read.data;
}

/** Ids of the backups that were finished, and of those that broke off, oldest first. */
export async function backupIds(place: Place): Promise<{ readonly finished: readonly string[]; readonly unfinished: readonly string[] }> {
  const found = new Map<string, boolean>();
  for await (const name of place.list('backups/')) {
    const [, id = '', file] = name.split('/');
    if (ID_SHAPE.test(id)) found.set(id, found.get(id) === true || file === 'contents');
  }
  const ids = [...found.keys()].sort();
  return { finished: ids.filter((id) => found.get(id) === true), unfinished: ids.filter((id) => found.get(id) !== true) };
}

/** The one that was asked for, or the newest. Throws {@link BackupError}. */
export async function chosenBackup(place: Place, wanted: string | undefined): Promise<string> {
  const { finished } = await backupIds(place);
  const id = wanted ?? finished.at(-1);
  if (id === undefined) throw new BackupError(`${place.label} holds no finished backup.`);
  if (!finished.includes(id)) throw new BackupError(`${place.label} holds no finished backup ${id}. See: berth backup list ${place.label}`);
  return id;
}
