import { join } from 'node:path';
import type { Command } from 'commander';
import { authorityLedger } from '../authority/authority-directory.ts';
import { readCertificateFile } from '../x509/certificate-file.ts';
import { queryOcsp } from '../authority/ocsp-client.ts';
import { createOcspResponder } from '../authority/ocsp-responder.ts';
import { readRevocationList } from '../authority/revocation-list.ts';
import { REVOCATION_REASONS, type RevocationReason } from '../authority/ledger.ts';
import { nextRevocationList, revokeCertificate } from '../authority/revoke.ts';
import { CertificateError, CertificateUsageError } from '../errors.ts';
import { readInput, readInputIfPresent } from '../files/read-input.ts';
import { refuseExistingFiles, writeFiles } from '../files/write-files.ts';
import { describeRevocationList } from '../inspect/describe.ts';
import { renderDescription } from '../inspect/render.ts';
import { writePem } from '../pem.ts';
import { action, type CommandIo, newCommand, parseDays, printJson, say } from './command-io.ts';
import { caDirectory, DEFAULT_DIRECTORY, type DirectoryOptions, openCa } from './shared-options.ts';

function addCaOptions(command: Command): Command {
  return command
    .option('--dir <directory>', 'where the CA (ca.crt, ca.key) is', DEFAULT_DIRECTORY)
    .option('--password-file <file>', "file with the password of the CA's key")
    .option('--password-stdin', "read the password of the CA's key from standard input")
    .option('--json', 'print the result as JSON');
}

export function revokeCommand(io: CommandIo): Command {
  const command = newCommand(io, 'revoke')
    .description('mark a certificate of the CA as revoked')
    .argument('<certificate>', 'the certificate file, or its serial number in hex')
    .option('--reason <reason>', `why: ${REVOCATION_REASONS.join(', ')}`, 'unspecified');
  return addCaOptions(command)
    .addHelpText('before', 'Example:\n  berth cert revoke tls/harbor.daemon.io.crt --reason keyCompromise\n')
    .action(
      action(io, async (target: string, options: DirectoryOptions & { readonly reason: string }) => {
        const reason = REVOCATION_REASONS.find((one) => one.toLowerCase() === options.reason.toLowerCase());
        if (reason === undefined)
          throw new CertificateUsageError(`"${options.reason}" is not a reason. Choose one of ${REVOCATION_REASONS.join(', ')}.`);
        const authority = await openCa(io, options);
        const result = await revokeCertificate(authority, await certificateOrSerial(target), reason as RevocationReason);
        if (options.json) printJson(io, { ...result, reason });
        else
          io.stdout.write(
            result.already ? `${result.serial} was revoked before; nothing changed.\n` : `${result.serial} is revoked (${reason}).\n`,
          );
        say(io, 'OCSP answers so at once. Next, for clients that read lists: berth cert crl');
      }),
    );
}

async function certificateOrSerial(target: string) {
  const bytes = await readInputIfPresent(target);
  if (bytes !== undefined) {
    const [certificate] = readCertificateFile(bytes, target);
    if (certificate !== undefined) return certificate;
  }
  if (!/^(0x)?[0-9a-f:]{1,60}$/i.test(target))
    throw new CertificateError(`There is no file ${target}, and it is not a serial number in hex.`);
  return target;
}

interface CrlOptions extends DirectoryOptions {
  readonly out?: string;
  readonly days: number;
  readonly der?: boolean;
}

export function crlCommand(io: CommandIo): Command {
  const command = newCommand(io, 'crl')
    .description('write the full certificate revocation list, with the next number')
    .option('--out <file>', 'where to write it (default: ca.crl in --dir, replaced each time)')
    .option('--days <days>', 'days until the next list', parseDays, 30)
    .option('--der', 'write DER instead of PEM (what a CRL address must serve)')
    .option('--force', 'replace --out when it is there');
  return addCaOptions(command).action(
    action(io, async (options: CrlOptions) => {
      const out = options.out ?? join(options.dir, options.der ? 'ca.crl.der' : 'ca.crl');
      if (options.out !== undefined) await refuseExistingFiles([out], options.force === true);
      const authority = await openCa(io, options);
      const { der } = await nextRevocationList(authority, options.days);
      await writeFiles([{ path: out, content: options.der ? der : writePem('X509 CRL', der) }], { force: true });
      const description = describeRevocationList(readRevocationList(der));
      if (options.json) printJson(io, { crl: description, file: out });
      else io.stdout.write(`${renderDescription(description)}  File:        ${out}\n`);
    }),
  );
}

interface OcspOptions extends DirectoryOptions {
  readonly url?: string;
  readonly ca?: string;
}

export function ocspCommand(io: CommandIo): Command {
  const command = newCommand(io, 'ocsp')
    .description('ask whether a certificate is revoked: its OCSP address, --url, or the CA in --dir')
    .argument('<certificate>', 'the certificate file')
    .option('--url <url>', 'address of the OCSP responder')
    .option('--ca <file>', 'certificate of the CA that issued it (default: from the file, or ca.crt in --dir)');
  return addCaOptions(command).action(
    action(io, async (file: string, options: OcspOptions) => {
      const chain = readCertificateFile(await readInput(file), file);
      const [certificate] = chain;
      if (certificate === undefined) throw new CertificateError(`${file} holds no certificate.`);
      const caFile = options.ca ?? join(caDirectory(options), 'ca.crt');
      const known = [
        ...chain.slice(1),
        ...readCertificateFile((await readInputIfPresent(caFile)) ?? Buffer.concat(chain.map((one) => one.der).slice(0, 1)), caFile),
      ];
      const issuer = known.find((one) => one.subject.raw.equals(certificate.issuer.raw));
      if (issuer === undefined)
        throw new CertificateError(
          `The CA "${certificate.issuer.text}" that issued ${file} was not found: name its certificate with --ca.`,
        );
      const url = options.url ?? certificate.ocspUrls[0];
      const local = url === undefined ? await openCa(io, options) : undefined;
      const answer = await queryOcsp({
        certificate,
        issuer,
        ...(local ? { ask: createOcspResponder(local, () => authorityLedger(local)) } : { url: url ?? '' }),
      });
      if (options.json) printJson(io, answer);
      else io.stdout.write(`${answer.status}${answer.revokedAt ? ` since ${answer.revokedAt} (${answer.reason})` : ''}\n`);
      return answer.status === 'good' ? 0 : 1;
    }),
  );
}
