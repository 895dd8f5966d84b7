import { getCertificate } from './certificates/get-certificate.ts';
import { getCertificateStatus } from './certificates/get-certificate-status.ts';
import { issueCertificate } from './certificates/issue-certificate.ts';
import { listCertificates } from './certificates/list-certificates.ts';
import { revokeCertificate } from './certificates/revoke-certificate.ts';
import { signCertificate } from './certificates/sign-certificate.ts';
import type { Endpoint } from './endpoint.ts';

/** The certificate that is served, and the CA of this server. */
export const CERTIFICATE_ENDPOINTS: readonly Endpoint[] = [
  getCertificateStatus,
  listCertificates,
  signCertificate,
  issueCertificate,
  getCertificate,
  revokeCertificate,
];
