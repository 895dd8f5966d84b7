import { createRoute } from '@tanstack/react-router';
import { parseListSearch } from '../../shared/list/list-search.ts';
import { pageComponent } from '../page-component.ts';
import { shell } from './frame-routes.ts';
import { idOf, parseDays } from './search-words.ts';

export const projects = createRoute({
  getParentRoute: () => shell,
  path: '/projects',
  validateSearch: (search: Record<string, unknown>): ReturnType<typeof parseListSearch> & { visibility?: 'public' | 'private' } => ({
    ...parseListSearch(search),
    ...(search['visibility'] === 'public' || search['visibility'] === 'private' ? { visibility: search['visibility'] } : {}),
  }),
  component: pageComponent([], () => import('../../features/projects/projects-page.tsx'), 'ProjectsPage'),
});

const project = createRoute({
  getParentRoute: () => shell,
  path: '/projects/$project',
  component: pageComponent([], () => import('../../features/projects/project-frame.tsx'), 'ProjectFrame'),
});

const projectWatched = createRoute({
  getParentRoute: () => project,
  id: 'watched',
  component: pageComponent(['live'], () => import('../../features/live/push-watch.tsx'), 'ProjectPushes'),
});

const projectRepositories = createRoute({
  getParentRoute: () => projectWatched,
  path: '/',
  validateSearch: parseListSearch,
  component: pageComponent([], () => import('../../features/projects/repositories-tab.tsx'), 'RepositoriesTab'),
});

const projectOverview = createRoute({
  getParentRoute: () => projectWatched,
  path: '/overview',
  component: pageComponent(['overview'], () => import('../../features/overview/overview-tab.tsx'), 'OverviewTab'),
});

const projectOverviewTrends = createRoute({
  getParentRoute: () => projectOverview,
  path: '/',
  validateSearch: parseDays,
  component: pageComponent(['trends'], () => import('../../features/trends/trends-pages.tsx'), 'ProjectOverviewTrends'),
});

const projectMembers = createRoute({
  getParentRoute: () => project,
  path: '/members',
  validateSearch: parseListSearch,
  component: pageComponent([], () => import('../../features/projects/members-tab.tsx'), 'MembersTab'),
});

const projectSettings = createRoute({
  getParentRoute: () => project,
  path: '/settings',
  component: pageComponent([], () => import('../../features/projects/settings-tab.tsx'), 'SettingsTab'),
});

const projectTrends = createRoute({
  getParentRoute: () => project,
  path: '/statistics',
  validateSearch: parseDays,
  component: pageComponent(['trends'], () => import('../../features/trends/trends-pages.tsx'), 'ProjectTrendsTab'),
});

const projectTrash = createRoute({
  getParentRoute: () => project,
  path: '/trash',
  validateSearch: parseListSearch,
  component: pageComponent(['system', 'content'], () => import('../../features/trash/project-trash-tab.tsx'), 'ProjectTrashTab'),
});

const projectLabels = createRoute({
  getParentRoute: () => project,
  path: '/labels',
  validateSearch: parseListSearch,
  component: pageComponent(['identity'], () => import('../../features/labels/project-labels-tab.tsx'), 'ProjectLabelsTab'),
});

const projectImmutability = createRoute({
  getParentRoute: () => project,
  path: '/immutable-tags',
  validateSearch: parseListSearch,
  component: pageComponent(['policies'], () => import('../../features/immutability/immutability-tab.tsx'), 'ImmutabilityTab'),
});

const projectRetention = createRoute({
  getParentRoute: () => project,
  path: '/retention',
  validateSearch: parseListSearch,
  component: pageComponent(['policies'], () => import('../../features/retention/retention-tab.tsx'), 'RetentionTab'),
});

const projectRetentionRun = createRoute({
  getParentRoute: () => project,
  path: '/retention/$run',
  validateSearch: (search: Record<string, unknown>): ReturnType<typeof parseListSearch> & { task?: number } => ({
    ...parseListSearch(search),
    ...idOf(search, 'task'),
  }),
  component: pageComponent(['policies'], () => import('../../features/retention/retention-run-tab.tsx'), 'RetentionRunTab'),
});

const projectUpload = createRoute({
  getParentRoute: () => project,
  path: '/upload',
  component: pageComponent(['policies'], () => import('../../features/archives/archive-tab.tsx'), 'ArchiveTab'),
});

const projectQuota = createRoute({
  getParentRoute: () => project,
  path: '/quota',
  component: pageComponent(['system'], () => import('../../features/quotas/project-quota-tab.tsx'), 'ProjectQuotaTab'),
});

const projectActivity = createRoute({
  getParentRoute: () => project,
  path: '/activity',
  validateSearch: parseListSearch,
  component: pageComponent(['policies', 'audited'], () => import('../../features/activity/project-activity-tab.tsx'), 'ProjectActivityTab'),
});

const projectRobots = createRoute({
  getParentRoute: () => project,
  path: '/robots',
  validateSearch: parseListSearch,
  component: pageComponent(['people', 'identity'], () => import('../../features/robots/robots-tab.tsx'), 'RobotsTab'),
});

export const projectTree = project.addChildren([
  projectWatched.addChildren([projectRepositories, projectOverview.addChildren([projectOverviewTrends])]),
  projectTrends,
  projectMembers,
  projectRobots,
  projectLabels,
  projectImmutability,
  projectRetention,
  projectRetentionRun,
  projectUpload,
  projectQuota,
  projectActivity,
  projectTrash,
  projectSettings,
]);
