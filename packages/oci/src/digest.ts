import { createHash, type Hash } from 'node:crypto';
import { OciError } from './errors.ts';
import { type Sentence, say } from './sentence.ts';

declare const digestBrand: unique symbol;
/** `<algorithm>:<hex>` checked by {@link parseDigest}; the only way to hold a digest inside Berth. */
export type Digest = string & { readonly [digestBrand]: true };

/** Algorithms whose content Berth accepts. Source: image-spec descriptor.md, "Registered algorithms". */
export type DigestAlgorithm = 'sha256' | 'sha512';
export const DIGEST_ALGORITHMS: readonly DigestAlgorithm[] = ['sha256', 'sha512'];

const HEX_LENGTH: Record<DigestAlgorithm, number> = { sha256: 64, sha512: 128 };
const PREFIXES = DIGEST_ALGORITHMS.map((name) => `"${name}:"`).join(' or ');
const SHAPE = /^(sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;

export function isDigest(text: string): text is Digest {
  return SHAPE.test(text);
}

/**
 * Reads a digest. Throws DIGEST_INVALID with a sentence when the algorithm is not supported or the hex part has the wrong
 * length or letters (upper case is not canonical). Source: image-spec descriptor.md, "Digests".
 */
export function parseDigest(text: string): Digest {
  if (isDigest(text)) return text;
  throw new OciError('DIGEST_INVALID', explain(text), { detail: { digest: text.slice(0, 160) } });
}

function explain(text: string): Sentence {
  const colon = text.indexOf(':');
  const algorithm = colon < 0 ? '' : text.slice(0, colon);
  const known = DIGEST_ALGORITHMS.find((name) => name === algorithm);
  if (known === undefined) return say('digest-algorithm')`The digest must start with ${{ known: PREFIXES }}.`;
  return say(
    'digest-length',
  )`A ${{ known }} digest is "${{ known }}:" followed by exactly ${{ length: HEX_LENGTH[known] }} lower-case hexadecimal digits.`;
}

export function digestAlgorithm(digest: Digest): DigestAlgorithm {
  return digest.startsWith('sha512:') ? 'sha512' : 'sha256';
}

/** The hexadecimal part, 64 or 128 characters of `[a-f0-9]`: safe as a file name. */
export function digestHex(digest: Digest): string {
  return digest.slice(7);
}

export function digestOfBytes(bytes: Uint8Array, algorithm: DigestAlgorithm = 'sha256'): Digest {
  return `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}` as Digest;
}

/** The digest of what `hash` has seen so far, leaving it usable: Node exports no hash state, a copy gives the prefix digest. */
export function digestSoFar(hash: Hash, algorithm: DigestAlgorithm): Digest {
  return `${algorithm}:${hash.copy().digest('hex')}` as Digest;
}

export function startHash(algorithm: DigestAlgorithm): Hash {
  return createHash(algorithm);
}

/** Reads `?digest-algorithm=`; throws DIGEST_INVALID for one that is not supported. */
export function parseDigestAlgorithm(text: string): DigestAlgorithm {
  const found = DIGEST_ALGORITHMS.find((name) => name === text);
  if (found !== undefined) return found;
  throw new OciError('DIGEST_INVALID', `The digest algorithm must be one of ${DIGEST_ALGORITHMS.join(', ')}.`);
}
