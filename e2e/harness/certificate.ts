import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './processes.ts';
import { requireTool } from './tools.ts';

export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
  readonly pem: string;
}

/** A self-signed certificate for localhost and 127.0.0.1, made by openssl in `folder`; it serves as its own authority. */
export async function makeCertificate(folder: string): Promise<TestCertificate> {
  const cert = join(folder, 'server.crt');
  const key = join(folder, 'server.key');
  await run(requireTool('openssl'), [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost'],
    ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1', '-keyout', key, '-out', cert],
  ]);
  return { cert, key, pem: await readFile(cert, 'utf8') };
}
