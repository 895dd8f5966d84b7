import { createHash } from 'node:crypto';
import { readCertificateFile, trustAnchor } from '../x509/certificate-file.ts';
import { CertificateError, CertificateUsageError } from '../errors.ts';
import { parseHostAndPort } from '../inspect/served-certificate.ts';
import { writePem } from '../pem.ts';
import { typedHost } from '../doctor/docker-words.ts';
import { manualInstructions } from './instructions.ts';
import { INSTALL_MARK } from './plan-install.ts';

export interface ClientInstaller {
  /** A POSIX sh script that needs nothing but coreutils. */
  readonly script: string;
  /** Hex; to be shown beside the command, over a channel that is trusted already. */
  readonly sha256: string;
  /** The line for people: fetches, checks the checksum, and only then runs. */
  readonly command: string;
  /** Fingerprint of the CA, as `openssl x509 -fingerprint -sha256` shows it. */
  readonly caSha256: string;
  /** What to do where the script cannot run, beginning with how to fetch and check the CA. */
  readonly manual: string;
}

export interface InstallerPlace {
  /** `host[:port]` of the registry, as it stands in image names. */
  readonly host: string;
  /** Where the server offers the script, and where the CA. */
  readonly scriptUrl: string;
  readonly caUrl: string;
}

/** Addresses that stand between single quotes in shell commands. */
const SHELL_SAFE_URL = /^[\x21-\x26\x28-\x7e]+$/;

/**
 * The script that makes a client trust this registry, with the CA inside it.
 * The line for people does not trust the connection (`-k`); it trusts the checksum.
 */
export function clientInstaller(place: InstallerPlace, caPem: string): ClientInstaller {
  const typed = typedHost(parseHostAndPort(place.host));
  if (!/^[A-Za-z0-9.:[\]_-]+$/.test(typed)) throw new CertificateUsageError(`"${place.host}" is not a host or host:port.`);
  for (const url of [place.scriptUrl, place.caUrl])
    if (!URL.canParse(url) || !SHELL_SAFE_URL.test(url)) throw new CertificateUsageError(`"${url}" is not a URL.`);
  const anchor = trustAnchor(readCertificateFile(Buffer.from(caPem), 'the CA'));
  if (anchor === undefined) throw new CertificateError('There is no CA certificate to install.');
  const script = scriptFor(typed, writePem('CERTIFICATE', anchor.der));
  const sha256 = createHash('sha256').update(script).digest('hex');
  const command = `f=$(mktemp) && curl -fsSk '${place.scriptUrl}' -o "$f" && echo '${sha256}  '"$f" | sha256sum -c - && sh "$f"; c=$?; rm -f "$f"; (exit $c)`;
  const fetch = `Fetch the CA:       curl -fsSk '${place.caUrl}' -o ca.crt
Compare with        SHA-256 ${anchor.sha256}
                    openssl x509 -in ca.crt -noout -fingerprint -sha256
`;
  return { script, sha256, command, caSha256: anchor.sha256, manual: `${fetch}\n${manualInstructions(typed, 'ca.crt')}` };
}

function scriptFor(host: string, pem: string): string {
  return `#!/bin/sh
# Makes docker, podman and containerd on this machine trust the registry ${host}. Safe to repeat. Undo: berth cert install --host ${host} --undo
set -eu
host='${host}'
mark='${INSTALL_MARK}'
if [ "$(id -u)" = 0 ]; then
  docker_dir=/etc/docker podman_dir=/etc/containers containerd_dir=/etc/containerd
else
  config="\${XDG_CONFIG_HOME:-$HOME/.config}"
  docker_dir="$config/docker" podman_dir="$config/containers" containerd_dir="$config/containerd"
fi
# The new content comes on standard input. What someone else wrote is kept beside it.
put() {
  tmp="$1.tmp.$$"
  cat > "$tmp"
  chmod 644 "$tmp"
  if [ -e "$1" ] && ! cmp -s "$1" "$tmp" && ! head -n 1 "$1" | grep -qF "$mark"; then
    cp "$1" "$1.before-berth"
    echo "$1 was replaced; the file before is $1.before-berth" >&2
  fi
  mv "$tmp" "$1"
  echo "$1"
}
install_ca() {
  mkdir -p "$1/certs.d/$host"
  put "$1/certs.d/$host/ca.crt" <<'CERTIFICATE'
${INSTALL_MARK} for ${host}
${pem}CERTIFICATE
}
install_hosts_toml() {
  file="$1/certs.d/$host/hosts.toml"
  if [ -e "$file" ] && ! head -n 1 "$file" | grep -qF "$mark"; then
    echo "$file was written by someone else and was kept: add ca = \\"$1/certs.d/$host/ca.crt\\" to it" >&2
    return 0
  fi
  put "$file" <<TOML
${INSTALL_MARK} for ${host}
server = "https://$host"

[host."https://$host"]
  capabilities = ["pull", "resolve", "push"]
  ca = "$1/certs.d/$host/ca.crt"
TOML
}
have() { command -v "$1" >/dev/null 2>&1; }
done=no
if [ -d "$docker_dir" ] || have docker; then install_ca "$docker_dir"; done=yes; fi
if [ -d "$podman_dir" ] || have podman || have skopeo; then install_ca "$podman_dir"; done=yes; fi
if [ -d "$containerd_dir" ] || have containerd; then install_ca "$containerd_dir"; install_hosts_toml "$containerd_dir"; done=yes; fi
if [ "$done" = no ]; then echo 'Neither docker, podman nor containerd was found; nothing was changed.' >&2; exit 1; fi
`;
}
