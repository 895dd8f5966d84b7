import { search } from '@berth/api-contract';
import { keepPreviousData } from '@tanstack/react-query';
import { getOne } from '../../shared/api/fetcher.ts';
import { repositoryParts, type Target } from './targets.ts';

const SHOWN = 8;
const LEAST_LETTERS = 2;

export interface Hits {
  readonly projects: readonly Target[];
  readonly repositories: readonly Target[];
  readonly tags: readonly Target[];
  readonly digests: readonly Target[];
}

/** One search over projects, repositories, tags and digests, of what this person may see. */
export function searchQuery(text: string) {
  return {
    queryKey: ['palette', text],
    queryFn: async ({ signal }: { signal: AbortSignal }): Promise<Hits> => {
      const found = await getOne('/search', search, { query: { q: text, limit: SHOWN }, signal });
      return {
        projects: found.project.map(({ name }) => ({ kind: 'project', project: name })),
        repositories: found.repository.map(({ repository_name: name }) => ({ kind: 'repository', ...repositoryParts(name) })),
        tags: found.tag.map(({ repository_name: name, tag }) => ({ kind: 'artifact', ...repositoryParts(name), reference: tag })),
        digests: found.artifact.map(({ repository_name: name, digest }) => ({
          kind: 'artifact',
          ...repositoryParts(name),
          reference: digest,
        })),
      };
    },
    enabled: text.length >= LEAST_LETTERS,
    placeholderData: keepPreviousData,
  };
}
