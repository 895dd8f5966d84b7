import { createHash } from 'node:crypto';
import { readCertificateFile, trustAnchor } from '../x509/certificate-file.ts';
import { CertificateError, CertificateUsageError } from '../errors.ts';
import { parseHostAndPort } from '../inspect/served-certificate.ts';
import { writePem } from '../pem.ts';
import { typedHost } from '../doctor/docker-words.ts';
import { manualInstructions } from './instructions.ts';

export interface ClientInstaller {
  /** A POSIX sh script that needs nothing but coreutils. */
  readonly script: string;
  /** Hex; to be shown beside the command, over a channel that is trusted already. */
  readonly sha256: string;
  /** The line for people: fetches, checks the checksum, and only then runs. */
  readonly command: string;
  readonly manual: string;
}

/**
 * The script that makes a client trust this registry, with the CA inside it.
 * `scriptUrl` is where the server offers the script; the line does not trust the connection (`-k`), it trusts the checksum.
 */
export function clientInstaller(host: string, caPem: string, scriptUrl: string): ClientInstaller {
  const typed = typedHost(parseHostAndPort(host));
  if (!/^[A-Za-z0-9.:[\]_-]+$/.test(typed)) throw new CertificateUsageError(`"${host}" is not a host or host:port.`);
  if (!URL.canParse(scriptUrl) || !/^[\x21-\x26\x28-\x7e]+$/.test(scriptUrl))
    throw new CertificateUsageError('The address of the script is not a URL.');
  const anchor = trustAnchor(readCertificateFile(Buffer.from(caPem), 'the CA'));
  if (anchor === undefined) throw new CertificateError('There is no CA certificate to install.');
  const script = scriptFor(typed, writePem('CERTIFICATE', anchor.der));
  const sha256 = createHash('sha256').update(script).digest('hex');
  const command = `f=$(mktemp) && curl -fsSk '${scriptUrl}' -o "$f" && echo '${sha256}  '"$f" | sha256sum -c - && sh "$f"; rm -f "$f"`;
  return { script, sha256, command, manual: manualInstructions(typed, 'ca.crt') };
}

function scriptFor(host: string, pem: string): string {
  return `#!/bin/sh
# Makes docker and podman on this machine trust the registry ${host}. Safe to repeat. Remove the written ca.crt to undo.
set -eu
host='${host}'
if [ "$(id -u)" = 0 ]; then
  docker_dir=/etc/docker podman_dir=/etc/containers
else
  docker_dir="\${XDG_CONFIG_HOME:-$HOME/.config}/docker" podman_dir="\${XDG_CONFIG_HOME:-$HOME/.config}/containers"
fi
install_ca() {
  mkdir -p "$1/certs.d/$host"
  file="$1/certs.d/$host/ca.crt"
  tmp="$file.tmp.$$"
  cat > "$tmp" <<'CERTIFICATE'
# Written by berth cert install for ${host}
${pem}CERTIFICATE
  if [ -e "$file" ] && ! cmp -s "$file" "$tmp"; then
    cp "$file" "$file.before-berth"
    echo "$file was replaced; the file before is $file.before-berth" >&2
  fi
  chmod 644 "$tmp"
  mv "$tmp" "$file"
  echo "$file"
}
done=no
if [ -d "$docker_dir" ] || command -v docker >/dev/null 2>&1; then install_ca "$docker_dir"; done=yes; fi
if [ -d "$podman_dir" ] || command -v podman >/dev/null 2>&1; then install_ca "$podman_dir"; done=yes; fi
if [ "$done" = no ]; then echo 'Neither docker nor podman was found; nothing was changed.' >&2; exit 1; fi
`;
}
