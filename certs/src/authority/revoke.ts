import { CertificateError } from '../errors.ts';
import { type Certificate, isSignedBy } from '../x509/read-certificate.ts';
import type { Authority } from './authority-directory.ts';
import { changeLedger, type RevocationReason } from './ledger.ts';
import { createRevocationList } from './revocation-list.ts';

/**
 * Marks a certificate of this CA as revoked; from then on the CRL lists it and OCSP answers "revoked".
 * Repeating it changes nothing. `target` is the certificate or its serial in hex.
 * @throws CertificateError when this CA did not issue it.
 */
export async function revokeCertificate(
  authority: Authority,
  target: Certificate | string,
  reason: RevocationReason,
): Promise<{ readonly serial: string; readonly already: boolean }> {
  const serial =
    typeof target === 'string'
      ? target
          .toLowerCase()
          .replace(/^0x/, '')
          .replaceAll(':', '')
          .replace(/^0+(?=.)/, '')
      : target.serial;
  if (!/^[0-9a-f]{1,40}$/.test(serial))
    throw new CertificateError(`"${serial}" is neither a certificate file nor a serial number in hex.`, {
      reason: 'certificate-serial',
      values: { serial },
    });
  return changeLedger<{ serial: string; already: boolean }>(authority.paths.ledger, authority.certificate, async (ledger) => {
    const record = ledger.issued.find((one) => one.serial === serial && (typeof target === 'string' || one.sha256 === target.sha256));
    const isOurs = record !== undefined || (typeof target !== 'string' && isSignedBy(target, authority.certificate));
    if (!isOurs)
      throw new CertificateError(
        `The CA "${authority.certificate.subject.text}" has not issued a certificate with the serial ${serial}; nothing was revoked. \`berth cert inspect FILE\` shows who issued it.`,
        { reason: 'certificate-not-ours', values: { subject: authority.certificate.subject.text, serial } },
      );
    if (ledger.revoked.some((one) => one.serial === serial)) return { ledger, result: { serial, already: true } };
    const notAfter = record?.notAfter ?? (typeof target === 'string' ? undefined : target.notAfter.toISOString());
    const entry = { serial, revokedAt: new Date(Math.floor(Date.now() / 1000) * 1000).toISOString(), reason, notAfter };
    return { ledger: { ...ledger, revoked: [...ledger.revoked, entry] }, result: { serial, already: false } };
  });
}

/** The next full CRL: the number grows by one each time, and the ledger has it before the list is handed out. */
export async function nextRevocationList(
  authority: Authority,
  days: number,
): Promise<{ readonly der: Buffer; readonly number: number; readonly entries: number }> {
  return changeLedger(authority.paths.ledger, authority.certificate, async (ledger) => {
    const number = ledger.crlNumber + 1;
    const graceStart = Date.now() - 40 * 86_400_000;
    // RFC 5280 3.3: an entry stays until one list after the certificate's expiry; forty days outlast any list made here by default.
    const revoked = ledger.revoked.filter((one) => one.notAfter === undefined || Date.parse(one.notAfter) > graceStart);
    const der = await createRevocationList(authority, { number, days, revoked });
    return { ledger: { ...ledger, crlNumber: number }, result: { der, number, entries: revoked.length } };
  });
}
