import type { issuedCertificate, signedCertificate } from '@berth/api-contract';
import type { LedgerEntry, NamedSentence } from '@berth/certs';
import { say } from '@berth/oci';
import type { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { API_BASE, type ApiParts } from '../api-parts.ts';
import { refusing } from './refusing.ts';

export function certificateView({
  serial,
  name,
  names,
  notAfter,
  issuedAt,
  sha256,
  revoked,
}: LedgerEntry): z.input<typeof issuedCertificate> {
  return {
    serial,
    name,
    names: [...(names ?? [])],
    ...(notAfter === undefined ? {} : { not_after: notAfter }),
    ...(issuedAt === undefined ? {} : { issue_time: issuedAt }),
    ...(sha256 === undefined ? {} : { sha256 }),
    ...(revoked === undefined ? {} : { revocation_time: revoked.revokedAt, revocation_reason: revoked.reason }),
  };
}

/** @throws ApiError 404 for what the CA here did not issue. */
export async function findCertificate(parts: ApiParts, serial: string): Promise<LedgerEntry> {
  const found = (await refusing(parts.certificates.issued(), '')).find((one) => one.serial === serial);
  if (found === undefined)
    throw new ApiError('NOT_FOUND', say('no-such-certificate')`The CA of this server issued no certificate with this serial number.`);
  return found;
}

/** What to know of a certificate that was issued. */
export function warningsView(
  warnings: readonly NamedSentence[],
): Pick<z.input<typeof signedCertificate>, 'warnings' | 'warning_sentences'> {
  return { warnings: warnings.map(({ message }) => message), warning_sentences: [...warnings] };
}

/** Names what was made, in the reply and in the audit log. */
export function locationOf(serial: string): Readonly<Record<string, string>> {
  return { location: `${API_BASE}/system/certificates/${serial}` };
}
