import { stat } from 'node:fs/promises';
import type { Command } from 'commander';
import { CertificateError } from '../errors.ts';
import { readInput } from '../files/read-input.ts';
import { openBundle, openKeys } from '../formats/open-bundle.ts';
import { type Description, describeCertificate, describePrivateKey, describeRequest, describeRevocationList } from '../inspect/describe.ts';
import { inspectServedCertificate } from '../inspect/served-certificate.ts';
import { renderDescription } from '../inspect/render.ts';
import { describeKey } from '../keys/private-key.ts';
import { action, type CommandIo, newCommand, printJson } from './command-io.ts';
import { type PasswordOptions, Passwords } from './passwords.ts';

interface Options extends PasswordOptions {
  readonly key?: string;
  readonly json?: boolean;
}

export function inspectCommand(io: CommandIo): Command {
  return newCommand(io, 'inspect')
    .description('say in words what is in a file, or what a host serves')
    .argument('<file-or-host...>', 'certificates, requests, lists, keys, stores, or HOST:PORT')
    .option('--key <file>', 'say whether this private key belongs to the certificate')
    .option('--password-file <file>', 'file with the password of a store or key')
    .option('--password-stdin', 'read that password from standard input')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'before',
      'Examples:\n  berth cert inspect tls/harbor.daemon.io.crt --key tls/harbor.daemon.io.key\n  berth cert inspect harbor.daemon.io:443 --json\n',
    )
    .action(
      action(io, async (targets: string[], options: Options) => {
        const passwords = new Passwords(io);
        const ask = (what: string) => passwords.get(what, options);
        const keys = options.key === undefined ? [] : await openKeys(await readInput(options.key), options.key, ask);
        const results = [];
        for (const target of targets)
          results.push((await isHost(target)) ? await inspectHost(target, keys) : await inspectFile(target, keys, ask));
        if (options.json) printJson(io, results.length === 1 ? results[0] : results);
        else
          for (const result of results)
            io.stdout.write(`${result.source} (${result.format})\n\n${result.items.map(renderDescription).join('\n')}`);
        const mismatch = results.some((result) =>
          result.items.some((item, index) => index === 0 && 'keyMatches' in item && item.keyMatches === false),
        );
        return mismatch ? 1 : 0;
      }),
    );
}

type Keys = Parameters<typeof describeCertificate>[1];

async function inspectFile(path: string, extraKeys: NonNullable<Keys>, ask: (what: string) => Promise<string>) {
  const bundle = await openBundle(await readInput(path), path, ask);
  const keys = [...bundle.keys, ...extraKeys];
  // Only the first certificate is the one a key is meant for; its issuers have keys of their own.
  const keysFor = (index: number) => (index === 0 || bundle.entries.length > 1 ? keys : []);
  const items: Description[] = [
    ...bundle.certificates.map((one, index) => describeCertificate(one, keysFor(index))),
    ...bundle.requests.map((one) => describeRequest(one, keys)),
    ...bundle.revocationLists.map(describeRevocationList),
    ...bundle.keys.map((one) => describePrivateKey(one, bundle.certificates)),
    ...bundle.publicKeys.map((one) => ({ kind: 'public-key' as const, key: describeKey(one) })),
  ];
  const aliases = bundle.entries.length > 0 ? { aliases: bundle.entries.map((entry) => entry.alias) } : {};
  return { source: path, format: bundle.format as string, ...aliases, items };
}

async function inspectHost(target: string, keys: NonNullable<Keys>) {
  const served = await inspectServedCertificate(target);
  return {
    source: target,
    format: served.protocol,
    items: served.chain.map((one, index): Description => describeCertificate(one, index === 0 ? keys : [])),
  };
}

/** A file of that name wins; `name:port` and names with a dot that are no file are hosts. */
async function isHost(target: string): Promise<boolean> {
  const isFile = await stat(target).then(
    () => true,
    () => false,
  );
  if (isFile || target.includes('/')) return false;
  if (/^\[?[A-Za-z0-9._:-]+\]?:\d{1,5}$/.test(target)) return true;
  throw new CertificateError(`There is no file ${target}. For a live host, name the port too: ${target}:443.`);
}
