import { join } from 'node:path';
import { BlockList, isIP, isIPv4 } from 'node:net';
import { CertificateError, reasonOf } from '../errors.ts';
import { readInputIfPresent } from '../files/read-input.ts';
import type { HostAndPort } from '../inspect/served-certificate.ts';
import { type Check, failure, pass, warning } from './check.ts';
import { typedHost } from './docker-words.ts';
import type { DoctorEnvironment, EngineFacts } from './environment.ts';

export interface DaemonSettings {
  readonly checks: readonly Check[];
  /** Entries of insecure-registries from files and the running engine. */
  readonly insecure: readonly string[];
  readonly proxies: { readonly http: string; readonly https: string; readonly no: string } | undefined;
}

interface DaemonJson {
  readonly 'insecure-registries'?: unknown;
  readonly 'registry-mirrors'?: unknown;
  readonly proxies?: { readonly 'http-proxy'?: string; readonly 'https-proxy'?: string; readonly 'no-proxy'?: string };
}

/** daemon.json of the system's engine and of a rootless one: what it says about this registry, and what stops docker from starting. */
export async function checkDaemonSettings(
  target: HostAndPort,
  environment: DoctorEnvironment,
  engine: EngineFacts | undefined,
): Promise<DaemonSettings> {
  const checks: Check[] = [];
  const insecure: string[] = [...(engine?.insecureRegistries ?? [])];
  let proxies: DaemonSettings['proxies'];
  for (const path of [join(environment.root, 'etc/docker/daemon.json'), join(environment.home, '.config/docker/daemon.json')]) {
    const bytes = await readInputIfPresent(path).catch((error: unknown) => {
      if (!(error instanceof CertificateError)) throw error;
      if (!error.message.endsWith('is empty.')) checks.push(warning('daemon.json', error.message));
      return undefined;
    });
    if (bytes === undefined) continue;
    const parsed = parse(path, bytes.toString('utf8'), checks);
    if (parsed === undefined) continue;
    const found = [...insecureChecks(target, path, parsed), ...mirrorChecks(target, path, parsed)];
    checks.push(...(found.length > 0 ? found : [pass('daemon.json', `${path} is in order.`)]));
    insecure.push(...strings(parsed['insecure-registries']));
    if (parsed.proxies)
      proxies = {
        http: parsed.proxies['http-proxy'] ?? '',
        https: parsed.proxies['https-proxy'] ?? '',
        no: parsed.proxies['no-proxy'] ?? '',
      };
  }
  return { checks, insecure, proxies };
}

function parse(path: string, text: string, checks: Check[]): DaemonJson | undefined {
  try {
    const parsed = JSON.parse(text) as unknown;
    if (parsed !== null && typeof parsed === 'object' && !Array.isArray(parsed)) return parsed as DaemonJson;
    checks.push(
      failure('daemon.json', `${path} is not a JSON object; docker does not start with it.`, {
        fix: [`write {} into it, or what you need between the braces`],
      }),
    );
  } catch (error) {
    checks.push(
      failure('daemon.json', `${path} is not valid JSON (${reasonOf(error)}); docker does not start with it.`, {
        docker: `unable to configure the Docker daemon with file ${path}`,
        fix: ['mend it: names and texts in double quotes, a comma between entries, none after the last'],
      }),
    );
  }
  return undefined;
}

function insecureChecks(target: HostAndPort, path: string, parsed: DaemonJson): Check[] {
  const entries = parsed['insecure-registries'];
  if (entries === undefined) return [];
  if (!Array.isArray(entries))
    return [
      failure('daemon.json', `In ${path}, "insecure-registries" must be a list; docker does not start with it.`, {
        fix: [`"insecure-registries": ["${typedHost(target)}"]`],
      }),
    ];
  const checks: Check[] = [];
  for (const entry of strings(entries)) {
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(entry);
    const bare = entry.replace(/^[a-z][a-z0-9+.-]*:\/\//i, '');
    if (scheme !== null) {
      const known = /^https?$/i.test(scheme[1] ?? '');
      const lower = `${(scheme[1] ?? '').toLowerCase()}://`;
      checks.push(
        (known ? warning : failure)(
          'daemon.json',
          `In ${path}, "${entry}" in insecure-registries has a scheme, which is not allowed there: ${known ? 'docker complains and drops it, other tools do not match it' : 'docker does not start with it'}.`,
          {
            docker: known
              ? `insecure registry ${entry} should not contain '${lower}' and '${lower}' has been removed from the insecure registry config`
              : `insecure registry ${entry} should not contain '://'`,
            fix: [
              `write "${bare.replace(/\/.*$/, '')}" in ${path} and restart docker`,
              `better, remove it and trust the registry's CA: berth cert install --host ${typedHost(target)}`,
            ],
          },
        ),
      );
    } else if (bare.includes('/') && !isNetwork(bare)) {
      checks.push(
        failure(
          'daemon.json',
          `In ${path}, "${entry}" in insecure-registries has a path; it takes host, host:port, or a network like 10.0.0.0/8.`,
          {
            docker: `insecure registry ${entry} is not valid: invalid host "${entry}"`,
            fix: [`write "${bare.replace(/\/.*$/, '')}" in ${path} and restart docker`],
          },
        ),
      );
    }
    if (bare.replace(/\/.*$/, '') === typedHost(target))
      checks.push(
        warning(
          'daemon.json',
          `${path} tells docker not to verify ${typedHost(target)}: anyone in between can read passwords and change images.`,
          { fix: [`berth cert install --host ${typedHost(target)}, then remove the entry and restart docker`] },
        ),
      );
    else if (bare.replace(/[:/].*$/, '') === target.host && scheme === null && !isNetwork(bare))
      checks.push(
        warning(
          'daemon.json',
          `In ${path}, insecure-registries has "${entry}", but you asked for ${typedHost(target)}: the port must be the same, or the entry does nothing.`,
          { fix: [`write "${typedHost(target)}", or remove the entry`] },
        ),
      );
  }
  return checks;
}

function mirrorChecks(target: HostAndPort, path: string, parsed: DaemonJson): Check[] {
  const entries = parsed['registry-mirrors'];
  if (entries === undefined) return [];
  if (!Array.isArray(entries))
    return [
      failure('daemon.json', `In ${path}, "registry-mirrors" must be a list; docker does not start with it.`, {
        fix: ['"registry-mirrors": ["https://HOST"]'],
      }),
    ];
  const checks: Check[] = [];
  for (const entry of strings(entries)) {
    const url = URL.canParse(entry) ? new URL(entry) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) {
      const scheme = url === undefined ? '' : url.protocol.slice(0, -1);
      checks.push(
        failure(
          'daemon.json',
          `In ${path}, "${entry}" in registry-mirrors has no http:// or https:// before it; docker does not start with it.`,
          {
            docker: mirrorMessage(entry, url === undefined ? undefined : scheme),
            fix: [`write "https://${entry.replace(/^[^/]*:\/\//, '')}" in ${path} and restart docker`],
          },
        ),
      );
      continue;
    }
    if (url.username !== '' || url.password !== '')
      checks.push(
        failure('daemon.json', `In ${path}, a mirror in registry-mirrors has a user or password in it; docker does not start with it.`, {
          fix: ['remove the credentials; mirrors are asked anonymously'],
        }),
      );
    if (url.hostname === target.host)
      checks.push(
        warning(
          'daemon.json',
          `${path} names ${target.host} as a mirror. A mirror serves Docker Hub images under their own names only; a registry with projects is not one, so pulls fail or silently go to Docker Hub.`,
          { fix: [`remove it from registry-mirrors and pull by full name: docker pull ${typedHost(target)}/PROJECT/IMAGE`] },
        ),
      );
  }
  return checks;
}

/** Go's url.Parse takes "host:85/x" for a URL with the scheme "host" and refuses a port first of all in "1.2.3.4:85". */
function mirrorMessage(entry: string, scheme: string | undefined): string {
  if (/^\d[^/]*:\d/.test(entry)) return `invalid mirror: "${entry}" is not a valid URI`;
  return `invalid mirror: unsupported scheme "${scheme ?? ''}" in "${entry}"`;
}

/** Whether docker skips verification (and accepts plain HTTP): by entry, by network of the address, or because the address is a loopback one. */
export function isInsecure(target: HostAndPort, addresses: readonly string[], entries: readonly string[]): boolean {
  const typed = typedHost(target);
  const bare = entries.map((entry) => entry.replace(/^https?:\/\//i, ''));
  if (bare.includes(typed) || bare.includes(`${target.host}:${target.port}`)) return true;
  const networks = new BlockList();
  networks.addSubnet('127.0.0.0', 8, 'ipv4');
  networks.addAddress('::1', 'ipv6');
  for (const network of bare.filter(isNetwork)) {
    const [address = '', prefix = ''] = network.split('/');
    networks.addSubnet(address, Number(prefix), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return addresses.some((address) => isIP(address) !== 0 && networks.check(address, isIPv4(address) ? 'ipv4' : 'ipv6'));
}

function isNetwork(text: string): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const family = isIP(address);
  return rest.length === 0 && family !== 0 && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128);
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
