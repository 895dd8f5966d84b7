import { daysBetween } from '../x509/days.ts';
import type { HostAndPort, ServedCertificate } from '../inspect/served-certificate.ts';
import { EXPIRY_WARNING_DAYS } from '../server/server-certificate-files.ts';
import { appleProblems, chromiumError } from '../verify/browser-rules.ts';
import { type VerifyProblem, type VerifyResult, verifyLikeGo } from '../verify/go-verifier.ts';
import { attributeOf } from '../x509/distinguished-name.ts';
import { type Certificate, isSelfSigned, shortName } from '../x509/read-certificate.ts';
import { type Check, failure, pass, warning } from './check.ts';
import { certificateError, dockerError, typedHost } from './docker-words.ts';

export interface TrustSource {
  /** In words, for messages. */
  readonly description: string;
  readonly roots: readonly Certificate[];
  /** Roots that came from a CA file or certs.d, without the system's. */
  readonly own: readonly Certificate[];
}

export interface CertificateContext {
  readonly target: HostAndPort;
  readonly served: ServedCertificate;
  readonly trust: TrustSource;
  readonly now: Date;
  readonly goVersion: string;
  /** docker was told not to verify here. */
  readonly insecure: boolean;
}

/** Names, dates, chain, usages and signatures, each judged by Go's rules, with what a browser says. */
export function checkCertificate(context: CertificateContext): Check[] {
  const { target, served, trust, now } = context;
  const result = verifyLikeGo({ chain: served.chain, roots: trust.roots, host: target.host, now });
  const [leaf] = served.chain;
  if (leaf === undefined) return [failure('certificate', 'The server sent no certificate.')];
  const checks = [nameCheck(context, result, leaf), dateCheck(context, result, leaf), chainCheck(context, result, leaf)];
  const usage = result.problems.find(
    (one) => one.code === 'key' || one.code === 'usage' || one.code === 'critical-extension' || one.code === 'malformed',
  );
  if (usage !== undefined)
    checks.push(
      problemCheck(context, result, {
        id: 'certificate.usage',
        problem: usage,
        message: usageWords(usage),
        fix: ['issue a server certificate: berth cert server ' + target.host],
      }),
    );
  else if (result.path !== undefined) checks.push(pass('certificate.usage', 'It may be used for a server.'));
  const apple = appleProblems(leaf);
  if (apple.length > 0)
    checks.push(
      warning('certificate.apple', `Safari and docker on macOS refuse this certificate: ${apple.join('; ')}.`, {
        fix: [`berth cert renew CERTIFICATE --days 825`],
      }),
    );
  return checks;
}

interface ProblemDetails {
  readonly id: string;
  readonly problem: VerifyProblem;
  readonly message: string;
  readonly fix: readonly string[];
}

/** With verification turned off for this host docker goes on, so the same fault is a warning. */
function problemCheck(context: CertificateContext, result: VerifyResult, details: ProblemDetails): Check {
  const browser = chromiumError({ ...result, problems: [details.problem] }, context.served.chain);
  const docker = dockerError(context.target, certificateError(details.problem.message, context.goVersion));
  if (context.insecure)
    return warning(
      details.id,
      `${details.message} (This docker does not verify ${typedHost(context.target)}, so it goes on; other clients print the message below.)`,
      { docker, browser, fix: details.fix },
    );
  return failure(details.id, details.message, { docker, browser, fix: details.fix });
}

function nameCheck(context: CertificateContext, result: VerifyResult, leaf: Certificate): Check {
  const { host } = context.target;
  const problem = result.problems.find((one) => one.code === 'name');
  if (problem === undefined) return pass('certificate.name', `The certificate covers ${host}.`);
  const names = [...(leaf.altNames?.dns ?? []), ...(leaf.altNames?.ip ?? [])];
  const renew = `on the server: berth cert renew CERTIFICATE --add-host ${host}`;
  let message = `The certificate is for ${names.join(', ') || 'no name at all'}, not for ${host}.`;
  const fix = [renew];
  if (leaf.altNames === undefined) {
    message = `The certificate has no subject alternative names, only the common name "${attributeOf(leaf.subject, 'CN')}", which docker and browsers have not looked at since 2020.`;
    fix[0] = `on the server: berth cert server ${host}, then install the new CA on the clients`;
  } else if (leaf.altNames.dns.includes(host) && host.match(/^[\d.]+$|:/)) {
    message = `The address ${host} stands in the certificate as a DNS name; clients look for addresses among the IP entries only.`;
  } else if (names.some((one) => one.startsWith('*.') && host.endsWith(one.slice(1)))) {
    message = `The certificate is for ${names.join(', ')}: a wildcard covers exactly one label, and ${host} has more.`;
  } else if (names.length > 0) fix.push(`or use a name that it covers: ${names.slice(0, 5).join(', ')}`);
  return problemCheck(context, result, { id: 'certificate.name', problem, message, fix });
}

function dateCheck(context: CertificateContext, result: VerifyResult, leaf: Certificate): Check {
  const problem = result.problems.find((one) => one.code === 'expired' || one.code === 'not-yet-valid');
  if (problem !== undefined) {
    const message =
      problem.code === 'expired'
        ? `The certificate expired on ${leaf.notAfter.toISOString()}.`
        : `The certificate is valid only from ${leaf.notBefore.toISOString()}, and this machine's clock says ${context.now.toISOString()}: one of the two is wrong.`;
    const fix =
      problem.code === 'expired'
        ? ['on the server: berth cert renew CERTIFICATE']
        : ['set the clock of this machine: timedatectl set-ntp true', 'or issue the certificate again on a machine whose clock is right'];
    return problemCheck(context, result, { id: 'certificate.dates', problem, message, fix });
  }
  const days = daysBetween(context.now, leaf.notAfter);
  if (days < EXPIRY_WARNING_DAYS)
    return warning('certificate.dates', `The certificate expires in ${days} days, on ${leaf.notAfter.toISOString()}.`, {
      fix: ['on the server: berth cert renew CERTIFICATE'],
    });
  return pass('certificate.dates', `It is valid for ${days} more days.`);
}

function chainCheck(context: CertificateContext, result: VerifyResult, leaf: Certificate): Check {
  const { target, served, trust } = context;
  if (result.path !== undefined)
    return pass('certificate.chain', `It is trusted by ${trust.description}: ${result.path.map(shortName).join(' <- ')}.`);
  const problem = result.problems.find((one) => one.code === 'authority');
  if (problem === undefined) return pass('certificate.chain', 'The chain is complete.');
  const install = `on this machine: berth cert install --host ${typedHost(target)} --ca CA_FILE`;
  const details = (message: string, fix: readonly string[]) =>
    problemCheck(context, result, { id: 'certificate.chain', problem, message, fix });
  if (problem.message.includes('insecure algorithm'))
    return details(`The certificate is signed with ${leaf.signatureAlgorithm}, which is broken and no longer accepted.`, [
      `on the server: issue it again: berth cert renew CERTIFICATE, or berth cert server ${target.host}`,
    ]);
  if (problem.message.includes('algorithm unimplemented'))
    return details(`The certificate is signed with ${leaf.signatureAlgorithm}, which docker does not know.`, [
      `on the server: issue it again, signed with SHA-256 or more: berth cert server ${target.host}`,
    ]);
  if (problem.message.includes('possibly because'))
    return details(
      `The CA "${leaf.issuer.text}" is known here by name, but its key or its rights do not fit: ${trust.own.length > 0 ? 'the CA was made again with the same name and clients have the old one' : 'the CA certificate is not a proper CA'}.`,
      [`replace the CA on this machine: berth cert install --host ${typedHost(target)} --ca CA_FILE --force`],
    );
  if (isSelfSigned(leaf))
    return details(`The certificate is self-signed and not trusted here.`, [
      install,
      `better, on the server, a CA of its own: berth cert server ${target.host}`,
    ]);
  const top = served.chain.at(-1) ?? leaf;
  const servedRoot = served.chain.some(isSelfSigned);
  if (trust.own.length > 0)
    return details(
      `The server's certificate was issued by "${top.issuer.text}", but the CA installed for ${typedHost(target)} is ${trust.own.map((one) => `"${one.subject.text}"`).join(', ')}: the wrong CA, or an intermediate certificate is missing on the server.`,
      [install],
    );
  const missing = servedRoot
    ? ''
    : ' (If that CA is known to this machine, the server does not send an intermediate certificate: it must serve the full chain, HOST.crt, not HOST.cert.)';
  return details(`The certificate was issued by "${top.issuer.text}", which this machine does not trust.${missing}`, [install]);
}

function usageWords(problem: VerifyProblem): string {
  if (problem.code === 'key')
    return 'The key of the certificate is of a kind that docker and browsers do not know (Go reads RSA, EC P-256, P-384, P-521, Ed25519).';
  if (problem.code === 'malformed')
    return 'The certificate has a negative serial number, which RFC 5280 forbids and Go 1.23 and newer refuse.';
  if (problem.code === 'critical-extension') return 'The certificate has a critical extension that clients do not know.';
  return `"${shortName(problem.certificate)}" is not for servers: its extended key usage lacks serverAuth.`;
}
