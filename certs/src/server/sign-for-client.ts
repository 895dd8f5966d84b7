import { authorityLedger, type Authority, recordAndWrite } from '../authority/authority-directory.ts';
import { CertificateError, type NamedSentence } from '../errors.ts';
import { DEFAULT_SERVER_DAYS, issueServerCertificate, nameWarnings } from '../issue/server-certificate.ts';
import { readSigningRequest, requestedNames } from '../issue/signing-request.ts';
import { readPem, writePem } from '../pem.ts';

export interface SignForClientRequest {
  /** PEM of a PKCS#10 request. */
  readonly csr: string;
  readonly days?: number | undefined;
}

/** Largest request that is read, in characters: 200 long names stay below it. */
export const MAX_CSR_CHARACTERS = 64 * 1024;

/**
 * Signs a request that came over the API (the caller must have checked that an administrator asks). The private key never leaves its maker.
 * @returns PEM of the certificate and its chain, and what to warn about.
 */
export async function signForClient(
  authority: Authority,
  request: SignForClientRequest,
): Promise<{ readonly certificate: string; readonly serial: string; readonly warnings: readonly NamedSentence[] }> {
  if (request.csr.length > MAX_CSR_CHARACTERS)
    throw new CertificateError(`The signing request is larger than ${MAX_CSR_CHARACTERS / 1024} KiB.`, {
      reason: 'certificate-request-size',
      values: { most: MAX_CSR_CHARACTERS / 1024 },
    });
  const block = readPem(request.csr).find((one) => one.label.endsWith('CERTIFICATE REQUEST'));
  if (block === undefined)
    throw new CertificateError('The text holds no "BEGIN CERTIFICATE REQUEST" block.', { reason: 'certificate-request-missing' });
  const parsed = await readSigningRequest(block.der);
  const { names } = requestedNames(parsed);
  const urls = await authorityLedger(authority);
  const issued = await issueServerCertificate(authority, {
    names,
    publicKey: parsed.publicKey,
    days: request.days ?? DEFAULT_SERVER_DAYS,
    subjectDer: parsed.subject.raw,
    urls,
  });
  await recordAndWrite(authority, [issued.certificate], () => Promise.resolve());
  return {
    certificate: issued.chain.map((one) => writePem('CERTIFICATE', one.der)).join(''),
    serial: issued.certificate.serial,
    warnings: [...issued.warnings, ...nameWarnings(names)],
  };
}
