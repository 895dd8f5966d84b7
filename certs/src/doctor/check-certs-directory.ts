import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { openBundle } from '../formats/open-bundle.ts';
import { CertificateError, reasonOf } from '../errors.ts';
import { readInput } from '../files/read-input.ts';
import type { HostAndPort } from '../inspect/served-certificate.ts';
import { publicKeyDer } from '../keys/private-key.ts';
import type { Certificate } from '../x509/read-certificate.ts';
import { PURPOSE } from '../x509/oids.ts';
import { type Check, failure, pass, warning } from './check.ts';
import { missingCertificateMessage, missingKeyMessage, typedHost } from './docker-words.ts';

export interface DirectoryContext {
  readonly target: HostAndPort;
  /** One certs.d, like /etc/docker/certs.d. */
  readonly directory: string;
  readonly dockerVersion: string;
  /** The certificate the server presents, when it is known. */
  readonly served: Certificate | undefined;
}

/** Everything in a certs.d directory that concerns one registry: names of directories, orphans, files that are skipped, files that do harm. */
export async function checkCertsDirectory(context: DirectoryContext): Promise<Check[]> {
  const names = await list(context.directory);
  if (names === undefined) return [];
  const typed = typedHost(context.target);
  const checks = misnamed(context, names);
  if (names.includes(typed)) checks.push(...(await checkRegistryDirectory(context, join(context.directory, typed))));
  return checks;
}

/** The directory must be exactly what is typed before the first slash of an image name. */
function misnamed({ target, directory }: DirectoryContext, names: readonly string[]): Check[] {
  const typed = typedHost(target);
  if (names.includes(typed)) return [];
  const host = target.host.toLowerCase();
  const near = names.filter((name) => {
    const bare = name.toLowerCase().replace(/^https?:?[/_-]*/, '');
    return bare.replace(/[:_]?\d*_?$/, '') === host || bare === host || bare.startsWith(`${host}:`) || bare.startsWith(`${host}_`);
  });
  return near.map((name) =>
    failure(
      'certs.d',
      `${join(directory, name)} is not read for ${typed}: the directory must be named exactly as the registry is typed, with the port when there is one.`,
      {
        fix: [
          `mv '${join(directory, name)}' '${join(directory, typed)}'`,
          `or: berth cert install --host ${typed} --ca '${join(directory, name, 'ca.crt')}'`,
        ],
      },
    ),
  );
}

async function checkRegistryDirectory(context: DirectoryContext, path: string): Promise<Check[]> {
  const names = (await list(path)) ?? [];
  const checks = [...orphans(context, path, names), ...skipped(path, names)];
  for (const name of names.filter((one) => one.endsWith('.crt'))) checks.push(...(await checkTrustFile(context, join(path, name))));
  for (const name of names.filter((one) => one.endsWith('.cert') && names.includes(keyOf(one))))
    checks.push(...(await checkClientPair(context, join(path, name))));
  if (names.includes('hosts.toml')) checks.push(...(await checkHostsToml(path, names)));
  return checks.length > 0 ? checks : [pass('certs.d', `${path} is in order.`)];
}

const keyOf = (certificate: string) => certificate.replace(/\.cert$/, '.key');
const certificateOf = (key: string) => key.replace(/\.key$/, '.cert');

function orphans({ dockerVersion }: DirectoryContext, path: string, names: readonly string[]): Check[] {
  const lonelyKeys = names.filter((one) => one.endsWith('.key') && !names.includes(certificateOf(one)));
  const lonelyCertificates = names.filter((one) => one.endsWith('.cert') && !names.includes(keyOf(one)));
  return [
    ...lonelyKeys.map((name) =>
      failure(
        'certs.d',
        `${join(path, name)} has no ${certificateOf(name)} beside it, so docker refuses every request to this registry. A server's key does not belong here at all.`,
        {
          docker: missingCertificateMessage(certificateOf(name), name, dockerVersion),
          fix: [`rm '${join(path, name)}'  (keep a copy if it is the only one)`],
        },
      ),
    ),
    ...lonelyCertificates.map((name) =>
      failure(
        'certs.d',
        `${join(path, name)} has no ${keyOf(name)} beside it, so docker refuses every request to this registry. A CA is named *.crt; *.cert is a client certificate.`,
        {
          docker: missingKeyMessage(name, keyOf(name), dockerVersion),
          fix: [
            `if it is the CA: mv '${join(path, name)}' '${join(path, name.replace(/\.cert$/, '.crt'))}'`,
            `otherwise: rm '${join(path, name)}'`,
          ],
        },
      ),
    ),
  ];
}

/** Files that look as if they were meant to be trusted but are never read. */
function skipped(path: string, names: readonly string[]): Check[] {
  const strange = names.filter((one) => /\.(pem|cer|der|p7b|pfx|p12)$/i.test(one) || /\.CRT$/.test(one));
  return strange.map((name) =>
    warning('certs.d', `${join(path, name)} is ignored: docker reads only *.crt as CAs.`, {
      fix: [`berth cert convert '${join(path, name)}' --out '${join(path, name.replace(/\.[^.]+$/, '.crt'))}'`],
    }),
  );
}

async function checkTrustFile({ served }: DirectoryContext, path: string): Promise<Check[]> {
  let certificates: readonly Certificate[];
  let isPem: boolean;
  let hasKey: boolean;
  try {
    const bundle = await openBundle(await readInput(path), path, () =>
      Promise.reject(new CertificateError(`${path} is protected with a password, so docker cannot read it.`)),
    );
    certificates = bundle.certificates;
    isPem = bundle.format === 'pem';
    hasKey = bundle.keys.length > 0;
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    return [
      failure('certs.d', `${error.message} docker skips such a file without a word, so the registry is not trusted.`, {
        fix: [`berth cert install --host ${path.split('/').at(-2)} --ca CA_FILE --force`],
      }),
    ];
  }
  const checks: Check[] = [];
  if (!isPem)
    checks.push(
      failure('certs.d', `${path} is DER, not PEM: docker skips it without a word.`, {
        fix: [`berth cert convert '${path}' --to crt --out '${path}.new' && mv '${path}.new' '${path}'`],
      }),
    );
  if (hasKey)
    checks.push(
      warning('certs.d', `${path} holds a private key; only the CA certificate belongs here.`, {
        fix: [`berth cert convert '${path}' --to crt --out '${path}.new' && mv '${path}.new' '${path}'`],
      }),
    );
  if (certificates.length === 0) checks.push(failure('certs.d', `${path} holds no certificate.`));
  const isServers =
    served !== undefined && certificates.some((one) => one.der.equals(served.der)) && !certificates.some((one) => one.basicConstraints?.ca);
  if (isServers)
    checks.push(
      warning('certs.d', `${path} is the server's own certificate, not its CA. It works until the certificate is renewed.`, {
        fix: [`berth cert install --host ${path.split('/').at(-2)} --ca CA_FILE --force`],
      }),
    );
  return checks;
}

async function checkClientPair({ served }: DirectoryContext, path: string): Promise<Check[]> {
  try {
    const refuse = () => Promise.reject(new CertificateError(`${path} is protected with a password, which docker cannot ask for.`));
    const [certificate] = (await openBundle(await readInput(path), path, refuse)).certificates;
    const [key] = (await openBundle(await readInput(keyOf(path)), keyOf(path), refuse)).keys;
    if (certificate === undefined || key === undefined)
      return [
        failure('certs.d', `${path} and its key are not a certificate and a private key.`, { fix: [`rm '${path}' '${keyOf(path)}'`] }),
      ];
    if (!publicKeyDer(key).equals(certificate.spki))
      return [
        failure('certs.d', `${keyOf(path)} is not the key of ${path}, so docker refuses every request to this registry.`, {
          docker: 'Error response from daemon: tls: private key does not match public key',
          fix: [`rm '${path}' '${keyOf(path)}'  (unless the registry asks for client certificates: then put the right pair)`],
        }),
      ];
    const purposes = certificate.extendedKeyUsage;
    const isServers =
      (served?.der.equals(certificate.der) ?? false) ||
      (purposes !== undefined && !purposes.includes(PURPOSE.clientAuth) && !purposes.includes(PURPOSE.any));
    if (isServers)
      return [
        warning(
          'certs.d',
          `${path} and its key are the server's: every user of this machine who can read them can pose as the registry. They do nothing for docker.`,
          { fix: [`rm '${path}' '${keyOf(path)}'`] },
        ),
      ];
    return [pass('certs.d', `${path} is a client certificate with its key.`)];
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    return [
      failure('certs.d', `${error.message} docker refuses every request to this registry.`, { fix: [`rm '${path}' '${keyOf(path)}'`] }),
    ];
  }
}

/** With a hosts.toml the bare *.crt files are no longer looked at (containerd, and docker 29 with it). */
async function checkHostsToml(path: string, names: readonly string[]): Promise<Check[]> {
  const file = join(path, 'hosts.toml');
  const text = (await readInput(file)).toString('utf8');
  const code = text.replace(/^\s*#.*$/gm, '');
  const named = [...code.matchAll(/\bca\s*=\s*\[?\s*("[^"]*"(?:\s*,\s*"[^"]*")*)/g)].flatMap((match) =>
    [...(match[1] ?? '').matchAll(/"([^"]*)"/g)].map((one) => one[1] ?? ''),
  );
  const crt = names.find((one) => one.endsWith('.crt'));
  if (named.length === 0 && crt !== undefined && !/skip_verify\s*=\s*true/.test(code))
    return [
      failure('hosts.toml', `${file} names no "ca", and with a hosts.toml the *.crt files beside it are not read.`, {
        docker: 'tls: failed to verify certificate: x509: certificate signed by unknown authority',
        fix: [`add to its [host."https://..."] section: ca = "${join(path, crt)}"`],
      }),
    ];
  const checks: Check[] = [];
  for (const ca of named) {
    const target = ca.startsWith('/') ? ca : join(dirname(file), ca);
    const error = await readInput(target).then(
      () => undefined,
      (failed: unknown) => reasonOf(failed),
    );
    if (error !== undefined)
      checks.push(
        failure('hosts.toml', `${file} names the CA ${ca}, which cannot be read: ${error}`, {
          fix: [`berth cert install --host ${path.split('/').at(-1)} --engine containerd --ca CA_FILE`],
        }),
      );
  }
  return checks;
}

async function list(path: string): Promise<string[] | undefined> {
  return readdir(path).then(
    (names) => names.sort(),
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw new CertificateError(`${path} could not be listed: ${reasonOf(error)}.`, { cause: error });
    },
  );
}
