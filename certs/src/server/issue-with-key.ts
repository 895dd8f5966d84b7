import { createPublicKey } from 'node:crypto';
import { authorityLedger, type Authority, recordAndWrite } from '../authority/authority-directory.ts';
import type { NamedSentence } from '../errors.ts';
import { DEFAULT_SERVER_DAYS, issueServerCertificate, nameWarnings } from '../issue/server-certificate.ts';
import { generatePrivateKey, type KeyType, privateKeyPem } from '../keys/private-key.ts';
import { parseAltNames } from '../names/subject-name.ts';
import { writePem } from '../pem.ts';

export interface IssueWithKeyRequest {
  /** As a person types them: names, wildcards, addresses. */
  readonly names: readonly string[];
  readonly keyType?: KeyType | undefined;
  readonly days?: number | undefined;
}

export interface IssuedWithKey {
  /** PEM of the certificate and its chain. */
  readonly certificate: string;
  /** PKCS#8 PEM. It exists in this answer alone: it is written nowhere. */
  readonly privateKey: string;
  readonly serial: string;
  readonly warnings: readonly NamedSentence[];
}

/**
 * Makes a key and a server certificate for it, for a caller who has no tools at hand (the caller must have checked that an administrator asks).
 * @throws CertificateUsageError when a name is none, with the reason; CertificateError when the CA may not sign.
 */
export async function issueWithKey(authority: Authority, request: IssueWithKeyRequest): Promise<IssuedWithKey> {
  const names = parseAltNames(request.names);
  const key = await generatePrivateKey(request.keyType ?? 'ec-p256');
  const issued = await issueServerCertificate(authority, {
    names,
    publicKey: createPublicKey(key),
    days: request.days ?? DEFAULT_SERVER_DAYS,
    urls: await authorityLedger(authority),
  });
  await recordAndWrite(authority, [issued.certificate], () => Promise.resolve());
  return {
    certificate: issued.chain.map((one) => writePem('CERTIFICATE', one.der)).join(''),
    privateKey: privateKeyPem(key),
    serial: issued.certificate.serial,
    warnings: [...issued.warnings, ...nameWarnings(names)],
  };
}
