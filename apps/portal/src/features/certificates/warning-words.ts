import { formatInstant } from '../../shared/format/time.ts';
import type { TextKey, Translate } from '../../shared/i18n/i18n.ts';
import { sentenceInWords } from '../../shared/i18n/refusals.ts';
import type { CertificateStatus } from './queries.ts';

const WORDS: Readonly<Record<string, TextKey>> = {
  'key-exposed': 'certificates.warning.keyExposed',
  'name-mismatch': 'certificates.warning.nameMismatch',
  'expires-soon': 'certificates.warning.expiresSoon',
  expired: 'certificates.warning.expired',
  'not-yet-valid': 'certificates.warning.notYetValid',
  'no-server-auth': 'certificates.warning.noServerAuth',
  'is-ca': 'certificates.warning.isCa',
};

interface Circumstances extends Pick<CertificateStatus, 'host' | 'chain'> {
  readonly language: string;
}

/** In the reader's language: by its code, or, as of a file that is missing, by the name of the server's sentence. */
export function warningInWords(
  t: Translate,
  { code, ...sentence }: CertificateStatus['warnings'][number],
  { host, chain, language }: Circumstances,
): string {
  const key = WORDS[code];
  if (key === undefined) return sentenceInWords(t, sentence);
  const date = (at: string | undefined): string => (at === undefined ? '' : formatInstant(Date.parse(at), language));
  return t(key, { host: hostOnly(host), from: date(chain[0]?.not_before), until: date(chain[0]?.not_after) });
}

/** The command that puts a warning right; `restart` where the server makes its certificate itself. */
export function repairOf(code: string, status: CertificateStatus): string | undefined {
  const renew = new Set(['name-mismatch', 'expires-soon', 'expired', 'no-server-auth']);
  if (!renew.has(code) || status.file === undefined) return undefined;
  if (status.source === 'auto') return 'restart';
  const host = hostOnly(status.host);
  const { authority, chain, ca_directory: directory, file } = status;
  const isOurs = authority.certificate !== undefined && authority.certificate.subject === chain[0]?.issuer;
  if (!isOurs) return `berth cert csr ${host}`;
  const inDirectory = file.slice(0, file.lastIndexOf('/')) === directory;
  const add = code === 'name-mismatch' ? ` --add-host ${host}` : '';
  return `berth cert renew ${file}${add}${inDirectory ? '' : ` --ca-dir ${directory}`}`;
}

function hostOnly(host: string): string {
  return host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '');
}
