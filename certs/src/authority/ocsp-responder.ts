import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import { decodeOid, type DerElement, encodeDer, encodeOid, expectChild, readChildren, readDer, TAG } from '../der.ts';
import { CertificateError } from '../errors.ts';
import type { Issuer } from '../issue/build-certificate.ts';
import { signingAlgorithm } from '../x509/provider.ts';
import type { Ledger } from './ledger.ts';
import { reasonCode } from './revocation-list.ts';

/** Longest OCSP request read, in bytes; one certificate asks with about 100. */
export const MAX_OCSP_REQUEST = 16 * 1024;
/** Most certificates answered in one request. */
const MAX_QUESTIONS = 50;
/** How long an answer may be kept by a client, in seconds. */
export const OCSP_VALIDITY_SECONDS = 3600;

const OCSP_BASIC = '1.3.6.1.5.5.7.48.1.1';
const OCSP_NONCE = '1.3.6.1.5.5.7.48.1.2';
const HASHES: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  '2.16.840.1.101.3.4.2.1': 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};

/** Answers one DER request with one DER response (RFC 6960); never throws: what is malformed gets `malformedRequest`. Content type application/ocsp-response. */
export type OcspResponder = (request: Uint8Array) => Promise<Buffer>;

/**
 * A responder for the certificates that `issuer` issued, signed by the CA itself.
 * "good" is said only of serials in the ledger; others are "unknown" (RFC 6960 2.2). The ledger is read for each request, so a revocation is seen at once.
 */
export function createOcspResponder(issuer: Issuer, readLedger: () => Promise<Ledger>): OcspResponder {
  return async (request) => {
    let questions: Question[];
    let nonce: Buffer | undefined;
    try {
      ({ questions, nonce } = readRequest(Buffer.from(request)));
    } catch (error) {
      if (error instanceof CertificateError) return failure(1);
      throw error;
    }
    const ledger = await readLedger();
    const answers = questions.map((question) => answer(question, issuer, ledger));
    return success(signedResponse(issuer, answers, nonce));
  };
}

interface Question {
  readonly certId: Buffer;
  readonly hash: string | undefined;
  readonly nameHash: Buffer;
  readonly keyHash: Buffer;
  readonly serial: string;
}

/** RFC 6960 4.1.1: OCSPRequest ::= SEQUENCE { tbsRequest SEQUENCE { [0] version, [1] name, requestList, [2] extensions } } */
function readRequest(bytes: Buffer): { readonly questions: Question[]; readonly nonce: Buffer | undefined } {
  if (bytes.length > MAX_OCSP_REQUEST) throw new CertificateError('The OCSP request is too large.');
  const outer = readDer(bytes);
  const tbs = expectChild(readChildren(outer), 0, TAG.sequence);
  const fields = readChildren(tbs);
  const list = fields.find((one) => one.tag === TAG.sequence);
  if (outer.tag !== TAG.sequence || list === undefined) throw new CertificateError('The data is not an OCSP request.');
  const questions = readChildren(list).map(readQuestion);
  if (questions.length === 0 || questions.length > MAX_QUESTIONS)
    throw new CertificateError('The OCSP request asks for nothing, or for too much.');
  const extensions = fields.find((one) => one.tag === TAG.context2);
  const nonce =
    extensions &&
    readChildren(readDer(extensions.content)).find((one) => decodeOid(expectChild(readChildren(one), 0, TAG.oid).content) === OCSP_NONCE);
  const value = nonce && readChildren(nonce).at(-1)?.content;
  // RFC 8954: a nonce has 1 to 32 bytes; older clients wrap it in one more OCTET STRING.
  return { questions, nonce: value && value.length <= 34 ? nonce.raw : undefined };
}

function readQuestion(element: DerElement): Question {
  const certId = expectChild(readChildren(element), 0, TAG.sequence);
  const parts = readChildren(certId);
  const algorithm = decodeOid(expectChild(readChildren(expectChild(parts, 0, TAG.sequence)), 0, TAG.oid).content);
  return {
    certId: certId.raw,
    hash: HASHES[algorithm],
    nameHash: expectChild(parts, 1, TAG.octetString).content,
    keyHash: expectChild(parts, 2, TAG.octetString).content,
    serial: expectChild(parts, 3, TAG.integer)
      .content.toString('hex')
      .replace(/^0+(?=.)/, ''),
  };
}

/** RFC 6960 4.2.1 SingleResponse: certID, status, thisUpdate, [0] nextUpdate. */
function answer(question: Question, issuer: Issuer, ledger: Ledger): Buffer {
  const now = new Date();
  return encodeDer(
    TAG.sequence,
    question.certId,
    status(question, issuer, ledger),
    generalizedTime(now),
    encodeDer(TAG.context0, generalizedTime(new Date(now.getTime() + OCSP_VALIDITY_SECONDS * 1000))),
  );
}

function status(question: Question, issuer: Issuer, ledger: Ledger): Buffer {
  const unknown = encodeDer(0x82);
  if (question.hash === undefined) return unknown;
  const nameHash = createHash(question.hash).update(issuer.certificate.subject.raw).digest();
  const keyHash = createHash(question.hash).update(publicKeyBits(issuer.key)).digest();
  if (!nameHash.equals(question.nameHash) || !keyHash.equals(question.keyHash)) return unknown;
  const revoked = ledger.revoked.find((one) => one.serial === question.serial);
  if (revoked !== undefined) {
    const code = reasonCode(revoked.reason);
    const reason = code === 0 ? [] : [encodeDer(TAG.context0, encodeDer(TAG.enumerated, Buffer.from([code])))];
    return encodeDer(TAG.context1, generalizedTime(new Date(revoked.revokedAt)), ...reason);
  }
  return ledger.issued.some((one) => one.serial === question.serial) ? encodeDer(0x80) : unknown;
}

/** BasicOCSPResponse with the responder named by key hash. */
function signedResponse(issuer: Issuer, answers: readonly Buffer[], nonce: Buffer | undefined): Buffer {
  const responderId = encodeDer(TAG.context2, encodeDer(TAG.octetString, createHash('sha1').update(publicKeyBits(issuer.key)).digest()));
  const extensions = nonce === undefined ? [] : [encodeDer(TAG.context1, encodeDer(TAG.sequence, nonce))];
  const tbs = encodeDer(TAG.sequence, responderId, generalizedTime(new Date()), encodeDer(TAG.sequence, ...answers), ...extensions);
  const { algorithm, signature } = signDer(issuer.key, tbs);
  const certificates = encodeDer(TAG.context0, encodeDer(TAG.sequence, issuer.certificate.der));
  return encodeDer(TAG.sequence, tbs, algorithm, encodeDer(TAG.bitString, Buffer.from([0]), signature), certificates);
}

function signDer(key: KeyObject, data: Buffer): { readonly algorithm: Buffer; readonly signature: Buffer } {
  const { name, hash } = signingAlgorithm(key);
  const signature = sign(hash.replace('-', ''), data, key);
  if (name === 'RSASSA-PKCS1-v1_5')
    return { algorithm: encodeDer(TAG.sequence, encodeOid('1.2.840.113549.1.1.11'), encodeDer(TAG.null)), signature };
  const suffix = { 'SHA-256': 2, 'SHA-384': 3, 'SHA-512': 4 }[hash];
  return { algorithm: encodeDer(TAG.sequence, encodeOid(`1.2.840.10045.4.3.${suffix}`)), signature };
}

function success(basic: Buffer): Buffer {
  const bytes = encodeDer(TAG.sequence, encodeOid(OCSP_BASIC), encodeDer(TAG.octetString, basic));
  return encodeDer(TAG.sequence, encodeDer(TAG.enumerated, Buffer.from([0])), encodeDer(TAG.context0, bytes));
}

function failure(code: number): Buffer {
  return encodeDer(TAG.sequence, encodeDer(TAG.enumerated, Buffer.from([code])));
}

function publicKeyBits(key: KeyObject): Buffer {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return readChildren(readDer(spki))[1]?.content.subarray(1) ?? Buffer.alloc(0);
}

function generalizedTime(date: Date): Buffer {
  const text = date
    .toISOString()
    .replace(/[-:T]/g, '')
    .replace(/\.\d+Z$/, 'Z');
  return encodeDer(TAG.generalizedTime, Buffer.from(text, 'latin1'));
}
