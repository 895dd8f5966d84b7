import { createPublicKey, type KeyObject } from 'node:crypto';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import {
  type Authority,
  authorityLedger,
  authorityPaths,
  newAuthority,
  recordAndWrite,
  readAuthorityCertificate,
} from '../authority/authority-directory.ts';
import { readCertificateFile, trustAnchor } from '../x509/certificate-file.ts';
import { type Ledger, ledgerFile, recordIssued } from '../authority/ledger.ts';
import { CertificateError } from '../errors.ts';
import { ensureDirectory, type FileToWrite, refuseExistingFiles, writeFiles } from '../files/write-files.ts';
import { readInputIfPresent } from '../files/read-input.ts';
import { describeCertificate } from '../inspect/describe.ts';
import { validityText } from '../inspect/render.ts';
import { DEFAULT_SERVER_DAYS, type IssuedCertificate, issueServerCertificate, nameWarnings } from '../issue/server-certificate.ts';
import { generatePrivateKey, KEY_TYPES, parseKeyType, privateKeyPem } from '../keys/private-key.ts';
import { type AltName, formatAltName, parseAltNames } from '../names/subject-name.ts';
import { writePem } from '../pem.ts';
import type { Certificate } from '../x509/read-certificate.ts';
import { action, type CommandIo, newCommand, parseDays, printJson, say, warn, withSpinner } from './command-io.ts';
import {
  addDirectoryOptions,
  addSubjectOptions,
  authorityOptions,
  baseNameFor,
  caDirectory,
  type DirectoryOptions,
  openCa,
  requireBaseName,
  type ServerPaths,
  serverPaths,
  subjectFrom,
  type SubjectOptions,
} from './shared-options.ts';
import { addRunningOptions, issueFromRunning, type RunningOptions } from './from-running.ts';

interface Options extends DirectoryOptions, SubjectOptions, RunningOptions {
  readonly key: string;
  readonly days: number;
  readonly name?: string;
  readonly emptySubject?: boolean;
}

export function serverCommand(io: CommandIo): Command {
  const command = newCommand(io, 'server')
    .description('make a key and a certificate for a server; makes the CA too when there is none')
    .argument('<host...>', 'DNS names, *.wildcards, IP addresses, URIs, e-mail addresses')
    .option('--key <type>', `key type, also of a CA that is made along: ${KEY_TYPES.join(', ')}`, 'rsa-4096')
    .option('--days <days>', 'validity in days', parseDays, DEFAULT_SERVER_DAYS)
    .option('--name <name>', 'base name of the files (default: the first host)')
    .option('--empty-subject', 'leave the subject empty; the names are then marked critical')
    .option('--force', 'replace existing files of the server certificate')
    .option('--json', 'print the result as JSON');
  addRunningOptions(addDirectoryOptions(addSubjectOptions(command))).addHelpText(
    'before',
    'Examples:\n  berth cert server harbor.daemon.io 192.168.56.121\n  berth cert server "*.apps.example.com" --key ec-p256 --dir /etc/berth/tls\n',
  );
  return command.action(action(io, (hosts: string[], options: Options) => run(io, hosts, options)));
}

async function run(io: CommandIo, hosts: readonly string[], options: Options): Promise<void> {
  const names = parseAltNames(hosts);
  const keyType = parseKeyType(options.key);
  warn(io, nameWarnings(names));
  const base = options.name ?? baseNameFor(names);
  requireBaseName(base);
  const paths = serverPaths(options.dir, base);
  await refuseExistingFiles([paths.chain, paths.certificate, paths.key], options.force === true);
  if (options.fromRunning !== undefined) {
    const key = await withSpinner(io, 'Making a key', () => generatePrivateKey(keyType));
    const chain = await issueFromRunning(io, { names, key, days: options.days, subject: subjectFrom(options) }, options);
    await ensureDirectory(options.dir, true);
    await writeFiles(await serverFiles(paths, chain, key), { force: options.force === true });
    await report(io, { names, chain, base, authorityIsNew: false }, options);
    return;
  }
  const existing = await readAuthorityCertificate(caDirectory(options));
  const opened: Opened = existing === undefined ? await makeCa(io, options) : await useCa(io, options);
  const key = await withSpinner(io, `Making a key (${keyType})`, () => generatePrivateKey(keyType));
  const subject = options.emptySubject ? { commonName: '' } : subjectFrom(options);
  const issued = await issueServerCertificate(opened.authority, {
    names,
    publicKey: createPublicKey(key),
    days: options.days,
    subject,
    urls: opened.ledger,
  });
  warn(io, issued.warnings);
  await save(opened, issued, { base, key, options });
  await report(io, { names, chain: issued.chain, base, authorityIsNew: opened.files.length > 0 }, options);
}

interface Opened {
  readonly authority: Authority;
  readonly ledger: Ledger;
  /** Files of a CA that is new and not yet written. */
  readonly files: readonly FileToWrite[];
}

async function useCa(io: CommandIo, options: Options): Promise<Opened> {
  const authority = await openCa(io, options);
  return { authority, ledger: await authorityLedger(authority), files: [] };
}

async function makeCa(io: CommandIo, options: Options): Promise<Opened> {
  const directory = caDirectory(options);
  const paths = authorityPaths(directory);
  await refuseExistingFiles([paths.key, paths.ledger], false);
  say(io, `There is no CA in ${directory} yet, so one is made first.`);
  const { c, st, l, o, ou } = options;
  const subject = Object.fromEntries(Object.entries({ c, st, l, o, ou }).filter(([, value]) => value !== undefined));
  return withSpinner(io, 'Making the CA', () => newAuthority(authorityOptions(directory, { ...subject, key: options.key })));
}

async function save(
  opened: Opened,
  issued: IssuedCertificate,
  server: { readonly base: string; readonly key: KeyObject; readonly options: Options },
): Promise<void> {
  const { base, key, options } = server;
  await ensureDirectory(options.dir, true);
  const files = await serverFiles(serverPaths(options.dir, base), issued.chain, key);
  const force = options.force === true;
  if (opened.files.length === 0) return recordAndWrite(opened.authority, [issued.certificate], () => writeFiles(files, { force }));
  await ensureDirectory(caDirectory(options), true);
  const ca = opened.files.map((file) =>
    file.path === opened.authority.paths.ledger ? ledgerFile(file.path, recordIssued(opened.ledger, issued.certificate)) : file,
  );
  const rest = files.filter((file) => !ca.some((other) => other.path === file.path));
  await writeFiles([...ca, ...rest], { force });
}

/**
 * Certificate with chain, certificate alone, key, and the CA for clients; the CA's file is left out when it holds that CA already.
 * @throws CertificateError when another CA, with its key, lies where the CA for clients would be written.
 */
export async function serverFiles(paths: ServerPaths, chain: readonly Certificate[], key?: KeyObject): Promise<FileToWrite[]> {
  const [leaf] = chain;
  const anchor = trustAnchor(chain);
  const files: FileToWrite[] = [{ path: paths.chain, content: chain.map((one) => writePem('CERTIFICATE', one.der)).join('') }];
  if (leaf) files.push({ path: paths.certificate, content: writePem('CERTIFICATE', leaf.der) });
  if (key) files.push({ path: paths.key, content: privateKeyPem(key), secret: true });
  if (anchor && !(await holdsCa(paths.ca, anchor))) files.push({ path: paths.ca, content: writePem('CERTIFICATE', anchor.der) });
  return files;
}

/** Certificates are compared, not texts: a file with other line ends, or with the CAs above, holds it as well and must not be replaced. */
async function holdsCa(path: string, anchor: Certificate): Promise<boolean> {
  const present = await readInputIfPresent(path);
  if (present === undefined) return false;
  const held = readCertificateFile(present, path).some((one) => one.der.equals(anchor.der));
  const key = authorityPaths(dirname(path)).key;
  if (!held && (await readInputIfPresent(key)) !== undefined)
    throw new CertificateError(
      `${path} and ${key} are another CA than the one that issues here, and --force does not replace it either. Nothing was written: choose another --dir.`,
    );
  return held;
}

interface Report {
  readonly names: readonly AltName[];
  readonly chain: readonly Certificate[];
  readonly base: string;
  readonly authorityIsNew: boolean;
}

async function report(io: CommandIo, done: Report, options: Options): Promise<void> {
  const paths = serverPaths(options.dir, done.base);
  const [leaf] = done.chain;
  if (leaf === undefined) return;
  const description = describeCertificate(leaf);
  if (options.json) {
    printJson(io, {
      certificate: description,
      files: { chain: paths.chain, certificate: paths.certificate, key: paths.key, ca: paths.ca },
      authorityCreated: done.authorityIsNew,
    });
  } else {
    io.stdout.write(
      `Certificate for ${done.names.map(formatAltName).join(', ')}, ${validityText(description.notBefore, description.daysLeft)}\n` +
        `  ${paths.chain}  for the server: the certificate and its chain\n  ${paths.key}  for the server: the private key (0600)\n` +
        `  ${paths.certificate}  the certificate alone\n  ${paths.ca}  for clients: what to trust\n`,
    );
  }
  const name = done.names.find((one) => one.kind === 'dns' && !one.value.startsWith('*.'))?.value ?? done.names[0]?.value ?? '';
  const host = name.includes(':') ? `[${name}]` : name;
  say(
    io,
    `Next, on the server: BERTH_TLS_CERT=${paths.chain} BERTH_TLS_KEY=${paths.key} berth serve`,
    `Then, on each client: berth cert install --host ${host}:8443 --ca ${join(options.dir, 'ca.crt')}`,
  );
}
