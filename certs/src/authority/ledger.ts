import { open, rm, stat } from 'node:fs/promises';
import { readInput, readInputIfPresent } from '../files/read-input.ts';
import { type FileToWrite, writeFiles } from '../files/write-files.ts';
import { CertificateError, reasonOf } from '../errors.ts';
import type { Certificate } from '../x509/read-certificate.ts';
import { formattedNames, shortName } from '../x509/read-certificate.ts';

/** Reasons of RFC 5280 5.3.1 that make sense for a certificate of ours. */
export const REVOCATION_REASONS = [
  'unspecified',
  'keyCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
] as const;
export type RevocationReason = (typeof REVOCATION_REASONS)[number];

export interface IssuedRecord {
  /** Lower-case hex. */
  readonly serial: string;
  readonly name: string;
  /** Every name, as `DNS:a.example`; records of earlier versions have none. */
  readonly names?: readonly string[] | undefined;
  readonly notAfter: string;
  readonly sha256: string;
  readonly issuedAt: string;
}

export interface RevokedRecord {
  readonly serial: string;
  readonly revokedAt: string;
  readonly reason: RevocationReason;
  /** Expiry, when known: an expired certificate stays on one more list and then leaves. */
  readonly notAfter?: string | undefined;
}

/** What a CA remembers beside its key: without it nothing can be revoked and OCSP answers "unknown". */
export interface Ledger {
  readonly format: 1;
  /** SHA-256 fingerprint of the CA certificate that this belongs to. */
  readonly authority: string;
  readonly crlNumber: number;
  readonly ocspUrl?: string | undefined;
  readonly crlUrl?: string | undefined;
  readonly issued: readonly IssuedRecord[];
  readonly revoked: readonly RevokedRecord[];
}

export function newLedger(
  authority: Certificate,
  urls: { readonly ocspUrl?: string | undefined; readonly crlUrl?: string | undefined } = {},
): Ledger {
  return { format: 1, authority: authority.sha256, crlNumber: 0, ...urls, issued: [], revoked: [] };
}

export function recordIssued(ledger: Ledger, certificate: Certificate): Ledger {
  const record = {
    serial: certificate.serial,
    name: shortName(certificate),
    names: formattedNames(certificate),
    notAfter: certificate.notAfter.toISOString(),
    sha256: certificate.sha256,
    issuedAt: new Date().toISOString(),
  };
  return { ...ledger, issued: [...ledger.issued, record] };
}

/** One certificate of the CA, with its revocation when it has one. What was revoked by its file and never recorded has no name. */
export interface LedgerEntry extends Omit<IssuedRecord, 'notAfter' | 'issuedAt' | 'sha256'> {
  readonly notAfter?: string | undefined;
  readonly issuedAt?: string | undefined;
  readonly sha256?: string | undefined;
  readonly revoked?: RevokedRecord | undefined;
}

/** Everything a ledger knows, the latest first. */
export function ledgerEntries(ledger: Ledger): LedgerEntry[] {
  const revoked = new Map(ledger.revoked.map((one) => [one.serial, one]));
  const issued = ledger.issued.map((one): LedgerEntry => ({ ...one, revoked: revoked.get(one.serial) }));
  for (const { serial } of ledger.issued) revoked.delete(serial);
  const unrecorded = [...revoked.values()].map((one) => ({ serial: one.serial, name: '', notAfter: one.notAfter, revoked: one }));
  return [...unrecorded, ...issued].reverse();
}

export function ledgerFile(path: string, ledger: Ledger): FileToWrite {
  return { path, content: `${JSON.stringify(ledger, null, 1)}\n`, secret: true };
}

/** The ledger at `path`; a new one when there is none (a CA made with other tools). @throws CertificateError when it is damaged or another CA's. */
export async function readLedger(path: string, authority: Certificate): Promise<Ledger> {
  const bytes = await readInputIfPresent(path);
  if (bytes === undefined) return newLedger(authority);
  let ledger: Ledger;
  try {
    ledger = JSON.parse(bytes.toString('utf8')) as Ledger;
  } catch (error) {
    throw new CertificateError(
      `${path} is damaged (${reasonOf(error)}). It was kept as it is: restore it from a backup, since it knows which certificates were revoked.`,
      { cause: error, reason: 'certificate-ledger-damaged', values: { file: path } },
    );
  }
  if (ledger?.format !== 1 || !Array.isArray(ledger.issued) || !Array.isArray(ledger.revoked) || !Number.isSafeInteger(ledger.crlNumber))
    throw new CertificateError(`${path} is not a CA ledger of this version of Berth. It was kept as it is.`, {
      reason: 'certificate-ledger-format',
      values: { file: path },
    });
  if (ledger.authority !== authority.sha256)
    throw new CertificateError(
      `${path} belongs to another CA certificate (${ledger.authority.slice(0, 23)}...). Move it away, or name the right directory with --ca-dir.`,
      { reason: 'certificate-ledger-foreign', values: { file: path } },
    );
  return ledger;
}

/** Longest time another process may hold the ledger, in milliseconds, before this one gives up. */
const LOCK_PATIENCE_MS = 10_000;

/**
 * Reads the ledger, lets `change` make a new one, and writes it, while no other process does the same.
 * @returns what `change` returned beside the ledger.
 */
export async function changeLedger<T>(
  path: string,
  authority: Certificate,
  change: (ledger: Ledger) => Promise<{ readonly ledger: Ledger; readonly result: T }>,
): Promise<T> {
  const lock = `${path}.lock`;
  await takeLock(lock);
  try {
    const { ledger, result } = await change(await readLedger(path, authority));
    await writeFiles([ledgerFile(path, ledger)], { force: true });
    return result;
  } finally {
    await rm(lock, { force: true });
  }
}

async function takeLock(path: string): Promise<void> {
  const deadline = Date.now() + LOCK_PATIENCE_MS;
  for (;;) {
    const taken = await createLock(path);
    if (taken) return;
    if (await isStale(path)) await rm(path, { force: true });
    else if (Date.now() > deadline)
      throw new CertificateError(
        `Another process is using this CA (${path}). Nothing was issued; try again, or remove that file if no other berth runs.`,
        { reason: 'certificate-ca-busy', values: { file: path } },
      );
    else await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** @returns false when another process has the lock. A lock that could not be filled (a full disk) is taken away again. */
async function createLock(path: string): Promise<boolean> {
  const failed = (error: unknown) =>
    new CertificateError(`The CA's ledger could not be locked: ${reasonOf(error)}. Nothing was issued.`, {
      cause: error,
      reason: 'certificate-ledger-lock',
      values: { words: reasonOf(error) },
    });
  const handle = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw failed(error);
  });
  if (handle === undefined) return false;
  try {
    await handle.writeFile(`${process.pid}\n`);
  } catch (error) {
    await rm(path, { force: true });
    throw failed(error);
  } finally {
    await handle.close();
  }
  return true;
}

/** A lock whose process is gone, or an empty one that has been left for five seconds by a process that died while making it. */
async function isStale(path: string): Promise<boolean> {
  const pid = Number((await readInput(path).catch(() => Buffer.from(''))).toString('utf8'));
  if (!Number.isInteger(pid) || pid <= 0)
    return stat(path).then(
      (found) => Date.now() - found.mtimeMs > 5_000,
      () => false,
    );
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
