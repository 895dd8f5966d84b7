import type { Command } from 'commander';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Authority, openAuthority, type NewAuthorityOptions } from '../authority/authority-directory.ts';
import { CertificateUsageError } from '../errors.ts';
import { PassphraseNeededError, parseKeyType } from '../keys/private-key.ts';
import type { AltName } from '../names/subject-name.ts';
import type { SubjectFields } from '../x509/distinguished-name.ts';
import type { CommandIo } from './command-io.ts';
import { type PasswordOptions, Passwords } from './passwords.ts';

/** Where certificates are kept when --dir is not given. */
export const DEFAULT_DIRECTORY = 'tls';

export interface SubjectOptions {
  readonly c?: string;
  readonly st?: string;
  readonly l?: string;
  readonly o?: string;
  readonly ou?: string;
  readonly cn?: string;
}

export function addSubjectOptions(command: Command): Command {
  return command
    .option('--c <country>', 'country, two letters (C)')
    .option('--st <state>', 'state or province (ST)')
    .option('--l <city>', 'city (L)')
    .option('--o <organization>', 'organization (O)')
    .option('--ou <unit>', 'organizational unit (OU)')
    .option('--cn <name>', 'common name (CN)');
}

export function subjectFrom(options: SubjectOptions): SubjectFields {
  const fields = {
    country: options.c,
    state: options.st,
    locality: options.l,
    organization: options.o,
    organizationalUnit: options.ou,
    commonName: options.cn,
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as SubjectFields;
}

export interface DirectoryOptions extends PasswordOptions {
  readonly dir: string;
  readonly caDir?: string;
  readonly json?: boolean;
  readonly force?: boolean;
}

export function addDirectoryOptions(command: Command): Command {
  return command
    .option('--dir <directory>', 'where the files are written', DEFAULT_DIRECTORY)
    .option('--ca-dir <directory>', 'where the CA (ca.crt, ca.key) is, when not in --dir')
    .option('--password-file <file>', "file with the password of the CA's key")
    .option('--password-stdin', "read the password of the CA's key from standard input");
}

export function caDirectory(options: DirectoryOptions): string {
  return options.caDir ?? options.dir;
}

/** Opens the CA; asks for the key's password only when the key is encrypted. */
export async function openCa(io: CommandIo, options: DirectoryOptions, passwords = new Passwords(io)): Promise<Authority> {
  const directory = caDirectory(options);
  try {
    return await openAuthority(directory, await passwords.find(options));
  } catch (error) {
    if (!(error instanceof PassphraseNeededError)) throw error;
    return openAuthority(directory, await passwords.get(`Password of ${join(directory, 'ca.key')}`, options));
  }
}

export const DEFAULT_CA_DAYS = 3650;

export interface CaOptions extends DirectoryOptions, SubjectOptions {
  readonly key: string;
  readonly days: number;
  readonly pathLength?: number;
  readonly ocspUrl?: string;
  readonly crlUrl?: string;
}

/** Two CAs of one name confuse clients that hold both, so a CA without a given name gets a random part. */
export function authorityOptions(directory: string, options: Partial<CaOptions>): NewAuthorityOptions {
  const subject = subjectFrom(options as SubjectOptions);
  return {
    directory,
    keyType: parseKeyType(options.key ?? 'rsa-4096'),
    subject: { ...subject, commonName: subject.commonName ?? `Berth private CA ${randomBytes(4).toString('hex')}` },
    days: options.days ?? DEFAULT_CA_DAYS,
    pathLength: options.pathLength,
    ocspUrl: options.ocspUrl,
    crlUrl: options.crlUrl,
  };
}

/** The base name of the files for a set of names: the first host; `*.a.b` becomes `_wildcard.a.b`, colons become dashes. */
export function baseNameFor(names: readonly AltName[]): string {
  const first = names.find((name) => name.kind === 'dns' || name.kind === 'ip') ?? names[0];
  return asBaseName((first?.value ?? 'server').replace(/^\*\./, '_wildcard.'));
}

/** Of any text; what a file name should not hold becomes a dash. */
export function asBaseName(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 120);
}

/** @throws CertificateUsageError for a base name that leads elsewhere, or under which files would take the place of a CA's. */
export function requireBaseName(base: string): void {
  if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]{0,119}$/.test(base) || base.toLowerCase() === 'ca')
    throw new CertificateUsageError(
      `"${base}" cannot be the base name of the files: use letters, digits, dot, dash and underscore, and not "ca", whose files are a CA's. Choose one with --name.`,
    );
}

export type ServerPaths = ReturnType<typeof serverPaths>;

/** The files of one server certificate, named for their use. */
export function serverPaths(directory: string, base: string) {
  return {
    chain: join(directory, `${base}.crt`),
    certificate: join(directory, `${base}.cert`),
    key: join(directory, `${base}.key`),
    request: join(directory, `${base}.csr`),
    ca: join(directory, 'ca.crt'),
  };
}
