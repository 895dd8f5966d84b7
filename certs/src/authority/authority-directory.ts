import { join } from 'node:path';
import { CertificateError } from '../errors.ts';
import { type FileToWrite, writeFiles } from '../files/write-files.ts';
import { readInput, readInputIfPresent } from '../files/read-input.ts';
import type { Issuer } from '../issue/build-certificate.ts';
import { createCertificateAuthority } from '../issue/certificate-authority.ts';
import { generatePrivateKey, type KeyType, privateKeyPem, publicKeyDer, readPrivateKey } from '../keys/private-key.ts';
import { writePem } from '../pem.ts';
import { readCertificateFile } from '../x509/certificate-file.ts';
import type { SubjectFields } from '../x509/distinguished-name.ts';
import type { Certificate } from '../x509/read-certificate.ts';
import { changeLedger, type Ledger, ledgerFile, newLedger, readLedger, recordIssued } from './ledger.ts';

/** The files of a CA: certificate (with the CAs above it, if any), key, and what it issued and revoked. */
export interface AuthorityPaths {
  readonly certificate: string;
  readonly key: string;
  readonly ledger: string;
}

export function authorityPaths(directory: string): AuthorityPaths {
  return { certificate: join(directory, 'ca.crt'), key: join(directory, 'ca.key'), ledger: join(directory, 'ca.ledger.json') };
}

export interface Authority extends Issuer {
  readonly paths: AuthorityPaths;
}

export interface NewAuthorityOptions {
  readonly directory: string;
  readonly keyType: KeyType;
  readonly subject: SubjectFields;
  readonly days: number;
  readonly pathLength?: number | undefined;
  readonly passphrase?: string | undefined;
  readonly ocspUrl?: string | undefined;
  readonly crlUrl?: string | undefined;
}

/** Makes a CA in memory: its files are to be written by the caller, alone or together with a first certificate. */
export async function newAuthority(
  options: NewAuthorityOptions,
): Promise<{ readonly authority: Authority; readonly files: readonly FileToWrite[]; readonly ledger: Ledger }> {
  const key = await generatePrivateKey(options.keyType);
  const certificate = await createCertificateAuthority({
    key,
    subject: options.subject,
    days: options.days,
    pathLength: options.pathLength,
  });
  const paths = authorityPaths(options.directory);
  const ledger = newLedger(certificate, { ocspUrl: options.ocspUrl, crlUrl: options.crlUrl });
  return {
    authority: { certificate, key, above: [], paths },
    ledger,
    files: [
      { path: paths.key, content: privateKeyPem(key, options.passphrase), secret: true },
      { path: paths.certificate, content: writePem('CERTIFICATE', certificate.der) },
      ledgerFile(paths.ledger, ledger),
    ],
  };
}

/** The CA certificate in a directory, or undefined. */
export async function readAuthorityCertificate(directory: string): Promise<Certificate | undefined> {
  const bytes = await readInputIfPresent(authorityPaths(directory).certificate);
  return bytes === undefined ? undefined : readCertificateFile(bytes, authorityPaths(directory).certificate)[0];
}

/** The ledger of the CA in a directory, for which no key is needed; undefined when there is no CA. */
export async function readAuthorityLedger(directory: string): Promise<Ledger | undefined> {
  const certificate = await readAuthorityCertificate(directory);
  return certificate === undefined ? undefined : readLedger(authorityPaths(directory).ledger, certificate);
}

/** @throws CertificateError when files are missing or the key is not the certificate's; PassphraseNeededError for an encrypted key. */
export async function openAuthority(directory: string, passphrase?: string): Promise<Authority> {
  const paths = authorityPaths(directory);
  const [certificate, ...above] = readCertificateFile(await readInput(paths.certificate), paths.certificate);
  if (certificate === undefined)
    throw new CertificateError(`${paths.certificate} holds no certificate.`, {
      reason: 'certificate-file-none',
      values: { file: paths.certificate },
    });
  const key = readPrivateKey(await readInput(paths.key), paths.key, passphrase);
  if (!publicKeyDer(key).equals(certificate.spki))
    throw new CertificateError(
      `${paths.key} is not the key of ${paths.certificate}. Nothing was changed: put the pair that belongs together there.`,
      { reason: 'certificate-key-differs', values: { key: paths.key, file: paths.certificate } },
    );
  return { certificate, key, above, paths };
}

/** Records certificates as issued and then writes their files. A certificate that is out but not recorded could never be revoked, hence the order. */
export async function recordAndWrite(
  authority: Authority,
  certificates: readonly Certificate[],
  write: () => Promise<void>,
): Promise<void> {
  await changeLedger(authority.paths.ledger, authority.certificate, async (ledger) => ({
    ledger: certificates.reduce(recordIssued, ledger),
    result: undefined,
  }));
  await write();
}

export async function authorityLedger(authority: Authority): Promise<Ledger> {
  return readLedger(authority.paths.ledger, authority.certificate);
}

/** Writes a brand-new CA. @throws CertificateError when one is there and `force` is not set. */
export async function saveNewAuthority(files: readonly FileToWrite[], force: boolean): Promise<void> {
  await writeFiles(files, { force });
}
