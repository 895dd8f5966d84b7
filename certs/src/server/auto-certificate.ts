import { createPublicKey } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import {
  authorityLedger,
  authorityPaths,
  newAuthority,
  openAuthority,
  readAuthorityCertificate,
  recordAndWrite,
} from '../authority/authority-directory.ts';
import { readCertificateFile } from '../x509/certificate-file.ts';
import { ensureDirectory, type FileToWrite, writeFiles } from '../files/write-files.ts';
import { readInputIfPresent } from '../files/read-input.ts';
import { daysBetween } from '../x509/days.ts';
import { DEFAULT_SERVER_DAYS, issueServerCertificate } from '../issue/server-certificate.ts';
import { generatePrivateKey, privateKeyPem } from '../keys/private-key.ts';
import { MAX_NAMES } from '../limits.ts';
import { type AltName, formatAltName, normaliseAddress, normaliseDnsName, parseAltNames } from '../names/subject-name.ts';
import { writePem } from '../pem.ts';
import { formattedNames } from '../x509/read-certificate.ts';
import { EXPIRY_WARNING_DAYS, type ServerCertificateFiles } from './server-certificate-files.ts';

export interface AutoCertificateOptions {
  /** Kept between starts; made with mode 0700. */
  readonly directory: string;
  /** Names beyond the machine's own, such as the external URL's host. */
  readonly hosts?: readonly string[];
}

export interface AutoCertificate extends ServerCertificateFiles {
  readonly ca: string;
  /** What was done at this start. */
  readonly made: 'nothing' | 'certificate' | 'authority and certificate';
  readonly names: readonly string[];
}

/** Most addresses of this machine that are put into a certificate; hosts with hundreds of container bridges exist. */
const MAX_ADDRESSES = 32;

/**
 * A CA and a certificate for this host's names, for `berth serve --tls auto`. The CA is made once and kept;
 * the certificate is made again when a wanted name is missing from it or fewer than 30 days are left. Names already in it stay, as far as
 * there is room for them beside the wanted ones.
 * @throws CertificateError when the directory cannot be written or holds a broken CA.
 */
export async function ensureAutoCertificate(options: AutoCertificateOptions): Promise<AutoCertificate> {
  const files = {
    certificate: join(options.directory, 'server.crt'),
    key: join(options.directory, 'server.key'),
    ca: authorityPaths(options.directory).certificate,
  };
  const wanted = parseAltNames([...(options.hosts ?? []), ...hostNames()]);
  const existing = await readInputIfPresent(files.certificate);
  const [current] = existing ? readCertificateFile(existing, files.certificate) : [];
  const hasKey = (await readInputIfPresent(files.key)) !== undefined;
  const before = current ? formattedNames(current) : [];
  if (
    current &&
    hasKey &&
    wanted.every((name) => before.includes(formatAltName(name))) &&
    daysBetween(new Date(), current.notAfter) >= EXPIRY_WARNING_DAYS
  )
    return { ...files, made: 'nothing', names: before };
  await ensureDirectory(options.directory, true);
  // A host whose name or addresses change with every start (a container) would fill the certificate until none can be issued, and not start.
  const names = parseAltNames([...wanted.map(formatAltName), ...before]).slice(0, MAX_NAMES);
  return { ...files, ...(await make(options.directory, names)), names: names.map(formatAltName) };
}

async function make(directory: string, names: readonly AltName[]): Promise<{ readonly made: AutoCertificate['made'] }> {
  const isNew = (await readAuthorityCertificate(directory)) === undefined;
  if (isNew) {
    const ca = await newAuthority({
      directory,
      keyType: 'ec-p256',
      subject: { organization: 'Berth', commonName: `Berth CA on ${hostname()}`.slice(0, 64) },
      days: 3650,
    });
    await writeFiles(ca.files);
  }
  const authority = await openAuthority(directory);
  const key = await generatePrivateKey('ec-p256');
  const ledger = await authorityLedger(authority);
  const issued = await issueServerCertificate(authority, {
    names,
    publicKey: createPublicKey(key),
    days: DEFAULT_SERVER_DAYS,
    urls: ledger,
  });
  const files: FileToWrite[] = [
    { path: join(directory, 'server.crt'), content: issued.chain.map((one) => writePem('CERTIFICATE', one.der)).join('') },
    { path: join(directory, 'server.key'), content: privateKeyPem(key), secret: true },
  ];
  await recordAndWrite(authority, [issued.certificate], () => writeFiles(files, { force: true }));
  return { made: isNew ? 'authority and certificate' : 'certificate' };
}

/** localhost, the loopback addresses, the host name, and the addresses of the interfaces that are up; link-local ones, which need a zone, are left out. */
export function hostNames(): string[] {
  const own = normaliseDnsName(hostname());
  const addresses = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter((one) => !one.internal && !one.address.startsWith('fe80'))
    .flatMap((one) => normaliseAddress(one.address) ?? []);
  return [...(own === undefined ? [] : [own]), 'localhost', '127.0.0.1', '::1', ...addresses.slice(0, MAX_ADDRESSES)];
}
