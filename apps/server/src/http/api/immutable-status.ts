import type { RepositoryName, Tag } from '@berth/oci';
import { immutableTags } from '@berth/registry';
import type { ApiParts } from './api-parts.ts';

export type IsImmutable = (repository: RepositoryName, tag: Tag) => boolean;

const NEVER: IsImmutable = () => false;

/** Tells tags that a rule of the project keeps where they are: one statement for a whole page, none where nobody asks. */
export async function immutableStatus({ policy }: ApiParts, projectId: number, wanted = true): Promise<IsImmutable> {
  const rules = wanted ? await policy.immutableRules.active(projectId) : [];
  return rules.length === 0 ? NEVER : (repository, tag) => immutableTags(rules, repository, [tag]).length > 0;
}
