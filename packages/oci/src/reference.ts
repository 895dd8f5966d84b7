import { type Digest, parseDigest } from './digest.ts';
import { OciError } from './errors.ts';
import { say } from './sentence.ts';

declare const tagBrand: unique symbol;
/** A tag checked by {@link parseTag}. */
export type Tag = string & { readonly [tagBrand]: true };

/** distribution-spec 1.1, "Pulling manifests". */
const TAG = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

export type Reference = { readonly kind: 'tag'; readonly tag: Tag } | { readonly kind: 'digest'; readonly digest: Digest };

/** Throws TAG_INVALID. */
export function parseTag(text: string): Tag {
  if (TAG.test(text)) return text as Tag;
  throw new OciError(
    'TAG_INVALID',
    say('tag-invalid')`A tag has 1 to 128 letters, digits, "_", "." or "-", and starts with a letter, a digit or "_".`,
  );
}

/** A reference with a colon is a digest, any other a tag. Throws DIGEST_INVALID or TAG_INVALID. */
export function parseReference(text: string): Reference {
  return text.includes(':') ? { kind: 'digest', digest: parseDigest(text) } : { kind: 'tag', tag: parseTag(text) };
}

export function referenceText(reference: Reference): string {
  return reference.kind === 'tag' ? reference.tag : reference.digest;
}
