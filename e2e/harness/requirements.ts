import { describe, it } from 'vitest';
import { toolPath } from './tools.ts';

const HOW: Readonly<Record<string, string>> = {
  root: 'run as root',
  dockerd: 'apt-get install docker.io',
  docker: 'apt-get install docker.io',
  podman: 'apt-get install podman',
  buildah: 'apt-get install buildah',
  skopeo: 'apt-get install skopeo',
  strace: 'apt-get install strace',
  faketime: 'apt-get install faketime',
  'ceph-mon': 'apt-get install ceph-mon',
  'ceph-osd': 'apt-get install ceph-osd',
  openssl: 'apt-get install openssl',
  oras: 'see .ci/run: newer clients',
  cosign: 'see .ci/run: newer clients',
  helm: 'see .ci/run: helm, or https://helm.sh',
  promtool: 'apt-get install prometheus',
  'docker-registry': 'apt-get install docker-registry',
  'docker-compose': 'apt-get install docker-compose',
  pg_isready: 'apt-get install postgresql-client',
  psql: 'apt-get install postgresql-client',
  'dockerd-26': 'see .ci/run: newer clients',
  busybox: 'apt-get install busybox-static',
  haproxy: 'apt-get install haproxy',
};

/** The first thing of `needs` that this machine lacks, as a sentence; undefined when it has all. */
export function missing(needs: readonly string[]): string | undefined {
  for (const need of needs) {
    const present = need === 'root' ? process.getuid?.() === 0 : toolPath(need) !== undefined;
    if (!present) return `needs ${need}: ${HOW[need] ?? `install ${need}`}`;
  }
  return undefined;
}

/**
 * `describe`, for scenarios that need tools. On a developer's machine without them the scenario is skipped and says what to install;
 * with CI=true that is a failure, so that a green run always means that the real clients ran.
 */
export function scenario(name: string, needs: readonly string[], body: () => void): void {
  const lack = missing(needs);
  if (lack === undefined) describe(name, body);
  else if (process.env['CI'] === 'true') {
    describe(name, () => {
      it('has the tools it needs', () => {
        throw new Error(`${name} ${lack}. In CI a missing tool is a failure.`);
      });
    });
  } else describe.skip(`${name} (skipped: ${lack})`, body);
}
