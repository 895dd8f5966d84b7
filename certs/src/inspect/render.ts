import type { CertificateDescription, Description } from './describe.ts';

/** A description in words, one fact a line. */
export function renderDescription(item: Description): string {
  switch (item.kind) {
    case 'certificate':
      return renderCertificate(item);
    case 'request':
      return lines('Certificate signing request', [
        ['Subject', item.subject],
        [
          'Names',
          item.names
            ? namesText(item.names)
            : 'none requested: after signing, Go and browsers would refuse it (they ignore the common name)',
        ],
        ['Key', item.key],
        ['Signature', 'valid: made with this key'],
        ['Private key', keyText(item.keyMatches)],
      ]);
    case 'crl':
      return lines('Certificate revocation list', [
        ['Issuer', item.issuer],
        ['Number', item.number ?? 'none'],
        ['Issued', item.thisUpdate],
        [
          'Next',
          item.nextUpdate === null
            ? 'not stated'
            : `${item.nextUpdate}${Date.parse(item.nextUpdate) < Date.now() ? ' (overdue: clients refuse this list)' : ''}`,
        ],
        [
          'Revoked',
          item.revoked.length === 0 ? 'nothing' : item.revoked.map((one) => `${one.serial} on ${one.revokedAt} (${one.reason})`).join('\n'),
        ],
      ]);
    case 'private-key':
      return lines('Private key', [
        ['Type', item.key],
        ['Fits', item.matches.length === 0 ? undefined : item.matches.join('; ')],
      ]);
    case 'public-key':
      return lines('Public key', [['Type', item.key]]);
  }
}

function renderCertificate(item: CertificateDescription): string {
  const role = item.ca
    ? item.selfSigned
      ? 'CA certificate (root)'
      : 'CA certificate (intermediate)'
    : item.selfSigned
      ? 'Certificate (self-signed)'
      : 'Certificate';
  return lines(role, [
    ['Subject', item.subject],
    [
      'Names',
      item.names
        ? `${namesText(item.names)}${item.names.critical ? ' (critical)' : ''}`
        : item.ca
          ? undefined
          : 'none: Go and browsers refuse it for any server (they ignore the common name)',
    ],
    ['Issuer', item.selfSigned ? 'itself' : item.issuer],
    ['Valid', `${item.notBefore} to ${item.notAfter}, ${validityText(item.notBefore, item.daysLeft)}`],
    ['Key', item.key],
    ['Private key', keyText(item.keyMatches)],
    ['Signature', `${item.signature}${/SHA1|MD5/.test(item.signature) && !item.selfSigned ? ' (broken: Go and browsers refuse it)' : ''}`],
    ['Usages', [...(item.keyUsage ?? []), ...(item.extendedKeyUsage ?? [])].join(', ') || 'any'],
    ['Path length', item.pathLength === null ? undefined : String(item.pathLength)],
    ['OCSP', item.ocspUrls.join(' ') || undefined],
    ['CRL', item.crlUrls.join(' ') || undefined],
    ['Serial', item.serial],
    ['SHA-256', item.sha256],
    ['SHA-1', item.sha1],
  ]);
}

export function validityText(notBefore: string, daysLeft: number): string {
  if (Date.parse(notBefore) > Date.now()) return 'NOT YET VALID';
  if (daysLeft < 0) return `EXPIRED ${-daysLeft} day${daysLeft === -1 ? '' : 's'} ago`;
  return `${daysLeft} day${daysLeft === 1 ? '' : 's'} left`;
}

function namesText(names: {
  readonly dns: readonly string[];
  readonly ip: readonly string[];
  readonly uri: readonly string[];
  readonly email: readonly string[];
  readonly other?: readonly string[];
}): string {
  const all = [
    ...names.dns.map((one) => `DNS:${one}`),
    ...names.ip.map((one) => `IP:${one}`),
    ...names.uri.map((one) => `URI:${one}`),
    ...names.email.map((one) => `email:${one}`),
    ...(names.other ?? []),
  ];
  return all.join(', ') || 'none';
}

function keyText(matches: boolean | null): string | undefined {
  if (matches === null) return undefined;
  return matches ? 'belongs to it' : 'DOES NOT BELONG TO IT: a server with this pair does not start';
}

function lines(title: string, rows: readonly (readonly [string, string | undefined])[]): string {
  const body = rows.flatMap(([label, value]) =>
    value === undefined ? [] : [`  ${`${label}:`.padEnd(13)}${value.replaceAll('\n', `\n${' '.repeat(15)}`)}`],
  );
  return `${title}\n${body.join('\n')}\n`;
}
