import { basename } from 'node:path';
import type { Command } from 'commander';
import { authorityLedger, recordAndWrite } from '../authority/authority-directory.ts';
import { CertificateError } from '../errors.ts';
import { readInput } from '../files/read-input.ts';
import { ensureDirectory, refuseExistingFiles, writeFiles } from '../files/write-files.ts';
import { openBundle } from '../formats/open-bundle.ts';
import { describeCertificate, describeRequest } from '../inspect/describe.ts';
import { renderDescription } from '../inspect/render.ts';
import { DEFAULT_SERVER_DAYS, issueServerCertificate, nameWarnings } from '../issue/server-certificate.ts';
import { createSigningRequest, readSigningRequest, requestedNames } from '../issue/signing-request.ts';
import { generatePrivateKey, KEY_TYPES, parseKeyType, privateKeyPem, readPrivateKey } from '../keys/private-key.ts';
import { parseAltNames } from '../names/subject-name.ts';
import { writePem } from '../pem.ts';
import { action, collect, type CommandIo, newCommand, parseDays, printJson, say, warn, withSpinner } from './command-io.ts';
import { serverFiles } from './cert-server.ts';
import { Passwords } from './passwords.ts';
import {
  addDirectoryOptions,
  addSubjectOptions,
  asBaseName,
  baseNameFor,
  DEFAULT_DIRECTORY,
  type DirectoryOptions,
  openCa,
  requireBaseName,
  serverPaths,
  subjectFrom,
  type SubjectOptions,
} from './shared-options.ts';

interface CsrOptions extends SubjectOptions, DirectoryOptions {
  readonly key: string;
  readonly keyFile?: string;
  readonly name?: string;
}

export function csrCommand(io: CommandIo): Command {
  const command = newCommand(io, 'csr')
    .description('make a key and a signing request, for a CA elsewhere')
    .argument('<host...>', 'DNS names, *.wildcards, IP addresses, URIs, e-mail addresses')
    .option('--dir <directory>', 'where the files are written', DEFAULT_DIRECTORY)
    .option('--key <type>', `key type: ${KEY_TYPES.join(', ')}`, 'rsa-4096')
    .option('--key-file <file>', 'use this private key instead of a new one')
    .option('--password-file <file>', 'file with the password of --key-file')
    .option('--password-stdin', 'read that password from standard input')
    .option('--name <name>', 'base name of the files (default: the first host)')
    .option('--force', 'replace existing files')
    .option('--json', 'print the result as JSON');
  addSubjectOptions(command).addHelpText('before', 'Example:\n  berth cert csr harbor.daemon.io 192.168.56.121 --o example\n');
  return command.action(
    action(io, async (hosts: string[], options: CsrOptions) => {
      const names = parseAltNames(hosts);
      warn(io, nameWarnings(names));
      const base = options.name ?? baseNameFor(names);
      requireBaseName(base);
      const paths = serverPaths(options.dir, base);
      const fresh = options.keyFile === undefined;
      await refuseExistingFiles(fresh ? [paths.request, paths.key] : [paths.request], options.force === true);
      const key = fresh
        ? await withSpinner(io, 'Making a key', () => generatePrivateKey(parseKeyType(options.key)))
        : readPrivateKey(await readInput(options.keyFile ?? ''), options.keyFile ?? '', await new Passwords(io).find(options));
      const der = await createSigningRequest({ names, key, subject: subjectFrom(options) });
      await ensureDirectory(options.dir, true);
      const keyFiles = fresh ? [{ path: paths.key, content: privateKeyPem(key), secret: true }] : [];
      await writeFiles([...keyFiles, { path: paths.request, content: writePem('CERTIFICATE REQUEST', der) }], {
        force: options.force === true,
      });
      const description = describeRequest(await readSigningRequest(der), [key]);
      if (options.json) printJson(io, { request: description, files: { request: paths.request, key: options.keyFile ?? paths.key } });
      else io.stdout.write(`${renderDescription(description)}  Files:       ${[paths.request, options.keyFile ?? paths.key].join(', ')}\n`);
      say(io, `Next: send ${paths.request} to your CA, or sign it here: berth cert sign ${paths.request}`);
    }),
  );
}

interface SignOptions extends DirectoryOptions {
  readonly days: number;
  readonly host: string[];
  readonly name?: string;
}

export function signCommand(io: CommandIo): Command {
  const command = newCommand(io, 'sign')
    .description('sign a request with the CA, as a server certificate')
    .argument('<request>', 'the signing request (PEM or DER)')
    .option('--host <name>', 'sign for these names instead of those requested (repeatable)', collect, [])
    .option('--days <days>', 'validity in days', parseDays, DEFAULT_SERVER_DAYS)
    .option('--name <name>', "base name of the files (default: the request's)")
    .option('--force', 'replace existing files')
    .option('--json', 'print the result as JSON');
  addDirectoryOptions(command).addHelpText('before', 'Example:\n  berth cert sign tls/harbor.daemon.io.csr\n');
  return command.action(
    action(io, async (file: string, options: SignOptions) => {
      const request = (
        await openBundle(await readInput(file), file, () => Promise.reject(new CertificateError(`${file} is not a signing request.`)))
      ).requests[0];
      if (request === undefined) throw new CertificateError(`${file} holds no signing request.`);
      const asked = options.host.length > 0 ? { names: parseAltNames(options.host), fromCommonName: false } : requestedNames(request);
      if (asked.fromCommonName)
        warn(io, ['The request has no SAN, only a common name, which clients ignore; the name was put into the SAN.']);
      warn(io, nameWarnings(asked.names));
      const base = options.name ?? asBaseName(basename(file).replace(/\.(csr|req|pem|der)$/i, ''));
      requireBaseName(base);
      const paths = serverPaths(options.dir, base);
      await refuseExistingFiles([paths.chain, paths.certificate], options.force === true);
      const authority = await openCa(io, options);
      const ledger = await authorityLedger(authority);
      const issued = await issueServerCertificate(authority, {
        names: asked.names,
        publicKey: request.publicKey,
        days: options.days,
        subjectDer: request.subject.raw,
        urls: ledger,
      });
      warn(io, issued.warnings);
      await ensureDirectory(options.dir, true);
      await recordAndWrite(authority, [issued.certificate], async () =>
        writeFiles(await serverFiles(paths, issued.chain), { force: options.force === true }),
      );
      const description = describeCertificate(issued.certificate);
      if (options.json)
        printJson(io, { certificate: description, files: { chain: paths.chain, certificate: paths.certificate, ca: paths.ca } });
      else io.stdout.write(`${renderDescription(description)}  Files:       ${[paths.chain, paths.certificate, paths.ca].join(', ')}\n`);
    }),
  );
}
