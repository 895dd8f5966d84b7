import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { type Login, RegistryClient, type RegistryOptions, storedCredentials } from '@berth/registry-client';
import type { Command } from 'commander';
import { UsageError } from '../exit.ts';

/** Where Linux distributions keep the certificates that the system trusts. */
const SYSTEM_BUNDLES = ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt', '/etc/ssl/cert.pem'];
/** A registry that restarts is waited for: some 15 seconds. */
const ATTEMPTS = 6;
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])(:\d+)?$/;

export interface ClientFlags {
  readonly username?: string;
  readonly passwordFile?: string;
  readonly passwordStdin?: boolean;
  readonly caFile?: string;
  readonly plainHttp?: boolean;
}

/** Flags of verbs that speak to a registry as a client. */
export function addClientFlags(command: Command): Command {
  return command
    .option('-u, --username <name>', 'who signs in; without it the login that docker or podman keeps for the registry is used')
    .option('--password-file <file>', 'read the password from the first line of a file')
    .option('--password-stdin', 'read the password from the first line of the standard input')
    .option('--ca-file <file>', 'trust this certificate authority too')
    .option('--plain-http', 'speak HTTP without TLS, as is done by itself on this machine');
}

/** A client for `host[:port]`, or for a URL. Throws UsageError. */
export async function openClient(command: Command, server: string): Promise<RegistryClient> {
  return new RegistryClient(await clientOptions(command.opts<ClientFlags>(), server));
}

/** How `host[:port]`, or a URL, is reached, and as whom. Throws UsageError. */
export async function clientOptions(flags: ClientFlags, server: string): Promise<RegistryOptions & { readonly ca: readonly string[] }> {
  const origin = originOf(server, flags);
  return { origin, attempts: ATTEMPTS, credentials: await credentialsFor(origin.host, flags), ca: trusted(origin.host, flags) };
}

function originOf(server: string, { plainHttp }: ClientFlags): URL {
  if (/^https?:\/\//.test(server)) {
    if (!URL.canParse(server)) throw new UsageError(`${server} is no URL of a registry.`);
    const { username, password, origin } = new URL(server);
    if (username !== '' || password !== '') throw new UsageError('A URL is no place for a login: other users of this machine see it.');
    return new URL(origin);
  }
  const scheme = plainHttp === true || LOOPBACK.test(server) ? 'http' : 'https';
  if (!URL.canParse(`${scheme}://${server}`)) throw new UsageError(`${server} is no address of a registry.`);
  return new URL(`${scheme}://${server}`);
}

async function credentialsFor(host: string, flags: ClientFlags): Promise<Login | undefined> {
  const { username, passwordFile, passwordStdin } = flags;
  if (username === undefined) {
    if (passwordFile !== undefined || passwordStdin === true) throw new UsageError('A password needs --username.');
    return storedCredentials(host, loginFiles());
  }
  if (passwordFile !== undefined && passwordStdin === true) throw new UsageError('Give one of --password-file and --password-stdin.');
  return { username, password: await passwordOf(host, flags) };
}

async function passwordOf(host: string, { username, passwordFile, passwordStdin }: ClientFlags): Promise<string> {
  if (passwordFile !== undefined || passwordStdin === true) {
    const from = passwordFile ?? 'the standard input';
    const line = readText(passwordFile ?? 0, from).split(/\r?\n/, 1)[0] ?? '';
    if (line === '') throw new UsageError(`The first line of ${from} is empty; it should hold the password.`);
    return line;
  }
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true)
    throw new UsageError('There is no terminal to ask for the password. Use --password-file or --password-stdin.');
  const { isCancel, password } = await import('@clack/prompts');
  const answer = await password({ message: `Password of ${username} at ${host}`, output: process.stderr });
  if (isCancel(answer)) throw new UsageError('Cancelled; nothing was done.');
  return answer;
}

/** In the order of podman's and docker's own. */
function loginFiles(): string[] {
  const { REGISTRY_AUTH_FILE: own, XDG_RUNTIME_DIR: runtime, DOCKER_CONFIG: docker } = process.env;
  return [
    ...(own === undefined ? [] : [own]),
    ...(runtime === undefined ? [] : [join(runtime, 'containers/auth.json')]),
    join(docker ?? join(homedir(), '.docker'), 'config.json'),
  ];
}

/** What the system trusts, what docker trusts for this host, and what is named here. Node by itself knows only its own list. */
function trusted(host: string, { caFile }: ClientFlags): string[] {
  const optional = [...SYSTEM_BUNDLES, `/etc/docker/certs.d/${host}/ca.crt`];
  const found = optional.flatMap((path) => {
    try {
      return [readFileSync(path, 'utf8')];
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(String((error as { code?: unknown }).code))) return [];
      throw error;
    }
  });
  return [...rootCertificates, ...found, ...(caFile === undefined ? [] : [readText(caFile, caFile)])];
}

function readText(source: string | 0, name: string): string {
  try {
    return readFileSync(source, 'utf8');
  } catch (error) {
    throw new UsageError(`${name} cannot be read: ${(error as Error).message}.`);
  }
}
