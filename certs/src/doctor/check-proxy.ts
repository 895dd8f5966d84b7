import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BlockList, isIP, isIPv4 } from 'node:net';
import { readInputIfPresent } from '../files/read-input.ts';
import type { HostAndPort } from '../inspect/served-certificate.ts';
import { type Check, pass, warning } from './check.ts';
import { typedHost } from './docker-words.ts';
import type { DaemonSettings } from './check-daemon-json.ts';
import type { DoctorEnvironment, EngineFacts } from './environment.ts';

interface ProxySource {
  readonly where: string;
  readonly https: string;
  readonly no: string;
}

/** Whether docker, or this shell's tools, would go through a proxy to reach the registry (Go's rules for HTTPS_PROXY and NO_PROXY). */
export async function checkProxies(
  target: HostAndPort,
  environment: DoctorEnvironment,
  facts: { readonly engine: EngineFacts | undefined; readonly daemon: DaemonSettings['proxies'] },
): Promise<Check[]> {
  const { env } = environment;
  const sources: ProxySource[] = [];
  if (facts.engine?.httpsProxy)
    sources.push({ where: 'the running docker engine', https: facts.engine.httpsProxy, no: facts.engine.noProxy });
  if (facts.daemon?.https) sources.push({ where: 'daemon.json', https: facts.daemon.https, no: facts.daemon.no });
  sources.push(...(await systemdSources(environment)));
  const shell = env['HTTPS_PROXY'] || env['https_proxy'];
  if (shell)
    sources.push({
      where: 'this shell (used by podman, skopeo, curl; not by the docker engine)',
      https: shell,
      no: env['NO_PROXY'] || env['no_proxy'] || '',
    });
  const used = sources.filter((one) => !bypassesProxy(target, one.no));
  if (used.length === 0)
    return [pass('proxy', sources.length === 0 ? 'No proxy is set.' : `A proxy is set, but ${target.host} is exempt from it.`)];
  return used.map((one) =>
    warning(
      'proxy',
      `${one.where} sends requests for ${typedHost(target)} through the proxy ${withoutPassword(one.https)}. It must reach the registry and let large uploads pass.`,
      {
        docker: `proxyconnect tcp: dial tcp: (when the proxy does not answer)`,
        fix: [`add ${target.host} to NO_PROXY there${one.where.includes('shell') ? '' : ' (and restart docker)'}`],
      },
    ),
  );
}

/** golang.org/x/net/http/httpproxy useProxy: loopback never goes through; entries are `*`, networks, addresses, names with their subdomains, each with an optional port. */
export function bypassesProxy(target: HostAndPort, noProxy: string): boolean {
  const host = target.host.toLowerCase();
  const family = isIP(host);
  if (host === 'localhost' || host === '::1' || (family === 4 && host.startsWith('127.'))) return true;
  return noProxy.split(',').some((raw) => {
    const entry = raw.trim().toLowerCase();
    if (entry === '') return false;
    if (entry === '*') return true;
    if (entry.includes('/')) return family !== 0 && isInNetwork(host, entry);
    const port = /^(.*?):(\d+)$/.exec(entry);
    const name = port && isIP(entry) === 0 ? (port[1] ?? '') : entry;
    if (port && isIP(entry) === 0 && Number(port[2]) !== target.port) return false;
    const bare = name.replace(/^\[|\]$/g, '').replace(/^\*\./, '.');
    if (isIP(bare)) return bare === host;
    return bare.startsWith('.') ? host.endsWith(bare) : host === bare || host.endsWith(`.${bare}`);
  });
}

function isInNetwork(host: string, network: string): boolean {
  const [address = '', prefix = ''] = network.split('/');
  const family = isIP(address);
  if (family === 0 || !/^\d{1,3}$/.test(prefix) || Number(prefix) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
  return list.check(host, isIPv4(host) ? 'ipv4' : 'ipv6');
}

/** Drop-ins of docker.service, where distributions tell people to set proxies. */
async function systemdSources({ root }: DoctorEnvironment): Promise<ProxySource[]> {
  const directory = join(root, 'etc/systemd/system/docker.service.d');
  const names = await readdir(directory).catch(() => [] as string[]);
  const found: ProxySource[] = [];
  for (const name of names.filter((one) => one.endsWith('.conf')).sort()) {
    const text = (await readInputIfPresent(join(directory, name)).catch(() => undefined))?.toString('utf8') ?? '';
    const value = (variable: string) => new RegExp(`^\\s*Environment=.*?\\b${variable}=([^"'\\s]+)`, 'im').exec(text)?.[1] ?? '';
    const https = value('HTTPS_PROXY');
    if (https !== '') found.push({ where: join(directory, name), https, no: value('NO_PROXY') });
  }
  return found;
}

function withoutPassword(proxy: string): string {
  if (!URL.canParse(proxy)) return proxy.replace(/\/\/[^@/]*@/, '//');
  const url = new URL(proxy);
  return `${url.protocol}//${url.host}`;
}
