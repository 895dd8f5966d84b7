import { createRoute } from '@tanstack/react-router';
import { parseListSearch } from '../../shared/list/list-search.ts';
import { pageComponent } from '../page-component.ts';
import { shell } from './frame-routes.ts';
import { idOf, wordsOf } from './search-words.ts';

/** As long as the API takes paths. */
const MAX_PATH = 2_000;

const repository = createRoute({
  getParentRoute: () => shell,
  path: '/projects/$project/repositories/$repository',
});

const repositoryFrame = createRoute({
  getParentRoute: () => repository,
  id: 'frame',
  component: pageComponent(['content'], () => import('../../features/repositories/repository-frame.tsx'), 'RepositoryFrame'),
});

const repositoryWatched = createRoute({
  getParentRoute: () => repositoryFrame,
  id: 'watched',
  component: pageComponent(['live'], () => import('../../features/live/push-watch.tsx'), 'RepositoryPushes'),
});

const repositoryTags = createRoute({
  getParentRoute: () => repositoryWatched,
  path: '/',
  validateSearch: parseListSearch,
  component: pageComponent(['content'], () => import('../../features/repositories/tags-tab.tsx'), 'TagsTab'),
});

const repositoryDigests = createRoute({
  getParentRoute: () => repositoryWatched,
  path: '/digests',
  validateSearch: (
    search: Record<string, unknown>,
  ): ReturnType<typeof parseListSearch> & { shown?: 'tagged' | 'untagged' | 'pinned'; label?: number } => ({
    ...parseListSearch(search),
    ...(search['shown'] === 'tagged' || search['shown'] === 'untagged' || search['shown'] === 'pinned' ? { shown: search['shown'] } : {}),
    ...idOf(search, 'label'),
  }),
  component: pageComponent(['content'], () => import('../../features/repositories/digests-tab.tsx'), 'DigestsTab'),
});

const repositoryHistory = createRoute({
  getParentRoute: () => repositoryWatched,
  path: '/history',
  validateSearch: (search: Record<string, unknown>): ReturnType<typeof parseListSearch> & { tag?: string } => ({
    ...parseListSearch(search),
    ...(typeof search['tag'] === 'string' || typeof search['tag'] === 'number' ? { tag: String(search['tag']) } : {}),
  }),
  component: pageComponent(['content'], () => import('../../features/repositories/history-tab.tsx'), 'HistoryTab'),
});

const artifact = createRoute({
  getParentRoute: () => repository,
  path: '/artifacts/$reference',
  validateSearch: (search: Record<string, unknown>): { platform?: string } => wordsOf(search, 'platform'),
});

const artifactOverview = createRoute({
  getParentRoute: () => artifact,
  path: '/',
  component: pageComponent(['content'], () => import('../../features/artifacts/artifact-page.tsx'), 'ArtifactPage'),
});

const artifactFiles = createRoute({
  getParentRoute: () => artifact,
  path: '/files',
  validateSearch: (search: Record<string, unknown>): { directory?: string; text?: string } => ({
    ...wordsOf(search, 'directory', MAX_PATH),
    ...wordsOf(search, 'text'),
  }),
  component: pageComponent(['content', 'files'], () => import('../../features/files/files-page.tsx'), 'FilesPage'),
});

const compare = createRoute({
  getParentRoute: () => repository,
  path: '/compare',
  validateSearch: (search: Record<string, unknown>): { from?: string; to?: string; platform?: string } => ({
    ...wordsOf(search, 'from'),
    ...wordsOf(search, 'to'),
    ...wordsOf(search, 'platform'),
  }),
  component: pageComponent(['content', 'files'], () => import('../../features/files/compare-page.tsx'), 'ComparePage'),
});

export const repositoryTree = repository.addChildren([
  repositoryFrame.addChildren([repositoryWatched.addChildren([repositoryTags, repositoryDigests, repositoryHistory])]),
  artifact.addChildren([artifactOverview, artifactFiles]),
  compare,
]);
