import { extname } from 'node:path';
import type { Command } from 'commander';
import { CertificateUsageError } from '../errors.ts';
import { readInput } from '../files/read-input.ts';
import { refuseExistingFiles, writeFiles } from '../files/write-files.ts';
import { convertBundles, needsPassword, OUTPUT_FORMATS, type OutputFormat } from '../formats/convert.ts';
import { openBundle } from '../formats/open-bundle.ts';
import { action, type CommandIo, newCommand, printJson, say } from './command-io.ts';
import { type PasswordOptions, Passwords } from './passwords.ts';

interface Options extends PasswordOptions {
  readonly to?: string;
  readonly out: string;
  readonly key?: string;
  readonly alias?: string;
  readonly legacy?: boolean;
  readonly outPasswordFile?: string;
  readonly outPasswordStdin?: boolean;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function convertCommand(io: CommandIo): Command {
  return newCommand(io, 'convert')
    .description('put certificates and keys into another format')
    .argument('<file...>', 'one or more files: PEM, DER/CER/CRT, PKCS#7, PKCS#12/PFX, JKS')
    .requiredOption('--out <file>', 'where to write the result')
    .option('--to <format>', `${OUTPUT_FORMATS.join(', ')} (default: from the name of --out)`)
    .option('--key <file>', 'a private key to go with the certificates')
    .option('--alias <name>', 'name of the entry in PKCS#12 or JKS')
    .option('--legacy', 'PKCS#12 with 3DES and SHA-1, for readers from before 2018')
    .option('--password-file <file>', 'file with the password of the input')
    .option('--password-stdin', 'read the password of the input from standard input')
    .option('--out-password-file <file>', 'file with the password of the result')
    .option('--out-password-stdin', "read it from standard input (the next line after the input's password)")
    .option('--force', 'replace --out when it is there')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'before',
      'Examples:\n  berth cert convert tls/harbor.daemon.io.crt --key tls/harbor.daemon.io.key --out harbor.pfx\n  berth cert convert harbor.pfx --out harbor.pem\n  berth cert convert tls/ca.crt --out truststore.jks --alias berth-ca\n',
    )
    .action(action(io, (files: string[], options: Options) => run(io, files, options)));
}

async function run(io: CommandIo, files: readonly string[], options: Options): Promise<void> {
  const to = outputFormat(options);
  await refuseExistingFiles([options.out], options.force === true);
  const passwords = new Passwords(io);
  const inputs = options.key === undefined ? files : [...files, options.key];
  const bundles = [];
  let known: string | undefined;
  for (const file of inputs) {
    bundles.push(
      await openBundle(await readInput(file), file, async (what) => {
        known ??= await passwords.get(what, options);
        return known;
      }),
    );
  }
  const outPassword = { passwordFile: options.outPasswordFile, passwordStdin: options.outPasswordStdin };
  const password = needsPassword(to)
    ? await passwords.create(`Password for ${options.out}`, outPassword)
    : await passwords.find(outPassword);
  const result = convertBundles(bundles, { to, password, alias: options.alias, legacy: options.legacy });
  await writeFiles([{ path: options.out, content: result.content, secret: result.secret }], { force: options.force === true });
  for (const note of result.notes) say(io, `note: ${note}`);
  if (options.json) printJson(io, { file: options.out, format: to, secret: result.secret, notes: result.notes });
  else io.stdout.write(`${options.out}\n`);
}

function outputFormat(options: Options): OutputFormat {
  const wanted = (options.to ?? extname(options.out).slice(1)).toLowerCase();
  const found = OUTPUT_FORMATS.find((one) => one === ({ pkcs7: 'p7b', pkcs12: 'p12', cert: 'crt' }[wanted] ?? wanted));
  if (found === undefined)
    throw new CertificateUsageError(
      `${wanted === '' ? 'The output has no extension' : `"${wanted}" is not a format that is written here`}. Say the format with --to: ${OUTPUT_FORMATS.join(', ')}.`,
    );
  return found;
}
