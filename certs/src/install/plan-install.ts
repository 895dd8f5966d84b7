import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CertificateError } from '../errors.ts';
import { readInputIfPresent } from '../files/read-input.ts';
import { readPem, looksLikePem, writePem } from '../pem.ts';
import type { Certificate } from '../x509/read-certificate.ts';
import type { InstallTarget } from './targets.ts';

/** The first line of every file that `install` writes; `--undo` removes only files that begin with it. PEM and TOML readers skip it. */
export const INSTALL_MARK = '# Written by berth cert install';

export interface InstallStep {
  readonly engine: string;
  readonly action: 'write' | 'replace' | 'keep' | 'remove' | 'manual';
  readonly path: string;
  /** New content for write and replace. */
  readonly content?: string;
  /** What a person must do, or why nothing is done. */
  readonly note?: string;
}

export interface InstallRequest {
  /** `host[:port]` exactly as typed in image names. */
  readonly host: string;
  readonly ca: Certificate;
  readonly force: boolean;
}

/** What would be written to make `target` trust the CA for the host. Reads only. */
export async function planInstall(target: InstallTarget, request: InstallRequest): Promise<InstallStep[]> {
  const directory = join(target.directory, request.host);
  const steps: InstallStep[] = [];
  const ca = await planCa(target, directory, request);
  steps.push(ca);
  const hostsToml = join(directory, 'hosts.toml');
  const present = (await readInputIfPresent(hostsToml))?.toString('utf8');
  if (target.engine === 'containerd')
    steps.push(planHostsToml({ path: hostsToml, present, ca: ca.path, request }), ...(await containerdNote(target)));
  // docker 29 reads hosts.toml too, and then no longer the bare *.crt.
  else if (present !== undefined && !present.includes(ca.path))
    steps.push(manualHostsToml(target.engine, { path: hostsToml, ca: ca.path, host: request.host }));
  return steps;
}

async function planCa(target: InstallTarget, directory: string, request: InstallRequest): Promise<InstallStep> {
  const content = `${INSTALL_MARK} for ${request.host}: ${request.ca.subject.text.replace(/[^\x20-\x7e]/g, '?')}\n${writePem('CERTIFICATE', request.ca.der)}`;
  const { engine } = target;
  const existing = await holders(directory, request.ca);
  const [holder] = existing;
  if (holder !== undefined) return { engine, action: 'keep', path: holder, note: 'this CA is there already' };
  const path = join(directory, 'ca.crt');
  const present = await readInputIfPresent(path).catch(emptyIsNothing);
  if (present === undefined) return { engine, action: 'write', path, content };
  // What this command wrote itself is not worth keeping, and kept it would take the place of what someone else wrote.
  if (present.length === 0 || (request.force && present.toString('utf8', 0, INSTALL_MARK.length) === INSTALL_MARK))
    return { engine, action: 'replace', path, content };
  if (request.force) return { engine, action: 'replace', path, content, note: `the file before is kept as ${path}.before-berth` };
  // Every *.crt is read, so another CA can stay beside the new one and nothing is overwritten.
  const second = join(directory, `berth-${request.ca.sha256.replaceAll(':', '').slice(0, 8).toLowerCase()}.crt`);
  return {
    engine,
    action: 'write',
    path: second,
    content,
    note: `${path} holds another CA and was kept; both are trusted. Use --force to replace it`,
  };
}

/** Files in the directory that hold this very CA. */
async function holders(directory: string, ca: Certificate): Promise<string[]> {
  const names = await readdir(directory).catch(() => [] as string[]);
  const found: string[] = [];
  for (const name of names.filter((one) => one.endsWith('.crt')).sort()) {
    const bytes = await readInputIfPresent(join(directory, name)).catch(emptyIsFree);
    if (bytes !== undefined && holdsCertificate(bytes, ca)) found.push(join(directory, name));
  }
  return found;
}

function holdsCertificate(bytes: Buffer, ca: Certificate): boolean {
  if (!looksLikePem(bytes)) return false;
  try {
    return readPem(bytes.toString('latin1')).some((block) => block.der.equals(ca.der));
  } catch (error) {
    if (error instanceof CertificateError) return false;
    throw error;
  }
}

interface HostsTomlPlan {
  readonly path: string;
  readonly present: string | undefined;
  readonly ca: string;
  readonly request: InstallRequest;
}

function planHostsToml({ path, present, ca, request }: HostsTomlPlan): InstallStep {
  const server = `https://${request.host}`;
  const content = `${INSTALL_MARK} for ${request.host}\nserver = "${server}"\n\n[host."${server}"]\n  capabilities = ["pull", "resolve", "push"]\n  ca = "${ca}"\n`;
  if (present === undefined) return { engine: 'containerd', action: 'write', path, content };
  if (present.includes(`"${ca}"`)) return { engine: 'containerd', action: 'keep', path, note: 'it names this CA already' };
  if (present.startsWith(INSTALL_MARK) || request.force)
    return {
      engine: 'containerd',
      action: 'replace',
      path,
      content,
      ...(present.startsWith(INSTALL_MARK) ? {} : { note: `the file before is kept as ${path}.before-berth` }),
    };
  return manualHostsToml('containerd', { path, ca, host: request.host });
}

function manualHostsToml(engine: string, file: { readonly path: string; readonly ca: string; readonly host: string }): InstallStep {
  const { path, ca, host } = file;
  return {
    engine,
    action: 'manual',
    path,
    note: `it was written by someone else and was kept: add ca = "${ca}" to its [host."https://${host}"] section`,
  };
}

/** containerd reads certs.d only when its configuration says so. */
async function containerdNote(target: InstallTarget): Promise<InstallStep[]> {
  const path = join(target.directory, '..', 'config.toml');
  const text = (await readInputIfPresent(path).catch(emptyIsFree))?.toString('utf8').replace(/^\s*#.*$/gm, '') ?? '';
  if (/config_path\s*=\s*["'][^"']*certs\.d/.test(text)) return [];
  return [
    {
      engine: 'containerd',
      action: 'manual',
      path,
      note: `Kubernetes reads ${target.directory} only with config_path = "${target.directory}" under [plugins."io.containerd.grpc.v1.cri".registry] (containerd 2: [plugins."io.containerd.cri.v1.images".registry]); then restart containerd. nerdctl and ctr --hosts-dir need no setting`,
    },
  ];
}

/** What `--undo` removes: files in the host's directory that begin with the mark, and what they replaced comes back. */
export async function planUndo(target: InstallTarget, host: string): Promise<InstallStep[]> {
  const directory = join(target.directory, host);
  const names = await readdir(directory).catch(() => [] as string[]);
  const steps: InstallStep[] = [];
  for (const name of names.filter((one) => one.endsWith('.crt') || one === 'hosts.toml').sort()) {
    const path = join(directory, name);
    const bytes = await readInputIfPresent(path).catch(emptyIsFree);
    if (bytes?.toString('utf8', 0, INSTALL_MARK.length) !== INSTALL_MARK) continue;
    const before = names.includes(`${name}.before-berth`) ? await readInputIfPresent(`${path}.before-berth`) : undefined;
    steps.push({
      engine: target.engine,
      action: 'remove',
      path,
      ...(before === undefined ? {} : { content: before.toString('utf8'), note: 'the file before comes back' }),
    });
  }
  return steps;
}

/** An empty file has nothing to keep, but it is there, and is replaced. */
function emptyIsNothing(error: unknown): Buffer | undefined {
  return error instanceof CertificateError && error.reason === 'certificate-file-empty' ? Buffer.alloc(0) : emptyIsFree(error);
}

function emptyIsFree(error: unknown): undefined {
  if (error instanceof CertificateError) return undefined;
  throw error;
}
