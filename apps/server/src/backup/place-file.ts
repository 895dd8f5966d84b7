import { createCipheriv, createDecipheriv, randomBytes, randomUUID, scrypt } from 'node:crypto';
import { z } from 'zod';
import { BackupError } from './backup-error.ts';
import { Envelopes } from './envelope.ts';
import type { Place } from './place.ts';

const NAME = 'berth-backup.json';
const FORMAT = 1;
const LEAST_PASSPHRASE = 12;
const CIPHER = 'aes-256-gcm';
/** 128 MiB and a third of a second for each guess. */
const SCRYPT = { n: 131_072, r: 8, p: 1 };
const MOST_SCRYPT_N = 1_048_576;

const encryption = z.object({
  kdf: z.literal('scrypt'),
  n: z.int().min(16_384).max(MOST_SCRYPT_N),
  r: z.literal(SCRYPT.r),
  p: z.literal(SCRYPT.p),
  salt: z.base64(),
  /** Nonce, the place's key encrypted with the passphrase's key, and its tag. */
  key: z.base64(),
});

const placeFile = z.object({ format: z.literal(FORMAT), id: z.uuid(), createdAt: z.string(), encryption: encryption.optional() });

type PlaceFile = z.infer<typeof placeFile>;

/** Asked for only where it is needed. */
export type AskPassphrase = () => Promise<string>;

/** Makes a new place, or opens the one that is there. Without `passphrase` a new place is not encrypted. Throws {@link BackupError}. */
export async function prepareEnvelopes(place: Place, wish: { readonly encrypt: boolean; readonly ask: AskPassphrase }): Promise<Envelopes> {
  const known = await readPlaceFile(place);
  if (known !== undefined) {
    if (wish.encrypt && known.encryption === undefined)
      throw new BackupError(
        `The backups in ${place.label} are not encrypted. Choose another place for encrypted ones. Nothing was written.`,
      );
    return envelopesOf(place, known, wish.ask);
  }
  for await (const name of place.list('backups/'))
    throw new BackupError(`${place.label} has ${name} but lost its ${NAME}. Put that file back.`);
  const file: PlaceFile = { format: FORMAT, id: randomUUID(), createdAt: new Date().toISOString() };
  if (!wish.encrypt) {
    await place.put(NAME, Buffer.from(`${JSON.stringify(file)}\n`));
    return new Envelopes(undefined);
  }
  const passphrase = await wish.ask();
  if (passphrase.length < LEAST_PASSPHRASE)
    throw new BackupError(`The passphrase has fewer than ${LEAST_PASSPHRASE} characters. Nothing was written; choose a longer one.`);
  const [salt, nonce, key] = [randomBytes(32), randomBytes(12), randomBytes(32)];
  const cipher = createCipheriv(CIPHER, await stretch(passphrase, salt, SCRYPT.n), nonce).setAAD(Buffer.from(file.id));
  const wrapped = Buffer.concat([nonce, cipher.update(key), cipher.final(), cipher.getAuthTag()]);
  const encrypted = { ...file, encryption: { kdf: 'scrypt', ...SCRYPT, salt: salt.toString('base64'), key: wrapped.toString('base64') } };
  await place.put(NAME, Buffer.from(`${JSON.stringify(encrypted)}\n`));
  return new Envelopes(key);
}

/** For readers. Throws {@link BackupError} when nothing is there, or the passphrase is wrong. */
export async function openEnvelopes(place: Place, ask: AskPassphrase, expectEncrypted: boolean): Promise<Envelopes> {
  const file = await readPlaceFile(place);
  if (file === undefined) throw new BackupError(`${place.label} holds no backups: there is no ${NAME}.`);
  if (expectEncrypted && file.encryption === undefined)
    throw new BackupError(`A passphrase was given, but ${place.label} is not encrypted. Is it the right place? Nothing was read.`);
  return envelopesOf(place, file, ask);
}

async function readPlaceFile(place: Place): Promise<PlaceFile | undefined> {
  const bytes = await place.get(NAME);
  if (bytes === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw new BackupError(`${NAME} in ${place.label} is damaged.`, { cause: error });
  }
  const { format } = z.object({ format: z.unknown() }).catch({ format: undefined }).parse(value);
  if (typeof format === 'number' && format > FORMAT)
    throw new BackupError(`The backups in ${place.label} were made by a newer Berth (format ${format}). Use that version or a later one.`);
  const file = placeFile.safeParse(value);
  if (!file.success) throw new BackupError(`${NAME} in ${place.label} is damaged.`, { cause: file.error });
  return file.data;
}

async function envelopesOf(place: Place, file: PlaceFile, ask: AskPassphrase): Promise<Envelopes> {
  if (file.encryption === undefined) return new Envelopes(undefined);
  const { salt, n, key } = file.encryption;
  const wrapped = Buffer.from(key, 'base64');
  const stretched = await stretch(await ask(), Buffer.from(salt, 'base64'), n);
  try {
    const decipher = createDecipheriv(CIPHER, stretched, wrapped.subarray(0, 12)).setAAD(Buffer.from(file.id));
    decipher.setAuthTag(wrapped.subarray(-16));
    return new Envelopes(Buffer.concat([decipher.update(wrapped.subarray(12, -16)), decipher.final()]));
  } catch (error) {
    throw new BackupError(`The passphrase is not that of ${place.label}, or its ${NAME} was altered. Nothing was changed.`, {
      cause: error,
    });
  }
}

function stretch(passphrase: string, salt: Buffer, n: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { N: n, r: SCRYPT.r, p: SCRYPT.p, maxmem: 256 * n * SCRYPT.r };
    scrypt(passphrase.normalize('NFC'), salt, 32, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
