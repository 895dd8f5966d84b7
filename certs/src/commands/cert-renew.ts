import { createPublicKey } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import type { Command } from 'commander';
import { authorityLedger, recordAndWrite } from '../authority/authority-directory.ts';
import { readCertificateFile } from '../x509/certificate-file.ts';
import { CertificateError, CertificateUsageError } from '../errors.ts';
import { readInput } from '../files/read-input.ts';
import { type FileToWrite, writeFiles } from '../files/write-files.ts';
import { describeCertificate } from '../inspect/describe.ts';
import { renderDescription } from '../inspect/render.ts';
import { DEFAULT_SERVER_DAYS, issueServerCertificate, nameWarnings } from '../issue/server-certificate.ts';
import {
  describeKey,
  generatePrivateKey,
  KEY_TYPES,
  type KeyType,
  parseKeyType,
  privateKeyPem,
  publicKeyDer,
  readPrivateKey,
} from '../keys/private-key.ts';
import { type AltName, formatAltName, parseAltName, parseAltNames } from '../names/subject-name.ts';
import type { Certificate } from '../x509/read-certificate.ts';
import { action, collect, type CommandIo, newCommand, parseDays, printJson, say, warn, withSpinner } from './command-io.ts';
import { serverFiles } from './cert-server.ts';
import { addDirectoryOptions, type DirectoryOptions, openCa, serverPaths } from './shared-options.ts';

interface Options extends DirectoryOptions {
  readonly days: number;
  readonly addHost: string[];
  readonly removeHost: string[];
  readonly newKey?: boolean;
  readonly key?: string;
}

export function renewCommand(io: CommandIo): Command {
  const command = newCommand(io, 'renew')
    .description('issue a certificate again, with the same key or a new one, and with names added or removed')
    .argument('<certificate>', 'the certificate file (tls/HOST.crt), or its base name in --dir (HOST)')
    .option('--add-host <name>', 'add a name or address (repeatable)', collect, [])
    .option('--remove-host <name>', 'leave a name or address out (repeatable)', collect, [])
    .option('--days <days>', 'validity in days', parseDays, DEFAULT_SERVER_DAYS)
    .option('--new-key', 'make a new private key as well')
    .option('--key <type>', `type of the new key: ${KEY_TYPES.join(', ')} (default: as before)`)
    .option('--json', 'print the result as JSON');
  addDirectoryOptions(command).addHelpText(
    'before',
    'Examples:\n  berth cert renew harbor.daemon.io\n  berth cert renew harbor.daemon.io --add-host registry.daemon.io --add-host 192.168.56.121\n\nThe files before are kept beside the new ones, as HOST.SERIAL.old.crt (and .key). A running server takes the new ones by itself.\n',
  );
  return command.action(action(io, (target: string, options: Options) => run(io, target, options)));
}

async function run(io: CommandIo, target: string, options: Options): Promise<void> {
  const { directory, base } = locate(target, options.dir);
  const paths = serverPaths(directory, base);
  const oldChain = await readInput(paths.chain);
  const [old] = readCertificateFile(oldChain, paths.chain);
  if (old === undefined) throw new CertificateError(`${paths.chain} holds no certificate.`);
  if (old.basicConstraints?.ca)
    throw new CertificateError(
      `${paths.chain} is a CA certificate. Renewing a CA means new trust on every client: make one with berth cert ca --dir NEWDIR.`,
    );
  const names = newNames(old, options);
  warn(io, nameWarnings(names));
  const authority = await openCa(io, { ...options, dir: directory });
  const oldKey = readPrivateKey(await readInput(paths.key), paths.key);
  if (!publicKeyDer(oldKey).equals(old.spki))
    throw new CertificateError(
      `${paths.key} is not the key of ${paths.chain}. Nothing was changed: put the right key there, or make a new pair with berth cert server.`,
    );
  const isNewKey = options.newKey === true || options.key !== undefined;
  const key = isNewKey
    ? await withSpinner(io, 'Making a key', () => generatePrivateKey(newKeyType(options.key, describeKey(oldKey))))
    : oldKey;
  const ledger = await authorityLedger(authority);
  const issued = await issueServerCertificate(authority, {
    names,
    publicKey: createPublicKey(key),
    days: options.days,
    subjectDer: old.subject.raw,
    urls: ledger,
  });
  warn(io, issued.warnings);
  const kept = join(directory, `${base}.${old.serial.slice(0, 8)}.old`);
  const backups: FileToWrite[] = [{ path: `${kept}.crt`, content: oldChain }];
  if (isNewKey) backups.push({ path: `${kept}.key`, content: privateKeyPem(oldKey), secret: true });
  const files = await serverFiles(paths, issued.chain, isNewKey ? key : undefined);
  await recordAndWrite(authority, [issued.certificate], () => writeFiles([...backups, ...files], { force: true }));
  const description = describeCertificate(issued.certificate, [key]);
  if (options.json)
    printJson(io, {
      certificate: description,
      replaced: old.serial,
      files: { chain: paths.chain, certificate: paths.certificate, key: paths.key, previous: backups.map((one) => one.path) },
    });
  else io.stdout.write(renderDescription(description));
  say(
    io,
    `The certificate before was kept as ${kept}.crt. It stays valid until it expires; if its key was seen by others: berth cert revoke ${kept}.crt`,
  );
}

function locate(target: string, directory: string): { readonly directory: string; readonly base: string } {
  const isPath = target.includes('/') || /\.(crt|cert|pem)$/i.test(target);
  const base = basename(target).replace(/\.(crt|cert|pem)$/i, '');
  return { directory: isPath ? dirname(target) : directory, base };
}

function newNames(old: Certificate, options: Options): AltName[] {
  const sets = old.altNames;
  const before = sets ? [...sets.dns, ...sets.ip, ...sets.uri, ...sets.email].map(parseAltName) : [];
  const removed = new Set(parseAltNames(options.removeHost).map(formatAltName));
  const missing = [...removed].filter((one) => !before.some((name) => formatAltName(name) === one));
  if (missing.length > 0)
    throw new CertificateUsageError(
      `The certificate does not hold ${missing.join(', ')}; it holds ${before.map(formatAltName).join(', ')}.`,
    );
  const names = [...before, ...parseAltNames(options.addHost)].filter((name) => !removed.has(formatAltName(name)));
  return [...new Map(names.map((name) => [formatAltName(name), name])).values()];
}

function newKeyType(wanted: string | undefined, before: string): KeyType {
  if (wanted !== undefined) return parseKeyType(wanted);
  return KEY_TYPES.find((type) => type === before.toLowerCase().replace(' ', '-').replace('p-', 'p')) ?? 'rsa-4096';
}
