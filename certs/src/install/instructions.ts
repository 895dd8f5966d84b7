/** What to do by hand where files in certs.d do not help: Windows, macOS, browsers, the system store. */
export function manualInstructions(host: string, caFile: string): string {
  const colonless = host.replace(':', '');
  return `By hand, for ${host} with ${caFile}:

Linux, docker:      mkdir -p /etc/docker/certs.d/${host} && cp ${caFile} /etc/docker/certs.d/${host}/ca.crt
Linux, rootless:    mkdir -p ~/.config/docker/certs.d/${host} && cp ${caFile} ~/.config/docker/certs.d/${host}/ca.crt
podman, skopeo:     mkdir -p /etc/containers/certs.d/${host} && cp ${caFile} /etc/containers/certs.d/${host}/ca.crt
Debian, Ubuntu:     cp ${caFile} /usr/local/share/ca-certificates/berth.crt && update-ca-certificates   (curl, git; then restart docker)
Fedora, RHEL:       cp ${caFile} /etc/pki/ca-trust/source/anchors/berth.crt && update-ca-trust
macOS:              security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ${caFile}   (with sudo; then restart Docker Desktop)
Windows, browsers:  certutil -addstore -f Root ${caFile}   (as administrator; then restart Docker Desktop)
Windows, engine:    copy ${caFile} %ProgramData%\\docker\\certs.d\\${colonless}\\ca.crt
Firefox:            Settings, Certificates, Authorities, Import
Chromium on Linux:  certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n berth -i ${caFile}
Java:               keytool -importcert -cacerts -alias berth -file ${caFile}
`;
}
