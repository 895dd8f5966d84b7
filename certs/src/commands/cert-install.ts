import { confirm, isCancel } from '@clack/prompts';
import type { Command } from 'commander';
import { homedir } from 'node:os';
import { CertificateError, CertificateUsageError } from '../errors.ts';
import { applyInstall, applyUndo } from '../install/apply-install.ts';
import { manualInstructions } from '../install/instructions.ts';
import { caFromFile, caFromServer, servesUnder } from '../install/obtain-ca.ts';
import { type InstallStep, planInstall, planUndo } from '../install/plan-install.ts';
import { ENGINES, type Engine, type InstallEnvironment, installTargets } from '../install/targets.ts';
import { type HostAndPort, parseHostAndPort } from '../inspect/served-certificate.ts';
import { isSingleLabel, singleLabelWarning } from '../names/subject-name.ts';
import { typedHost } from '../doctor/docker-words.ts';
import { verifyLikeGo } from '../verify/go-verifier.ts';
import type { Certificate } from '../x509/read-certificate.ts';
import { action, collect, type CommandIo, newCommand, printJson, say, warn } from './command-io.ts';

interface Options {
  readonly host: string;
  readonly ca?: string;
  readonly fingerprint?: string;
  readonly engine: string[];
  readonly rootless?: boolean;
  readonly dryRun?: boolean;
  readonly undo?: boolean;
  readonly force?: boolean;
  readonly instructions?: boolean;
  readonly json?: boolean;
}

export function systemInstallEnvironment(): InstallEnvironment {
  return { root: '/', home: homedir(), env: process.env, isRoot: process.getuid?.() === 0 };
}

export function installCommand(io: CommandIo, environment: InstallEnvironment = systemInstallEnvironment()): Command {
  return newCommand(io, 'install')
    .description("make this machine's docker, containerd and podman trust a registry")
    .requiredOption('--host <host[:port]>', 'the registry, exactly as it is typed in image names')
    .option('--ca <file>', 'the CA certificate (default: asked from the server, and shown for confirmation)')
    .option('--fingerprint <sha256>', "the CA's SHA-256 fingerprint, when it is fetched from the server without a person to confirm it")
    .option('--engine <name>', `${ENGINES.join(', ')} (repeatable; default: those found)`, collect, [])
    .option('--rootless', "write to the user's own directories (by itself when not root)")
    .option('--dry-run', 'say what would be done and change nothing')
    .option('--undo', 'remove what this command wrote')
    .option('--force', 'replace an existing ca.crt instead of adding a second file')
    .option('--instructions', 'print the manual way for Windows, macOS, browsers and others')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'before',
      'Examples:\n  berth cert install --host harbor.daemon.io --ca tls/ca.crt\n  berth cert install --host 192.168.56.121:8443 --fingerprint 5A:12:...\n  berth cert install --host harbor.daemon.io --undo\n',
    )
    .action(action(io, (options: Options) => run(io, environment, options)));
}

async function run(io: CommandIo, environment: InstallEnvironment, options: Options): Promise<number> {
  const target = parseHostAndPort(options.host);
  const host = typedHost(target);
  if (!/^[A-Za-z0-9.:[\]_-]+$/.test(host) || /^\.+$/.test(host))
    throw new CertificateUsageError(`"${options.host}" is not a host or host:port.`);
  if (isSingleLabel(target.host) && !target.explicitPort) warn(io, [singleLabelWarning(target.host)]);
  if (options.instructions) {
    io.stdout.write(manualInstructions(host, options.ca ?? 'ca.crt'));
    return 0;
  }
  const engines = options.engine.map(parseEngine);
  const targets = await installTargets(environment, { engines, rootless: options.rootless ?? !environment.isRoot });
  if (targets.length === 0)
    throw new CertificateError(
      'Neither docker, containerd nor podman was found on this machine; nothing was changed. Name one with --engine, or see --instructions.',
    );
  const steps: InstallStep[] = [];
  if (options.undo) {
    for (const one of targets) steps.push(...(await planUndo(one, host)));
    if (!options.dryRun) await applyUndo(steps);
    report(io, { host, ca: undefined, steps }, options);
    return 0;
  }
  const ca = await obtainCa(io, target, options);
  const doubt = await servesUnder(target, ca, (chain) => judge(chain, ca, target.host));
  if (doubt !== undefined) warn(io, [doubt]);
  for (const one of targets) steps.push(...(await planInstall(one, { host, ca, force: options.force === true })));
  if (!options.dryRun) await applyInstall(steps);
  report(io, { host, ca, steps }, options);
  if (!options.dryRun) say(io, `No restart is needed. Next: docker login ${host}  (berth doctor ${host} checks everything)`);
  return 0;
}

async function obtainCa(io: CommandIo, target: HostAndPort, options: Options): Promise<Certificate> {
  const wanted = options.fingerprint?.replaceAll(':', '').toUpperCase();
  const ca = options.ca === undefined ? await caFromServer(target) : await caFromFile(options.ca);
  const actual = ca.sha256.replaceAll(':', '');
  if (wanted !== undefined && wanted !== actual)
    throw new CertificateError(
      `The CA has the fingerprint ${ca.sha256}, not the one you named. Nothing was changed: someone may be in between.`,
    );
  if (options.ca !== undefined || wanted !== undefined || options.dryRun) return ca;
  const facts = `The server offers the CA "${ca.subject.text}" with the SHA-256 fingerprint\n  ${ca.sha256}`;
  if (!io.interactive)
    throw new CertificateError(
      `${facts}\nNothing vouches for it yet. Compare it with the server's administrator and repeat with --fingerprint ${ca.sha256}, or name the file with --ca. Nothing was changed.`,
    );
  say(io, facts, 'Compare it with the server: berth cert inspect tls/ca.crt');
  const answer = await confirm({ message: 'Trust it?', initialValue: false, output: process.stderr });
  if (isCancel(answer) || answer !== true) throw new CertificateError('Not confirmed. Nothing was changed.');
  return ca;
}

/** A warning when what the host serves would still be refused with this CA. */
function judge(chain: readonly Certificate[], ca: Certificate, host: string): string | undefined {
  const [problem] = verifyLikeGo({ chain, roots: [ca], host, now: new Date() }).problems;
  return problem === undefined
    ? undefined
    : `With this CA the registry would still be refused: ${problem.message}. See: berth doctor ${host}`;
}

function parseEngine(name: string): Engine {
  const found = ENGINES.find((one) => one === name.toLowerCase());
  if (found === undefined) throw new CertificateUsageError(`"${name}" is not an engine that is known here: ${ENGINES.join(', ')}.`);
  return found;
}

interface Result {
  readonly host: string;
  readonly ca: Certificate | undefined;
  readonly steps: readonly InstallStep[];
}

function report(io: CommandIo, { host, ca, steps }: Result, options: Options): void {
  if (options.json) {
    printJson(io, {
      host,
      dryRun: options.dryRun === true,
      ca: ca ? { subject: ca.subject.text, sha256: ca.sha256 } : null,
      steps: steps.map(({ engine, action: what, path, note }) => ({ engine, action: what, path, note: note ?? null })),
    });
    return;
  }
  if (steps.length === 0) io.stdout.write(`Nothing was found that this command wrote for ${host}.\n`);
  for (const step of steps)
    io.stdout.write(`${options.dryRun ? 'would ' : ''}${step.action.padEnd(8)}${step.path}${step.note ? `  (${step.note})` : ''}\n`);
}
