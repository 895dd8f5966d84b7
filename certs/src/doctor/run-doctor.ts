import { join } from 'node:path';
import { readCertificateFile } from '../x509/certificate-file.ts';
import { readInput } from '../files/read-input.ts';
import { type HostAndPort, parseHostAndPort } from '../inspect/served-certificate.ts';
import { readRootsOfDirectory, readSystemRoots } from '../verify/system-roots.ts';
import { type Check, skip } from './check.ts';
import { checkCertificate, type TrustSource } from './check-certificate.ts';
import { checkCertsDirectory } from './check-certs-directory.ts';
import { checkConnection } from './check-connection.ts';
import { checkDaemonSettings, isInsecure } from './check-daemon-json.ts';
import { checkHostName, checkResolution } from './check-name.ts';
import { checkProxies } from './check-proxy.ts';
import { checkRegistry } from './check-registry.ts';
import { typedHost } from './docker-words.ts';
import { type DoctorEnvironment, trustDirectories } from './environment.ts';

export interface DoctorOptions {
  /** A CA file to trust instead of what is installed. */
  readonly ca?: string | undefined;
}

export interface Diagnosis {
  readonly target: string;
  /** No check failed. */
  readonly healthy: boolean;
  readonly checks: readonly Check[];
  /** The first failure that docker would print. */
  readonly docker: string | null;
}

/**
 * Looks at a registry the way docker and a browser do, and at this machine's settings for it.
 * Nothing is changed anywhere, and no password is sent.
 */
export async function runDoctor(targetText: string, environment: DoctorEnvironment, options: DoctorOptions = {}): Promise<Diagnosis> {
  const target = parseHostAndPort(targetText);
  const engine = await environment.engine();
  const settings = await checkDaemonSettings(target, environment, engine);
  const resolution = await checkResolution(target);
  const insecure = isInsecure(target, resolution.addresses, settings.insecure);
  const checks: Check[] = [checkHostName(target), resolution.check];
  const connection = resolution.addresses.length > 0 ? await checkConnection(target, resolution.addresses, insecure) : undefined;
  checks.push(...(connection?.checks ?? [skip('connect', 'Not checked: the name is not known.')]));
  const served = connection?.served;
  if (served !== undefined)
    checks.push(
      ...checkCertificate({
        target,
        served,
        trust: await trustFor(target, environment, options),
        now: environment.now(),
        goVersion: engine?.goVersion ?? '',
        insecure,
      }),
    );
  const files = await checkFiles(target, environment, { dockerVersion: engine?.version ?? '', served: served?.chain[0] });
  checks.push(...files, ...settings.checks, ...(await checkProxies(target, environment, { engine, daemon: settings.proxies })));
  if (connection !== undefined && (served !== undefined || connection.plainHttp))
    checks.push(
      ...(await checkRegistry({
        target,
        scheme: served === undefined ? 'http' : 'https',
        now: environment.now,
        dockerVersion: engine?.version ?? '',
      })),
    );
  const failed = checks.filter((one) => one.status === 'fail');
  return { target: typedHost(target), healthy: failed.length === 0, checks, docker: firstDockerMessage(failed) };
}

/** docker reads certs.d before it opens a connection, then resolves, connects, and verifies in the order of the checks. */
function firstDockerMessage(failed: readonly Check[]): string | null {
  const directory = failed.find((one) => one.id === 'certs.d' && one.docker !== undefined);
  const order = [
    'resolve',
    'connect',
    'tls',
    'certificate.usage',
    'certificate.dates',
    'certificate.name',
    'certificate.chain',
    'api',
    'token',
    'upload-limit',
  ];
  const ranked = order.flatMap((id) => failed.filter((one) => one.id === id && one.docker !== undefined && !isUsageAfterChain(one)));
  const late = failed.find(isUsageAfterChain);
  return directory?.docker ?? ranked[0]?.docker ?? late?.docker ?? failed.find((one) => one.docker !== undefined)?.docker ?? null;
}

/** Go looks at the extended key usage only once a chain was found. */
function isUsageAfterChain(check: Check): boolean {
  return check.docker?.includes('incompatible key usage') ?? false;
}

async function trustFor(target: HostAndPort, environment: DoctorEnvironment, options: DoctorOptions): Promise<TrustSource> {
  if (options.ca !== undefined) {
    const roots = readCertificateFile(await readInput(options.ca), options.ca);
    return { description: options.ca, roots, own: roots };
  }
  const own = [];
  const sources: string[] = [];
  for (const directory of trustDirectories(environment).docker) {
    const path = join(directory, typedHost(target));
    const found = await readRootsOfDirectory(path);
    if (found.length > 0) sources.push(path);
    own.push(...found);
  }
  const system = await readSystemRoots(environment.root, environment.env);
  return { description: [...sources, "the system's CAs"].join(' and '), roots: [...own, ...system], own };
}

async function checkFiles(
  target: HostAndPort,
  environment: DoctorEnvironment,
  facts: { readonly dockerVersion: string; readonly served: Parameters<typeof checkCertsDirectory>[0]['served'] },
): Promise<Check[]> {
  const directories = trustDirectories(environment);
  const checks: Check[] = [];
  for (const directory of [...directories.docker, ...directories.containers, ...directories.containerd])
    checks.push(...(await checkCertsDirectory({ target, directory, ...facts })));
  return checks;
}
