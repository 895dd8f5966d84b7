import { readCertificateFile, trustAnchor } from '../x509/certificate-file.ts';
import { CertificateError } from '../errors.ts';
import { readInput } from '../files/read-input.ts';
import { type HostAndPort, inspectServedCertificate } from '../inspect/served-certificate.ts';
import { MAX_HTTP_BODY, NETWORK_TIMEOUT_MS } from '../limits.ts';
import { openBundle } from '../formats/open-bundle.ts';
import { requestOnce } from '../server/request-once.ts';
import { type Certificate, isSelfSigned, shortName } from '../x509/read-certificate.ts';
import { typedHost } from '../doctor/docker-words.ts';

/** The CA of a file: the root in it, else its topmost CA certificate. @throws CertificateError for files without a CA. */
export async function caFromFile(path: string): Promise<Certificate> {
  const bundle = await openBundle(await readInput(path), path, () =>
    Promise.reject(new CertificateError(`${path} is protected with a password: convert it to PEM first (berth cert convert).`)),
  );
  const found = bundle.certificates.filter((one) => one.basicConstraints?.ca);
  const anchor = found.find(isSelfSigned) ?? found[0];
  if (anchor !== undefined) return anchor;
  const [only] = bundle.certificates;
  if (only === undefined) throw new CertificateError(`${path} holds no certificate.`);
  // A self-signed server certificate is its own trust; Go accepts it, and it must be installed again at each renewal.
  if (isSelfSigned(only)) return only;
  throw new CertificateError(
    `${path} is the server's certificate ("${shortName(only)}"), not the CA that issued it. Name the CA's file (ca.crt), whose subject is "${only.issuer.text}".`,
  );
}

/**
 * Fetches the CA from the server itself: `/api/v2.0/systeminfo/getcert`, else the root it sends in the handshake.
 * Nothing vouches for it yet, so the caller must have its fingerprint confirmed.
 */
export async function caFromServer(target: HostAndPort): Promise<Certificate> {
  const url = new URL(`https://${typedHost(target)}/api/v2.0/systeminfo/getcert`);
  const answer = await requestOnce({ url, insecure: true, timeoutMs: NETWORK_TIMEOUT_MS, maxBytes: MAX_HTTP_BODY }).catch(() => undefined);
  if (answer?.status === 200 && answer.body.includes('-----BEGIN CERTIFICATE-----')) {
    const anchor = trustAnchor(readCertificateFile(answer.bytes, url.host));
    if (anchor !== undefined) return anchor;
  }
  const { chain } = await inspectServedCertificate(target);
  const root = chain.find(isSelfSigned);
  if (root === undefined)
    throw new CertificateError(
      `${typedHost(target)} offers no CA to download and sends none in the handshake. Get ca.crt from its administrator and name it with --ca.`,
    );
  return root;
}

/** Whether what a host serves now is issued under this CA; undefined when the host cannot be reached. */
export async function servesUnder(
  target: HostAndPort,
  ca: Certificate,
  verify: (chain: readonly Certificate[]) => string | undefined,
): Promise<string | undefined> {
  const served = await inspectServedCertificate(target, { timeoutMs: 4_000 }).catch((error: unknown) => {
    if (error instanceof CertificateError) return undefined;
    throw error;
  });
  if (served === undefined)
    return `${typedHost(target)} cannot be reached from here, so it was not tried whether this CA ("${shortName(ca)}") is the right one.`;
  return verify(served.chain);
}
