import { type Command, InvalidArgumentError } from 'commander';
import { newAuthority, saveNewAuthority } from '../authority/authority-directory.ts';
import { ensureDirectory } from '../files/write-files.ts';
import { refuseExistingFiles } from '../files/write-files.ts';
import { describeCertificate } from '../inspect/describe.ts';
import { renderDescription } from '../inspect/render.ts';
import { KEY_TYPES } from '../keys/private-key.ts';
import { action, type CommandIo, newCommand, parseDays, printJson, say, withSpinner } from './command-io.ts';
import { Passwords } from './passwords.ts';
import { addSubjectOptions, authorityOptions, type CaOptions, DEFAULT_CA_DAYS, DEFAULT_DIRECTORY } from './shared-options.ts';

interface Options extends CaOptions {
  readonly encryptKey?: boolean;
}

export function caCommand(io: CommandIo): Command {
  const command = newCommand(io, 'ca')
    .description('make a certificate authority: ca.crt for clients, ca.key to keep secret')
    .option('--dir <directory>', 'where ca.crt, ca.key and ca.ledger.json are written', DEFAULT_DIRECTORY)
    .option('--key <type>', `key type: ${KEY_TYPES.join(', ')}`, 'rsa-4096')
    .option('--days <days>', 'validity in days', parseDays, DEFAULT_CA_DAYS)
    .option('--path-length <n>', 'how many CAs may stand below this one', parsePathLength)
    .option('--ocsp-url <url>', 'http address where clients may ask about revocation; written into what this CA issues')
    .option('--crl-url <url>', 'http address of the revocation list; written into what this CA issues')
    .option('--encrypt-key', 'protect ca.key with a password')
    .option('--password-file <file>', 'file with that password')
    .option('--password-stdin', 'read that password from standard input')
    .option('--force', 'replace an existing CA (all its certificates become worthless)')
    .option('--json', 'print the result as JSON');
  addSubjectOptions(command).addHelpText(
    'before',
    'Examples:\n  berth cert ca --c CN --st Beijing --l Beijing --o example --ou Personal --cn "example CA"\n  berth cert ca --key ec-p256 --encrypt-key\n',
  );
  return command.action(
    action(io, async (options: Options) => {
      const request = authorityOptions(options.dir, options);
      const passphrase = options.encryptKey ? await new Passwords(io).create('Password for ca.key', options) : undefined;
      await refuseExistingFiles(
        ['ca.crt', 'ca.key', 'ca.ledger.json'].map((name) => `${options.dir}/${name}`),
        options.force === true,
      );
      const { authority, files } = await withSpinner(io, 'Making a key and the CA certificate', () =>
        newAuthority({ ...request, passphrase }),
      );
      await ensureDirectory(options.dir, true);
      await saveNewAuthority(files, options.force === true);
      const description = describeCertificate(authority.certificate);
      if (options.json) printJson(io, { certificate: description, files: authority.paths });
      else io.stdout.write(`${renderDescription(description)}  Files:       ${Object.values(authority.paths).join(', ')}\n`);
      say(io, `Keep ${authority.paths.key} secret and in a backup. Next: berth cert server HOST --ca-dir ${options.dir}`);
    }),
  );
}

function parsePathLength(text: string): number {
  if (!/^\d{1,2}$/.test(text)) throw new InvalidArgumentError(`"${text}" is not a path length (0 to 99).`);
  return Number(text);
}
