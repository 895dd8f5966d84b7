import { randomBytes, webcrypto } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { CertificateError, reasonOf } from '../errors.ts';
import { NETWORK_TIMEOUT_MS } from '../limits.ts';
import { requestOnce } from '../server/request-once.ts';
import type { Certificate } from '../x509/read-certificate.ts';

export interface OcspQuestion {
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  /** Where to ask over HTTP, or `ask` for a responder in this process. */
  readonly url?: string;
  readonly ask?: (request: Uint8Array) => Promise<Buffer>;
}

export interface OcspAnswer {
  readonly status: 'good' | 'revoked' | 'unknown';
  readonly revokedAt: string | undefined;
  readonly reason: string | undefined;
  readonly thisUpdate: string;
  readonly nextUpdate: string | undefined;
}

const MAX_RESPONSE_BYTES = 64 * 1024;
const NONCE_OID = '1.3.6.1.5.5.7.48.1.2';
/** Difference of clocks that is tolerated, in milliseconds. */
const CLOCK_LEEWAY_MS = 5 * 60_000;
const REASONS = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  '',
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
];

const engine = new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto as never });
pkijs.setEngine('node', engine as never);

/**
 * Asks a responder about one certificate with a fresh nonce and checks the answer's signature, time, nonce and subject (RFC 6960 3.2).
 * @throws CertificateError when no trustworthy answer came.
 */
export async function queryOcsp(question: OcspQuestion): Promise<OcspAnswer> {
  const issuer = pkijs.Certificate.fromBER(arrayBuffer(question.issuer.der));
  const subject = pkijs.Certificate.fromBER(arrayBuffer(question.certificate.der));
  const nonce = randomBytes(16);
  const request = new pkijs.OCSPRequest();
  await request.createForCertificate(subject, { hashAlgorithm: 'SHA-1', issuerCertificate: issuer });
  request.tbsRequest.requestExtensions = [
    new pkijs.Extension({ extnID: NONCE_OID, extnValue: new asn1js.OctetString({ valueHex: arrayBuffer(nonce) }).toBER() }),
  ];
  const bytes = await send(question, Buffer.from(request.toSchema(true).toBER()));
  return readAnswer(bytes, { issuer, subject, nonce });
}

async function send(question: OcspQuestion, request: Buffer): Promise<Buffer> {
  if (question.ask) return question.ask(request);
  const url = question.url ?? '';
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new CertificateError(`"${url}" is not the address of an OCSP responder.`);
  const answer = await requestOnce({
    url: new URL(url),
    method: 'POST',
    headers: { 'content-type': 'application/ocsp-request' },
    body: request,
    timeoutMs: NETWORK_TIMEOUT_MS,
    maxBytes: MAX_RESPONSE_BYTES,
  }).catch((error: unknown) => {
    throw new CertificateError(`The OCSP responder ${url} could not be asked: ${reasonOf(error)}.`, { cause: error });
  });
  if (answer.status !== 200) throw new CertificateError(`The OCSP responder ${url} answered with HTTP ${answer.status}.`);
  return answer.bytes;
}

interface Expected {
  readonly issuer: pkijs.Certificate;
  readonly subject: pkijs.Certificate;
  readonly nonce: Buffer;
}

async function readAnswer(bytes: Buffer, expected: Expected): Promise<OcspAnswer> {
  let basic: pkijs.BasicOCSPResponse;
  try {
    const response = pkijs.OCSPResponse.fromBER(arrayBuffer(bytes));
    const code = response.responseStatus.valueBlock.valueDec;
    if (code !== 0 || !response.responseBytes)
      throw new CertificateError(
        `The OCSP responder refused: ${['', 'malformed request', 'internal error', 'try later', '', 'a signature is required', 'unauthorized'][code] ?? code}.`,
      );
    basic = pkijs.BasicOCSPResponse.fromBER(response.responseBytes.response.valueBlock.valueHexView as never);
  } catch (error) {
    if (error instanceof CertificateError) throw error;
    throw new CertificateError(`The OCSP responder's answer could not be read: ${reasonOf(error)}.`, { cause: error });
  }
  const valid = await basic.verify({ trustedCerts: [expected.issuer] }).catch((error: unknown) => {
    throw new CertificateError(`The OCSP responder's signature could not be checked: ${reasonOf(error)}.`, { cause: error });
  });
  if (!valid) throw new CertificateError("The OCSP responder's answer is not signed by the CA that issued the certificate.");
  const echoed = basic.tbsResponseData.responseExtensions?.find((one) => one.extnID === NONCE_OID);
  if (echoed && !Buffer.from(echoed.extnValue.valueBlock.valueHexView).includes(expected.nonce))
    throw new CertificateError('The OCSP answer is for another question (its nonce differs): it may be a replay.');
  return statusOf(basic, expected);
}

async function statusOf(basic: pkijs.BasicOCSPResponse, expected: Expected): Promise<OcspAnswer> {
  const found = await basic.getCertificateStatus(expected.subject, expected.issuer);
  const [single] = basic.tbsResponseData.responses;
  if (!found.isForCertificate || single === undefined) throw new CertificateError('The OCSP answer is about another certificate.');
  const now = Date.now();
  if (single.thisUpdate.getTime() > now + CLOCK_LEEWAY_MS)
    throw new CertificateError("The OCSP answer lies in the future: the responder's clock or this machine's is wrong.");
  if (single.nextUpdate && single.nextUpdate.getTime() < now - CLOCK_LEEWAY_MS)
    throw new CertificateError('The OCSP answer is out of date.');
  const revoked = found.status === 1 ? readRevocation(single) : { revokedAt: undefined, reason: undefined };
  return {
    status: found.status === 0 ? 'good' : found.status === 1 ? 'revoked' : 'unknown',
    ...revoked,
    thisUpdate: single.thisUpdate.toISOString(),
    nextUpdate: single.nextUpdate?.toISOString(),
  };
}

/** RevokedInfo: the time, and the reason when it was stated. */
function readRevocation(single: pkijs.SingleResponse) {
  const parts = (single.certStatus as asn1js.Constructed).valueBlock.value;
  const [time, reason] = parts as [asn1js.GeneralizedTime | undefined, asn1js.Constructed | undefined];
  const code = (reason?.valueBlock.value[0] as asn1js.Enumerated | undefined)?.valueBlock.valueDec ?? 0;
  return { revokedAt: time?.toDate().toISOString(), reason: REASONS[code] || 'unspecified' };
}

function arrayBuffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
