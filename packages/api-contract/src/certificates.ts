import { z } from 'zod';
import { listQuery, nothing, sentence, sentenceName, timestamp } from './common.ts';
import { FIELD_CHECKS } from './field-problem.ts';
import { operation } from './operation.ts';

/** 200 long names stay below it. */
const MAX_CSR_LENGTH = 60 * 1024;
/** Apple's systems accept no longer life from a private CA. */
export const MAX_CERTIFICATE_DAYS = 825;
export const MAX_CERTIFICATE_NAMES = 200;
/** A DNS name has 253 characters at most; a URI may be longer. */
const MAX_NAME_LENGTH = 300;

export const certificateKeyTypes = ['ec-p256', 'ec-p384', 'rsa-2048', 'rsa-3072', 'rsa-4096'] as const;

/** Reasons of RFC 5280 5.3.1. */
export const revocationReasons = [
  'unspecified',
  'keyCompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'privilegeWithdrawn',
] as const;

const days = z.number().int().min(1).max(MAX_CERTIFICATE_DAYS).optional();

/** A signing request (PKCS#10, PEM) for the CA of this server. */
export const signingRequest = z.object({ csr: z.string().min(1).max(MAX_CSR_LENGTH), days });

export const signedCertificate = z.object({
  certificate: z.string(),
  serial: z.string(),
  warnings: z.array(z.string()),
  /** The same with their names. */
  warning_sentences: z.array(sentence),
});

export const certificateRequest = z.object({
  /** Host names, wildcards and addresses, as people type them. */
  names: z.array(z.string().min(1).max(MAX_NAME_LENGTH)).min(1).max(MAX_CERTIFICATE_NAMES),
  key_type: z.enum(certificateKeyTypes).optional(),
  days,
});

/** The private key is in this answer alone: the server writes it nowhere. */
export const certificateWithKey = signedCertificate.extend({ private_key: z.string() });

export const certificateFacts = z.object({
  subject: z.string(),
  issuer: z.string(),
  self_signed: z.boolean(),
  /** `DNS:a.example`, `IP:192.0.2.1`. */
  names: z.array(z.string()),
  /** Lower-case hex, as are those of issued certificates. */
  serial: z.string(),
  not_before: timestamp,
  not_after: timestamp,
  /** "EC P-256". */
  key: z.string(),
  /** Upper-case hex pairs with colons. */
  sha256: z.string(),
});

export const certificateStatus = z.object({
  /** `auto`: the server makes its certificate; `files`: somebody named it; `none`: TLS is off. */
  source: z.enum(['auto', 'files', 'none']),
  /** Paths on the server. */
  file: z.string().optional(),
  ca_directory: z.string(),
  /** By which clients name the server: the external URL's, else the one that was asked. */
  host: z.string(),
  /** The server's own first; empty without TLS, or when the files cannot be used. */
  chain: z.array(certificateFacts),
  warnings: z.array(z.object({ code: z.string(), ...sentence.shape })),
  /** What clients would say, in their own words. */
  refusals: z.array(z.object({ client: z.enum(['docker', 'browser', 'apple']), message: z.string() })),
  /** The CA that issues here; without `problem` it may be asked. */
  authority: z.object({ certificate: certificateFacts.optional(), problem: z.string().optional(), ...sentenceName.shape }),
});

export const issuedCertificate = z.object({
  serial: z.string(),
  name: z.string(),
  names: z.array(z.string()),
  not_after: timestamp.optional(),
  issue_time: timestamp.optional(),
  sha256: z.string().optional(),
  revocation_time: timestamp.optional(),
  revocation_reason: z.enum(revocationReasons).optional(),
});

export const revocationRequest = z.object({ reason: z.enum(revocationReasons).optional() });

const serialParams = z.object({ serial: z.string().regex(/^[0-9a-f]{1,40}$/, FIELD_CHECKS.serial) });

export const certificateOperations = {
  getCertificateStatus: operation({
    id: 'getCertificateStatus',
    method: 'get',
    path: '/system/certificates/status',
    tag: 'certificate',
    summary: 'Read which certificate is served, what clients would hold against it, and whether a CA can issue here.',
    params: nothing,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: certificateStatus },
    errors: [401, 403],
  }),
  listCertificates: operation({
    id: 'listCertificates',
    method: 'get',
    path: '/system/certificates',
    tag: 'certificate',
    summary: 'List what the CA of this server issued, the latest first; `q` knows name.',
    params: nothing,
    query: listQuery,
    body: nothing,
    answer: { status: 200, body: z.array(issuedCertificate), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 403, 422],
  }),
  signCertificate: operation({
    id: 'signCertificate',
    method: 'post',
    path: '/system/certificates',
    tag: 'certificate',
    summary: 'Have the CA of this server sign a request for a server certificate.',
    params: nothing,
    query: nothing,
    body: signingRequest,
    answer: { status: 201, body: signedCertificate, headers: ['Location'] },
    errors: [400, 401, 403],
  }),
  issueCertificate: operation({
    id: 'issueCertificate',
    method: 'post',
    path: '/system/certificates/with-key',
    tag: 'certificate',
    summary: 'Have the CA of this server issue a server certificate with a new private key, which is answered once and kept nowhere.',
    params: nothing,
    query: nothing,
    body: certificateRequest,
    answer: { status: 201, body: certificateWithKey, headers: ['Location'] },
    errors: [400, 401, 403],
  }),
  getCertificate: operation({
    id: 'getCertificate',
    method: 'get',
    path: '/system/certificates/{serial}',
    tag: 'certificate',
    summary: 'Read what is known of a certificate that the CA of this server issued.',
    params: serialParams,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: issuedCertificate },
    errors: [400, 401, 403, 404, 422],
  }),
  revokeCertificate: operation({
    id: 'revokeCertificate',
    method: 'post',
    path: '/system/certificates/{serial}/revocation',
    tag: 'certificate',
    summary: 'Revoke a certificate of the CA of this server; OCSP says so at once, and the next revocation list.',
    params: serialParams,
    query: nothing,
    body: revocationRequest,
    answer: { status: 200, body: issuedCertificate },
    errors: [400, 401, 403, 404, 422],
  }),
} as const;
