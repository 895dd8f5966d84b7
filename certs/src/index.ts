export {
  type Authority,
  authorityLedger,
  authorityPaths,
  openAuthority,
  readAuthorityCertificate,
  readAuthorityLedger,
} from './authority/authority-directory.ts';
export { type Certificate, formattedNames } from './x509/read-certificate.ts';
export { readCertificateFile } from './x509/certificate-file.ts';
export { PassphraseNeededError } from './keys/private-key.ts';
export { type LedgerEntry, ledgerEntries, type RevocationReason } from './authority/ledger.ts';
export { revokeCertificate } from './authority/revoke.ts';
export { describeCertificate } from './inspect/describe.ts';
export { createOcspResponder, MAX_OCSP_REQUEST, type OcspResponder } from './authority/ocsp-responder.ts';
export { certCommand } from './commands/cert-command.ts';
export { type CommandIo, processIo } from './commands/command-io.ts';
export { CertificateError, CertificateUsageError, type NamedSentence } from './errors.ts';
export { inspectServedCertificate, type ServedCertificate } from './inspect/served-certificate.ts';
export { type AutoCertificate, type AutoCertificateOptions, ensureAutoCertificate } from './server/auto-certificate.ts';
export {
  type CertificateWarning,
  checkServerCertificate,
  describeServerCertificate,
  externalHostOf,
  readServerCertificate,
  type ServerCertificateFiles,
  type ServerCertificatePair,
} from './server/server-certificate-files.ts';
export { issueWithKey, type IssueWithKeyRequest, type IssuedWithKey } from './server/issue-with-key.ts';
export { judgeCertificate, type Refusal } from './server/judge-certificate.ts';
export { signForClient, type SignForClientRequest } from './server/sign-for-client.ts';
export { type CertificateWatch, watchCertificate } from './server/watch-certificate.ts';
export { doctorCommand } from './commands/doctor-command.ts';
export { type DoctorEnvironment, systemEnvironment } from './doctor/environment.ts';
export { type Diagnosis, runDoctor } from './doctor/run-doctor.ts';
export { type ClientInstaller, clientInstaller, type InstallerPlace } from './install/client-installer.ts';
