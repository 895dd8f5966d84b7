import type { HostAndPort } from '../inspect/served-certificate.ts';

/** The registry as the person typed it, which is also the name of its certs.d directory and stands in docker's messages. */
export function typedHost(target: HostAndPort): string {
  const host = target.host.includes(':') ? `[${target.host}]` : target.host;
  return target.explicitPort ? `${host}:${target.port}` : host;
}

/** What `docker login` prints when the first request to a registry fails with a Go error. */
export function dockerError(target: HostAndPort, goError: string): string {
  return `Error response from daemon: Get "https://${typedHost(target)}/v2/": ${goError}`;
}

/** Go 1.20 began to say what failed before the x509 message. */
export function certificateError(x509Message: string, goVersion: string): string {
  if (!x509Message.startsWith('x509: ')) return x509Message;
  const minor = Number(/^go1\.(\d+)/.exec(goVersion)?.[1] ?? '99');
  // Go 1.18 to 1.23 also told how to let SHA-1 through again.
  const hinted =
    minor < 24
      ? x509Message.replace(/insecure algorithm (SHA1-RSA|ECDSA-SHA1)/, '$& (temporarily override with GODEBUG=x509sha1=1)')
      : x509Message;
  return minor >= 20 ? `tls: failed to verify certificate: ${hinted}` : hinted;
}

/** docker 23 changed a sentence about client certificates. */
export function missingKeyMessage(certificate: string, key: string, dockerVersion: string): string {
  const major = Number.parseInt(dockerVersion, 10);
  const advice =
    Number.isNaN(major) || major >= 23
      ? 'CA certificates must use the extension .crt'
      : 'Note that CA certificates should use the extension .crt';
  return `Error response from daemon: missing key ${key} for client certificate ${certificate}. ${advice}`;
}

export function missingCertificateMessage(certificate: string, key: string, dockerVersion: string): string {
  const major = Number.parseInt(dockerVersion, 10);
  return `Error response from daemon: ${major < 23 ? 'Missing' : 'missing'} client certificate ${certificate} for key ${key}`;
}

/** What a push ends with when a proxy answers 413 with a page of its own. */
export function tooLargeMessage(body: string, dockerVersion: string): string {
  const major = Number.parseInt(dockerVersion, 10);
  return major < 24
    ? `error parsing HTTP 413 response body: invalid character '<' looking for beginning of value: ${JSON.stringify(body)}`
    : `unknown: ${body.trim()}`;
}
