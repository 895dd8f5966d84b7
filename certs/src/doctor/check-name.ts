import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { HostAndPort } from '../inspect/served-certificate.ts';
import { isSingleLabel, normaliseDnsName } from '../names/subject-name.ts';
import { type Check, failure, pass, warning } from './check.ts';
import { dockerError, typedHost } from './docker-words.ts';
import { reasonOf } from '../errors.ts';

/** The rule by which docker tells a registry host from a Docker Hub namespace. */
export function checkHostName(target: HostAndPort): Check {
  const typed = typedHost(target);
  const { host } = target;
  if (isSingleLabel(host) && !target.explicitPort)
    return failure(
      'name',
      `"${host}" has no dot and no port, so docker does not see a registry in "${host}/project/image": it pushes to docker.io/${host}/project/image, even after docker login ${host} worked.`,
      {
        docker: 'denied: requested access to the resource is denied',
        fix: [
          `use a name with a dot: berth cert renew CERTIFICATE --add-host ${host}.internal, and the same name in DNS or /etc/hosts`,
          `or always write a port: docker tag IMAGE ${host}:443/project/image`,
        ],
      },
    );
  if (isIP(host) === 0 && normaliseDnsName(host) === undefined)
    return failure('name', `"${host}" is not a valid DNS name (letters, digits, dashes and dots).`, {
      fix: ['choose a valid name and issue the certificate for it: berth cert server NAME'],
    });
  if (isSingleLabel(host))
    return warning(
      'name',
      `"${typed}" is a registry only because of its port: docker sends "${host}/project/image" without it to Docker Hub.`,
      { fix: [`write ${typed} in every tag, or use a name with a dot`] },
    );
  return pass('name', `docker takes "${typed}" for a registry host.`);
}

export interface Resolution {
  readonly check: Check;
  readonly addresses: readonly string[];
}

const RESOLVE_TIMEOUT_MS = 8_000;

/** Looks the name up as programs on this machine do: hosts file first, then DNS. */
export async function checkResolution(target: HostAndPort): Promise<Resolution> {
  const { host } = target;
  if (isIP(host)) return { check: pass('resolve', `${host} is an address.`), addresses: [host] };
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(Object.assign(new Error('the name servers did not answer in time'), { code: 'ETIMEOUT' })),
      RESOLVE_TIMEOUT_MS,
    );
  });
  try {
    const found = await Promise.race([lookup(host, { all: true }), timeout]);
    const addresses = found.map((one) => one.address);
    return { check: pass('resolve', `${host} is ${addresses.join(', ')}.`), addresses };
  } catch (error) {
    return { check: unresolved(target, error), addresses: [] };
  } finally {
    clearTimeout(timer);
  }
}

function unresolved(target: HostAndPort, error: unknown): Check {
  const code = (error as NodeJS.ErrnoException).code;
  const isUnknown = code === 'ENOTFOUND';
  const words = isUnknown ? 'is not known to DNS or /etc/hosts of this machine' : `could not be looked up (${reasonOf(error)})`;
  return failure('resolve', `${target.host} ${words}.`, {
    docker: dockerError(target, `dial tcp: lookup ${target.host}: ${isUnknown ? 'no such host' : 'Temporary failure in name resolution'}`),
    browser: 'net::ERR_NAME_NOT_RESOLVED',
    fix: [`add it to DNS, or on this machine: echo 'ADDRESS ${target.host}' >> /etc/hosts`, 'check the spelling'],
  });
}
