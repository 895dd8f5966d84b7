import type { Command } from 'commander';
import { CertificateError } from '../errors.ts';
import { readInput } from '../files/read-input.ts';
import { openBundle, openKeys } from '../formats/open-bundle.ts';
import { inspectServedCertificate, parseHostAndPort } from '../inspect/served-certificate.ts';
import { describeKey, publicKeyDer } from '../keys/private-key.ts';
import { appleProblems, chromiumError } from '../verify/browser-rules.ts';
import { verifyLikeGo } from '../verify/go-verifier.ts';
import { readSystemRoots } from '../verify/system-roots.ts';
import { shortName } from '../x509/read-certificate.ts';
import { stat } from 'node:fs/promises';
import { action, type CommandIo, newCommand, printJson, warn } from './command-io.ts';
import { Passwords } from './passwords.ts';

interface Options {
  readonly host?: string;
  readonly ca?: string;
  readonly key?: string;
  readonly json?: boolean;
}

export function verifyCommand(io: CommandIo): Command {
  return newCommand(io, 'verify')
    .description('check a certificate as docker and browsers do: names, dates, chain, usages')
    .argument('<file-or-host>', 'the certificate with its chain, or HOST:PORT')
    .option('--host <name>', 'the name or address that clients use (default: the first name in the certificate, or the host asked)')
    .option('--ca <file>', "the CA that clients trust (default: the system's)")
    .option('--key <file>', 'check that this private key belongs to it')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'before',
      'Example:\n  berth cert verify tls/harbor.daemon.io.crt --key tls/harbor.daemon.io.key --ca tls/ca.crt --host harbor.daemon.io\n',
    )
    .action(action(io, (target: string, options: Options) => run(io, target, options)));
}

async function run(io: CommandIo, target: string, options: Options): Promise<number> {
  const passwords = new Passwords(io);
  const ask = (what: string) => passwords.get(what, {});
  const isFile = await stat(target).then(
    () => true,
    () => false,
  );
  const chain = isFile
    ? (await openBundle(await readInput(target), target, ask)).certificates
    : (await inspectServedCertificate(target)).chain;
  const [leaf] = chain;
  if (leaf === undefined) throw new CertificateError(`${target} holds no certificate.`);
  const host =
    options.host ??
    (isFile
      ? (leaf.altNames?.dns.find((one) => !one.startsWith('*')) ?? leaf.altNames?.ip[0] ?? shortName(leaf))
      : parseHostAndPort(target).host);
  const roots =
    options.ca === undefined
      ? await readSystemRoots('/', process.env)
      : (await openBundle(await readInput(options.ca), options.ca, ask)).certificates;
  const result = verifyLikeGo({ chain, roots, host, now: new Date() });
  const keys = options.key === undefined ? [] : await openKeys(await readInput(options.key), options.key, ask);
  const keyMatches = keys.length === 0 ? null : keys.some((key) => publicKeyDer(key).equals(leaf.spki));
  const apple = appleProblems(leaf);
  const accepted = result.problems.length === 0 && keyMatches !== false;
  if (options.json) {
    const problems = result.problems.map(({ code, message, certificate }) => ({ code, message, certificate: certificate.subject.text }));
    printJson(io, {
      accepted,
      host,
      problems,
      browser: chromiumError(result, chain) ?? null,
      apple,
      keyMatches,
      path: result.path?.map((one) => one.subject.text) ?? null,
    });
    return accepted ? 0 : 1;
  }
  if (accepted) io.stdout.write(`${target} is accepted for ${host}: ${result.path?.map(shortName).join(' <- ')}\n`);
  for (const { code, message, certificate } of result.problems) {
    const kind = certificate.publicKey === undefined ? 'unknown' : describeKey(certificate.publicKey);
    io.stdout.write(`refused: ${message}${code === 'key' ? ` (docker and browsers do not know keys of the kind ${kind})` : ''}\n`);
  }
  const browser = chromiumError(result, chain);
  if (browser !== undefined) io.stdout.write(`Browsers say: ${browser}\n`);
  if (keyMatches === false) io.stdout.write(`refused: ${options.key} is not the private key of ${target}\n`);
  warn(
    io,
    apple.map((one) => `On macOS and iOS: ${one}.`),
  );
  return accepted ? 0 : 1;
}
