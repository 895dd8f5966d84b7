import { attributeOf } from '../x509/distinguished-name.ts';
import { EXTENSION, isKnownSignature, isWeakSignature, PURPOSE } from '../x509/oids.ts';
import { type Certificate, isSignedBy } from '../x509/read-certificate.ts';
import { hostnameProblem } from './host-match.ts';

/** The kinds of refusal of Go's verifier, in the order in which it looks. */
export type VerifyProblemCode = 'malformed' | 'key' | 'critical-extension' | 'not-yet-valid' | 'expired' | 'name' | 'authority' | 'usage';

export interface VerifyProblem {
  readonly code: VerifyProblemCode;
  /** Go's own words, beginning with "x509: " except where the handshake fails before the chain is judged. */
  readonly message: string;
  /** The certificate that is at fault. */
  readonly certificate: Certificate;
}

export interface VerifyInput {
  /** As served: the server's certificate first. */
  readonly chain: readonly Certificate[];
  readonly roots: readonly Certificate[];
  readonly host: string;
  readonly now: Date;
}

export interface VerifyResult {
  /** Every refusal that would be met, the one that Go meets (and docker prints) first. Empty: accepted. */
  readonly problems: readonly VerifyProblem[];
  /** The accepted chain up to its root, when one was found. */
  readonly path: readonly Certificate[] | undefined;
}

const HANDLED_CRITICAL: readonly string[] = [
  EXTENSION.keyUsage,
  EXTENSION.basicConstraints,
  EXTENSION.nameConstraints,
  EXTENSION.crlDistributionPoints,
  EXTENSION.authorityKeyId,
  EXTENSION.extendedKeyUsage,
  EXTENSION.subjectKeyId,
  EXTENSION.certificatePolicies,
  EXTENSION.authorityInfoAccess,
];
/** Signatures tried while a chain is sought; Go allows as many before it gives up. */
const MAX_SIGNATURE_CHECKS = 100;

/**
 * Judges a served chain by the rules of Go's crypto/x509 (Certificate.Verify for server authentication), which every Go client of a registry follows.
 * Name constraints and policies are not evaluated.
 */
export function verifyLikeGo(input: VerifyInput): VerifyResult {
  const [leaf, ...intermediates] = input.chain;
  if (leaf === undefined) return { problems: [], path: undefined };
  const problems: VerifyProblem[] = [];
  if (leaf.serialIsNegative) problems.push({ code: 'malformed', message: 'x509: negative serial number', certificate: leaf });
  const key = keyProblem(leaf);
  if (key !== undefined) problems.push({ code: 'key', message: key, certificate: leaf });
  const own = invalidity(leaf, { now: input.now, isIntermediate: false });
  if (own !== undefined) problems.push(own);
  const name = hostnameProblem(leaf, input.host);
  if (name !== undefined) problems.push({ code: 'name', message: `x509: ${name}`, certificate: leaf });
  const search = new ChainSearch(input.roots, intermediates, input.now);
  const path = search.from(leaf);
  if (path === undefined) problems.push({ code: 'authority', message: unknownAuthority(search.hint), certificate: leaf });
  else {
    const unusable = path.find(
      (one) =>
        one.extendedKeyUsage !== undefined &&
        !one.extendedKeyUsage.includes(PURPOSE.serverAuth) &&
        !one.extendedKeyUsage.includes(PURPOSE.any),
    );
    if (unusable !== undefined)
      problems.push({ code: 'usage', message: 'x509: certificate specifies an incompatible key usage', certificate: unusable });
  }
  return { problems, path };
}

interface Hint {
  readonly message: string;
  readonly certificate: Certificate;
}

/** Depth-first search for a path to a root, as Go's buildChains does it. */
class ChainSearch {
  readonly #roots: readonly Certificate[];
  readonly #intermediates: readonly Certificate[];
  readonly #now: Date;
  #checks = 0;
  /** Why the first candidate was turned down; Go adds it to its message. */
  hint: Hint | undefined;

  constructor(roots: readonly Certificate[], intermediates: readonly Certificate[], now: Date) {
    this.#roots = roots;
    this.#intermediates = intermediates;
    this.#now = now;
  }

  from(leaf: Certificate): Certificate[] | undefined {
    if (this.#roots.some((root) => root.der.equals(leaf.der))) return [leaf];
    return this.#extend([leaf]);
  }

  #extend(path: readonly Certificate[]): Certificate[] | undefined {
    const last = path.at(-1);
    if (last === undefined) return undefined;
    for (const root of candidates(this.#roots, last)) if (this.#accepts(root, path, false)) return [...path, root];
    for (const parent of candidates(this.#intermediates, last)) {
      if (!this.#accepts(parent, path, true)) continue;
      const found = this.#extend([...path, parent]);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Whether `parent` may be put on top of `path`. */
  #accepts(parent: Certificate, path: readonly Certificate[], isIntermediate: boolean): boolean {
    const child = path.at(-1);
    if (child === undefined || path.some((one) => one.der.equals(parent.der)) || this.#checks >= MAX_SIGNATURE_CHECKS) return false;
    this.#checks += 1;
    // Go cannot even read a CA with such a key, so it is not among the candidates.
    if (keyProblem(parent) !== undefined) return false;
    const problem =
      signatureProblem(child, parent) ?? invalidity(parent, { now: this.#now, isIntermediate, below: path.length - 1 })?.message;
    if (problem === undefined) return true;
    this.hint ??= { message: problem, certificate: parent };
    return false;
  }
}

/** Issuers by name, those whose key identifier fits first. */
function candidates(pool: readonly Certificate[], child: Certificate): Certificate[] {
  const named = pool.filter((one) => one.subject.raw.equals(child.issuer.raw));
  const rank = (one: Certificate) =>
    one.subjectKeyId === child.authorityKeyId ? 0 : one.subjectKeyId === undefined || child.authorityKeyId === undefined ? 1 : 2;
  return named.sort((a, b) => rank(a) - rank(b));
}

/** Go's CheckSignatureFrom. */
function signatureProblem(child: Certificate, parent: Certificate): string | undefined {
  const constraint = 'x509: invalid signature: parent certificate cannot sign this kind of certificate';
  if (parent.version === 3 && parent.basicConstraints === undefined) return constraint;
  if (parent.basicConstraints !== undefined && !parent.basicConstraints.ca) return constraint;
  if (parent.keyUsage !== undefined && !parent.keyUsage.includes('keyCertSign')) return constraint;
  if (isWeakSignature(child.signatureAlgorithm)) return `x509: cannot verify signature: insecure algorithm ${child.signatureAlgorithm}`;
  if (!isKnownSignature(child.signatureAlgorithm)) return 'x509: cannot verify signature: algorithm unimplemented';
  if (isSignedBy(child, parent)) return undefined;
  return parent.publicKey?.asymmetricKeyType === 'rsa' ? 'crypto/rsa: verification error' : 'x509: ECDSA verification failure';
}

const GO_CURVES: readonly string[] = ['secp224r1', 'prime256v1', 'secp384r1', 'secp521r1'];

/**
 * Kinds of keys that Go does not know: OpenSSL makes certificates with them, and their signatures are right, but a server that has one shares
 * no way to sign with its clients and ends the handshake.
 */
function keyProblem({ publicKey }: Certificate): string | undefined {
  const type = publicKey?.asymmetricKeyType;
  const isKnown = type === 'rsa' || type === 'ed25519' || GO_CURVES.includes(publicKey?.asymmetricKeyDetails?.namedCurve ?? '');
  return isKnown ? undefined : 'remote error: tls: handshake failure';
}

/** Go's isValid: critical extensions, dates, and for issuers the right to issue. */
function invalidity(
  certificate: Certificate,
  context: { readonly now: Date; readonly isIntermediate: boolean; readonly below?: number },
): VerifyProblem | undefined {
  const problem = (code: VerifyProblemCode, message: string): VerifyProblem => ({ code, message: `x509: ${message}`, certificate });
  if (certificate.extensions.some((one) => one.critical && !isHandled(one.oid, certificate)))
    return problem('critical-extension', 'unhandled critical extension');
  const now = goTime(context.now);
  const expired = 'certificate has expired or is not yet valid: current time';
  if (context.now < certificate.notBefore) return problem('not-yet-valid', `${expired} ${now} is before ${goTime(certificate.notBefore)}`);
  if (context.now > certificate.notAfter) return problem('expired', `${expired} ${now} is after ${goTime(certificate.notAfter)}`);
  if (context.isIntermediate && !certificate.basicConstraints?.ca)
    return problem('authority', 'certificate is not authorized to sign other certificates');
  const limit = certificate.basicConstraints?.pathLength;
  if (limit !== undefined && context.below !== undefined && context.below > limit)
    return problem('authority', 'too many intermediates for path length constraint');
  return undefined;
}

function isHandled(oid: string, certificate: Certificate): boolean {
  if (oid !== EXTENSION.subjectAltName) return HANDLED_CRITICAL.includes(oid);
  const names = certificate.altNames;
  return names !== undefined && names.dns.length + names.ip.length + names.uri.length + names.email.length > 0;
}

function unknownAuthority(hint: Hint | undefined): string {
  const text = 'x509: certificate signed by unknown authority';
  if (hint === undefined) return text;
  const { certificate, message } = hint;
  const name =
    attributeOf(certificate.subject, 'CN') || attributeOf(certificate.subject, 'O') || `serial:${BigInt(`0x${certificate.serial || '0'}`)}`;
  return `${text} (possibly because of ${JSON.stringify(message)} while trying to verify candidate authority certificate ${JSON.stringify(name)})`;
}

/** RFC 3339 in UTC with seconds, as Go prints it. */
function goTime(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
