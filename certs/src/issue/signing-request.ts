import { createPublicKey, type KeyObject } from 'node:crypto';
import { expectChild, readAll, readChildren, readDer, decodeOid, TAG } from '../der.ts';
import { CertificateError, CertificateUsageError, reasonOf } from '../errors.ts';
import { readPublicKey } from '../keys/private-key.ts';
import { type AltName, parseAltName } from '../names/subject-name.ts';
import { attributeOf, type DistinguishedName, encodeSubject, readName, type SubjectFields } from '../x509/distinguished-name.ts';
import { signingAlgorithm, webKeyPair, x509 } from '../x509/provider.ts';
import { altNamesOf, type Certificate, type Extension, readExtensions } from '../x509/read-certificate.ts';
import { altNameExtension } from './build-certificate.ts';

/** A PKCS#10 request whose self-signature was checked. */
export interface SigningRequest {
  readonly der: Buffer;
  readonly subject: DistinguishedName;
  readonly publicKey: KeyObject;
  readonly altNames: Certificate['altNames'];
  readonly extensions: readonly Extension[];
}

export interface SigningRequestOptions {
  readonly names: readonly AltName[];
  readonly key: KeyObject;
  readonly subject?: SubjectFields | undefined;
}

/** DER of a PKCS#10 request that asks for the names in its SAN. */
export async function createSigningRequest(options: SigningRequestOptions): Promise<Buffer> {
  if (options.names.length === 0)
    throw new CertificateUsageError('A signing request needs at least one host name or address.', { reason: 'certificate-names-none' });
  const first = options.names.find((name) => name.kind === 'dns') ?? options.names.find((name) => name.kind === 'ip');
  const commonName = options.subject?.commonName ?? (first && first.value.length <= 64 ? first.value : undefined);
  const subject = encodeSubject({ ...options.subject, ...(commonName === undefined ? {} : { commonName }) });
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: new x509.Name(subject),
    keys: await webKeyPair(options.key, createPublicKey(options.key)),
    signingAlgorithm: signingAlgorithm(options.key),
    extensions: [altNameExtension(options.names, subject)],
  });
  return Buffer.from(request.rawData);
}

/** @throws CertificateError when the bytes are no request, its key is of an unusable kind, or its signature does not prove possession of the key. */
export async function readSigningRequest(der: Buffer): Promise<SigningRequest> {
  const outer = readDer(der);
  const info = outer.tag === TAG.sequence ? readChildren(outer)[0] : undefined;
  if (info?.tag !== TAG.sequence)
    throw new CertificateError('The data is not a certificate signing request (PKCS#10).', { reason: 'certificate-request-format' });
  const fields = readChildren(info);
  const spki = expectChild(fields, 2, TAG.sequence).raw;
  await checkPossession(der);
  const extensions = requestedExtensions(fields.find((one) => one.tag === TAG.context0)?.content);
  return {
    der: Buffer.from(der),
    subject: readName(expectChild(fields, 1, TAG.sequence)),
    publicKey: readPublicKey(spki),
    altNames: altNamesOf(extensions),
    extensions,
  };
}

/** The names a request asks for; one with only a common name (the old recipe) gives that, parsed, so that it still becomes a SAN. */
export function requestedNames(request: SigningRequest): { readonly names: readonly AltName[]; readonly fromCommonName: boolean } {
  const sets = request.altNames;
  const texts = sets ? [...sets.dns, ...sets.ip, ...sets.uri, ...sets.email] : [];
  if (texts.length > 0) return { names: texts.map(parseAltName), fromCommonName: false };
  const commonName = attributeOf(request.subject, 'CN');
  if (commonName === '')
    throw new CertificateError('The request names no host, neither in a SAN nor as a common name. Say the names with --host.', {
      reason: 'certificate-request-names',
    });
  return { names: [parseAltName(commonName)], fromCommonName: true };
}

async function checkPossession(der: Buffer): Promise<void> {
  let valid: boolean;
  try {
    valid = await new x509.Pkcs10CertificateRequest(der).verify();
  } catch (error) {
    throw new CertificateError(`The signing request could not be read: ${reasonOf(error)}.`, {
      cause: error,
      reason: 'certificate-request-unreadable',
    });
  }
  if (!valid)
    throw new CertificateError(
      "The signing request's own signature is wrong: it was changed after it was made, or was not made with its key.",
      { reason: 'certificate-request-signature' },
    );
}

const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';

function requestedExtensions(attributes: Buffer | undefined): Extension[] {
  if (attributes === undefined) return [];
  for (const attribute of readAll(attributes)) {
    const [oid, values] = readChildren(attribute);
    if (oid && values && decodeOid(oid.content) === EXTENSION_REQUEST) return readExtensions(values);
  }
  return [];
}
