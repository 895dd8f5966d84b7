import { OciError } from './errors.ts';
import { say } from './sentence.ts';

declare const repositoryBrand: unique symbol;
/** `<project>/<path>` checked by {@link parseRepositoryName}. */
export type RepositoryName = string & { readonly [repositoryBrand]: true };

declare const projectBrand: unique symbol;
/** Harbor's project name, checked by {@link parseProjectName}. */
export type ProjectName = string & { readonly [projectBrand]: true };

/** distribution-spec 1.1, "Pulling manifests": each component; host and name together stay below 255 characters for docker. */
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const NAME = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`);
const MAX_NAME = 255;
/** Harbor's pattern: no run of separators inside a project name. */
const PROJECT = /^[a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/**
 * Reads a repository name of at least two components, the first being a project name.
 * Throws NAME_INVALID with the sentence that says what to push to instead.
 */
export function parseRepositoryName(text: string): RepositoryName {
  if (text.length === 0 || text.length > MAX_NAME) {
    throw new OciError('NAME_INVALID', say('repository-name-length')`A repository name has 1 to ${{ most: MAX_NAME }} characters.`);
  }
  if (!NAME.test(text)) {
    throw new OciError(
      'NAME_INVALID',
      say(
        'repository-name-invalid',
      )`A repository name consists of lower-case letters, digits and single separators (. _ __ -) in components divided by "/".`,
    );
  }
  const slash = text.indexOf('/');
  if (slash < 0) {
    throw new OciError(
      'NAME_INVALID',
      say(
        'repository-without-project',
      )`A repository belongs to a project: use <host>/<project>/${{ name: text }} instead of <host>/${{ name: text }}.`,
    );
  }
  parseProjectName(text.slice(0, slash));
  return text as RepositoryName;
}

/** Reads a project name (Harbor: `[a-z0-9]+(?:[._-][a-z0-9]+)*`, at most 255 characters). Throws NAME_INVALID. */
export function parseProjectName(text: string): ProjectName {
  if (text.length > 0 && text.length <= MAX_NAME && PROJECT.test(text)) return text as ProjectName;
  throw new OciError(
    'NAME_INVALID',
    say(
      'project-name-invalid',
    )`A project name has 1 to ${{ most: MAX_NAME }} lower-case letters and digits, with single ".", "_" or "-" between them.`,
  );
}

export function projectOf(name: RepositoryName): ProjectName {
  return name.slice(0, name.indexOf('/')) as ProjectName;
}
