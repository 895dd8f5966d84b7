import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isCertificateLabel } from '../x509/certificate-file.ts';
import { CertificateError } from '../errors.ts';
import { readInputIfPresent } from '../files/read-input.ts';
import { readPem } from '../pem.ts';
import { type Certificate, readCertificate } from '../x509/read-certificate.ts';

/** Where Go looks for the system's roots on Linux (crypto/x509 root_linux.go): the first file that is there counts. */
const FILES = [
  'etc/ssl/certs/ca-certificates.crt',
  'etc/pki/tls/certs/ca-bundle.crt',
  'etc/ssl/ca-bundle.pem',
  'etc/pki/tls/cacert.pem',
  'etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  'etc/ssl/cert.pem',
];

/** The system's roots below `root`; SSL_CERT_FILE wins, as in Go. What cannot be parsed is left out, as Go does. */
export async function readSystemRoots(root: string, env: Readonly<Record<string, string | undefined>>): Promise<Certificate[]> {
  const named = env['SSL_CERT_FILE'];
  for (const path of named ? [named] : FILES.map((file) => join(root, file))) {
    const bytes = await readInputIfPresent(path).catch(ignoreUnreadable);
    if (bytes !== undefined) return readLenient(bytes);
  }
  return [];
}

/** Every `*.crt` of a certs.d directory, the way docker adds them to its roots: PEM only, anything else is skipped silently. */
export async function readRootsOfDirectory(directory: string): Promise<Certificate[]> {
  const names = await readdir(directory).catch(() => [] as string[]);
  const found: Certificate[] = [];
  for (const name of names.filter((one) => one.endsWith('.crt')).sort()) {
    const bytes = await readInputIfPresent(join(directory, name)).catch(ignoreUnreadable);
    if (bytes !== undefined) found.push(...readLenient(bytes));
  }
  return found;
}

function readLenient(bytes: Buffer): Certificate[] {
  const blocks = attempt(() => readPem(bytes.toString('latin1'))) ?? [];
  return blocks.filter((block) => isCertificateLabel(block.label)).flatMap((block) => attempt(() => readCertificate(block.der)) ?? []);
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof CertificateError) return undefined;
    throw error;
  }
}

function ignoreUnreadable(error: unknown): undefined {
  if (error instanceof CertificateError) return undefined;
  throw error;
}
