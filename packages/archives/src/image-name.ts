import { OciError, parseRepositoryName, parseTag, type RepositoryName, type Tag, say } from '@berth/oci';
import { refused, shown } from './archive-refused-error.ts';

/** What an archive calls an image: `registry.example/team/app:1`. Parts that it does not tell are undefined. */
export interface ImageName {
  /** Without registry and tag: `team/app`. */
  readonly path: string | undefined;
  readonly tag: string | undefined;
}

/** Where images go. */
export interface Destination {
  readonly project: string;
  /** Below the project; where given, every image goes there. */
  readonly repository?: string | undefined;
}

/** Reads `[registry/]path[:tag][@digest]`. Docker's own registry and its `library/` are no part of the path. */
export function readImageName(text: string): ImageName {
  const [named = ''] = text.split('@');
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const path = colon < 0 ? named : named.slice(0, colon);
  return { path: withoutRegistry(path), tag: colon < 0 ? undefined : named.slice(colon + 1) };
}

function withoutRegistry(path: string): string {
  const parts = path.split('/');
  const [first = ''] = parts;
  const registry = parts.length > 1 && (/[.:]/.test(first) || first === 'localhost') ? parts.shift() : undefined;
  const docker = registry === undefined || registry === 'docker.io' || registry === 'index.docker.io';
  if (docker && parts.length === 2 && parts[0] === 'library') parts.shift();
  return parts.join('/');
}

/** `org.opencontainers.image.ref.name` holds a tag or, by some tools, a whole name. */
export function readRefName(text: string): ImageName {
  return /[/:]/.test(text) ? readImageName(text) : { path: undefined, tag: text };
}

/** The repository for an image: below the project, a project in front that has the same name is not repeated. Throws ArchiveRefusedError. */
export function repositoryFor(name: ImageName, { project, repository }: Destination): RepositoryName {
  const below = repository ?? name.path;
  if (below === undefined || below === '')
    throw refused(say('archive-nameless')`The archive does not tell the name of an image. Say into which repository it goes (repository).`);
  const prefix = `${project}/`;
  const inner = repository === undefined && below.startsWith(prefix) ? below.slice(prefix.length) : below;
  return checked(below, () => parseRepositoryName(`${project}/${inner}`));
}

/** Throws ArchiveRefusedError. */
export function tagFor(name: ImageName): Tag | undefined {
  const { tag } = name;
  return tag === undefined || tag === '' ? undefined : checked(tag, () => parseTag(tag));
}

function checked<Result>(text: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    if (error instanceof OciError)
      throw refused(say('archive-name-invalid')`${{ name: shown(text) }} cannot be the name of an image here. ${{ why: error.message }}`, {
        cause: error,
      });
    throw error;
  }
}
