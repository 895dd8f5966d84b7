import { CertificateError } from './errors.ts';
import { MAX_ITEMS } from './limits.ts';

/** One PEM block (RFC 7468). `headers` is set for the old encrypted form ("Proc-Type: 4,ENCRYPTED"); `text` is the block as written. */
export interface PemBlock {
  readonly label: string;
  readonly der: Buffer;
  readonly encrypted: boolean;
  readonly text: string;
}

const BEGIN = /^-----BEGIN ([A-Z0-9 #.]+)-----\s*$/;

/** Whether the bytes look like PEM text (perhaps with words before the first block). */
export function looksLikePem(bytes: Buffer): boolean {
  return bytes.includes('-----BEGIN ');
}

/**
 * Reads every block of a PEM text; words between blocks are skipped.
 * @throws CertificateError that names the line where a block is broken.
 */
export function readPem(text: string): PemBlock[] {
  const lines = text.split(/\r\n|\n|\r/);
  const blocks: PemBlock[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const label = BEGIN.exec(lines[index]?.trim() ?? '')?.[1];
    if (label === undefined) continue;
    const begin = index + 1;
    const body: string[] = [];
    let closed = false;
    let encrypted = false;
    for (index += 1; index < lines.length; index += 1) {
      const line = lines[index]?.trim() ?? '';
      if (line === `-----END ${label}-----`) {
        closed = true;
        break;
      }
      if (line.startsWith('-----')) break;
      if (line.startsWith('Proc-Type:') && line.includes('ENCRYPTED')) encrypted = true;
      if (line !== '' && !line.includes(':')) body.push(line);
    }
    if (!closed)
      throw new CertificateError(
        `The PEM block "${label}" that begins on line ${begin} has no matching END line: the file is cut off or two files were mixed.`,
        { reason: 'certificate-pem-cut', values: { label, line: begin } },
      );
    const base64 = body.join('');
    if (base64 === '' || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0)
      throw new CertificateError(
        `The PEM block "${label}" that begins on line ${begin} does not hold valid base64: copy the file again, whole.`,
        { reason: 'certificate-pem-base64', values: { label, line: begin } },
      );
    blocks.push({ label, der: Buffer.from(base64, 'base64'), encrypted, text: `${lines.slice(begin - 1, index + 1).join('\n')}\n` });
    if (blocks.length > MAX_ITEMS)
      throw new CertificateError(`The file holds more than ${MAX_ITEMS} PEM blocks; split it.`, {
        reason: 'certificate-pem-blocks',
        values: { most: MAX_ITEMS },
      });
  }
  return blocks;
}

/** One PEM block with 64 characters a line and a final newline. */
export function writePem(label: string, der: Uint8Array): string {
  const base64 = Buffer.from(der).toString('base64');
  const lines = base64.match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
