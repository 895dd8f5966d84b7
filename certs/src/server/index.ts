/** The part of this package that a running server needs at all times; it loads none of the certificate libraries. */
export { CertificateError } from '../errors.ts';
export { readInputIfPresent } from '../files/read-input.ts';
export { writePem } from '../pem.ts';
export { issuingRoot, readCertificateFile } from '../x509/certificate-file.ts';
export { isSelfSigned } from '../x509/read-certificate.ts';
export {
  type CertificateWarning,
  checkServerCertificate,
  describeServerCertificate,
  externalHostOf,
  readServerCertificate,
  type ServerCertificateFiles,
  type ServerCertificatePair,
} from './server-certificate-files.ts';
export { type CertificateWatch, watchCertificate } from './watch-certificate.ts';
