import type { KeyObject } from 'node:crypto';
import type { Command } from 'commander';
import { readCertificateFile } from '../x509/certificate-file.ts';
import { CertificateError, CertificateUsageError, reasonOf } from '../errors.ts';
import { readInput } from '../files/read-input.ts';
import { createSigningRequest } from '../issue/signing-request.ts';
import { MAX_HTTP_BODY, NETWORK_TIMEOUT_MS } from '../limits.ts';
import type { AltName } from '../names/subject-name.ts';
import { writePem } from '../pem.ts';
import { requestOnce } from '../server/request-once.ts';
import { publicKeyDer } from '../keys/private-key.ts';
import type { SubjectFields } from '../x509/distinguished-name.ts';
import type { Certificate } from '../x509/read-certificate.ts';
import type { CommandIo } from './command-io.ts';
import { Passwords } from './passwords.ts';

export interface RunningOptions {
  readonly fromRunning?: string;
  readonly user?: string;
  readonly trust?: string;
  readonly passwordFile?: string | undefined;
  readonly passwordStdin?: boolean | undefined;
}

export function addRunningOptions(command: Command): Command {
  return command
    .option(
      '--from-running <url>',
      'let the CA of a running Berth sign (administrators only); the key stays here, and --password-file then names the file with the user password',
    )
    .option('--user <name>', 'user for --from-running', 'admin')
    .option('--trust <file>', 'CA of that server, when the system does not trust it');
}

/** The path of the API that signs requests; see design of the REST API. */
export const SIGN_PATH = '/api/v2.0/system/certificates';

/**
 * Sends a signing request to a running server and returns the chain it answers with; only the request leaves this machine.
 * @throws CertificateError when the server refuses or its answer does not carry our key.
 */
export async function issueFromRunning(
  io: CommandIo,
  request: { readonly names: readonly AltName[]; readonly key: KeyObject; readonly days: number; readonly subject: SubjectFields },
  options: RunningOptions,
): Promise<Certificate[]> {
  const base = options.fromRunning ?? '';
  if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol))
    throw new CertificateUsageError(`"${base}" is not the address of a server, like https://registry.example.com:8443.`);
  const url = new URL(SIGN_PATH, base);
  if (url.protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname))
    throw new CertificateError(
      `A password is not sent to ${url.host} over plain HTTP. Use its https address, or run the command on the server.`,
    );
  const password = await new Passwords(io).get(`Password of ${options.user ?? 'admin'}`, options);
  const csr = writePem('CERTIFICATE REQUEST', await createSigningRequest(request));
  const answer = await requestOnce({
    url,
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${options.user ?? 'admin'}:${password}`).toString('base64')}`,
      'content-type': 'application/json',
      accept: 'application/json',
    },
    body: JSON.stringify({ csr, days: request.days }),
    ...(options.trust === undefined ? {} : { ca: await readInput(options.trust) }),
    timeoutMs: NETWORK_TIMEOUT_MS,
    maxBytes: MAX_HTTP_BODY,
  }).catch((error: unknown) => {
    throw new CertificateError(`${url.host} could not be asked: ${reasonOf(error)}. Nothing was written.`, { cause: error });
  });
  if (answer.status === 401)
    throw new CertificateError(`${url.host} does not accept the password of ${options.user ?? 'admin'}. Nothing was written.`);
  if (answer.status === 403)
    throw new CertificateError(
      `${options.user ?? 'admin'} is not an administrator of ${url.host}: only administrators may have certificates signed. Nothing was written.`,
    );
  if (answer.status !== 200 && answer.status !== 201)
    throw new CertificateError(`${url.host} answered ${answer.status}: ${messageOf(answer.body)}. Nothing was written.`);
  const chain = readCertificateFile(Buffer.from(chainOf(answer.body)), url.host);
  if (!chain[0]?.spki.equals(publicKeyDer(request.key)))
    throw new CertificateError(`${url.host} answered with a certificate for another key. Nothing was written.`);
  return chain;
}

function chainOf(body: string): string {
  const parsed = parseJson(body) as { certificate?: unknown } | undefined;
  if (typeof parsed?.certificate !== 'string')
    throw new CertificateError('The server answered without a certificate. Nothing was written.');
  return parsed.certificate;
}

function messageOf(body: string): string {
  const parsed = parseJson(body) as { errors?: { message?: string }[] } | undefined;
  return (parsed?.errors?.[0]?.message ?? body.slice(0, 200)) || 'no reason given';
}

function parseJson(text: string): unknown {
  // An answer that is no JSON is reported by the caller with its status.
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
