import { parseReference, parseRepositoryName, type Reference, type RepositoryName } from '@berth/oci';

/** An image somewhere: `registry.example:5000/team/app:1`. */
export interface ImageReference {
  /** `host[:port]`. */
  readonly host: string;
  readonly repository: RepositoryName;
  /** `latest` when none was given, as with docker. */
  readonly reference: Reference;
}

/** Throws OciError with the sentence that tells what is wrong. */
export function parseImageReference(text: string): ImageReference {
  const [named = '', digest] = text.split('@');
  const slash = named.indexOf('/');
  const host = named.slice(0, Math.max(0, slash));
  const rest = named.slice(slash + 1);
  const colon = rest.indexOf(':');
  const repository = parseRepositoryName(colon < 0 ? rest : rest.slice(0, colon));
  const tag = colon < 0 ? 'latest' : rest.slice(colon + 1);
  return { host, repository, reference: parseReference(digest ?? tag) };
}
