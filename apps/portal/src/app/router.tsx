import type { QueryClient } from '@tanstack/react-query';
import { createRootRouteWithContext, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router';
import { type AuditSearch, parseAuditSearch } from '../features/audit/audit-search.ts';
import { parseListSearch } from '../shared/list/list-search.ts';
import { currentUserQuery } from '../shared/session/session.ts';
import { RUN_STATES, type RunState } from '../shared/work/run-states.ts';
import { BrokenPage, LostPage, MissingPage, WaitingPage } from './edges.tsx';
import { pageComponent } from './page-component.ts';
import { Shell } from './shell/shell.tsx';

const MAX_WORD = 512;

interface Context {
  readonly queryClient: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: LostPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { to?: string; ended?: boolean } => ({
    ...(typeof search['to'] === 'string' ? { to: search['to'] } : {}),
    ...(search['ended'] === true ? { ended: true } : {}),
  }),
  component: pageComponent([], () => import('../features/sign-in/sign-in-page.tsx'), 'SignInPage'),
});

/** After a first sign-in nothing else is shown before the generated password is gone. */
const welcome = createRoute({
  getParentRoute: () => root,
  path: '/welcome',
  validateSearch: (search: Record<string, unknown>): { step?: 2 | 3 } => (search['step'] === 3 ? { step: 3 } : {}),
  beforeLoad: async ({ context }) => {
    if ((await context.queryClient.ensureQueryData(currentUserQuery)) === null) redirect({ to: '/sign-in', search: {}, throw: true });
  },
  component: pageComponent(['welcome'], () => import('../features/welcome/welcome-page.tsx'), 'WelcomePage'),
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    const user = await context.queryClient.ensureQueryData(currentUserQuery);
    if (user?.password_generated === true) redirect({ to: '/welcome', search: {}, throw: true });
    if (user !== null) return;
    redirect({ to: '/sign-in', search: location.pathname === '/' ? {} : { to: location.href }, throw: true });
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => shell,
  id: 'dashboard',
  component: pageComponent([], () => import('../features/dashboard/dashboard-page.tsx'), 'DashboardPage'),
});

const homeTrends = createRoute({
  getParentRoute: () => home,
  path: '/',
  component: pageComponent(['trends'], () => import('../features/trends/trends-pages.tsx'), 'DashboardTrends'),
});
const trends = createRoute({
  getParentRoute: () => shell,
  path: '/trends',
  validateSearch: parseDays,
  component: pageComponent(['trends'], () => import('../features/trends/trends-pages.tsx'), 'TrendsPage'),
});

const projects = createRoute({
  getParentRoute: () => shell,
  path: '/projects',
  validateSearch: (search: Record<string, unknown>): ReturnType<typeof parseListSearch> & { visibility?: 'public' | 'private' } => ({
    ...parseListSearch(search),
    ...(search['visibility'] === 'public' || search['visibility'] === 'private' ? { visibility: search['visibility'] } : {}),
  }),
  component: pageComponent([], () => import('../features/projects/projects-page.tsx'), 'ProjectsPage'),
});

const project = createRoute({
  getParentRoute: () => shell,
  path: '/projects/$project',
  component: pageComponent([], () => import('../features/projects/project-frame.tsx'), 'ProjectFrame'),
});
const projectWatched = createRoute({
  getParentRoute: () => project,
  id: 'watched',
  component: pageComponent(['live'], () => import('../features/live/push-watch.tsx'), 'ProjectPushes'),
});
const projectRepositories = createRoute({
  getParentRoute: () => projectWatched,
  path: '/',
  validateSearch: parseListSearch,
  component: pageComponent([], () => import('../features/projects/repositories-tab.tsx'), 'RepositoriesTab'),
});
const projectMembers = createRoute({
  getParentRoute: () => project,
  path: '/members',
  validateSearch: parseListSearch,
  component: pageComponent([], () => import('../features/projects/members-tab.tsx'), 'MembersTab'),
});
const projectSettings = createRoute({
  getParentRoute: () => project,
  path: '/settings',
  component: pageComponent([], () => import('../features/projects/settings-tab.tsx'), 'SettingsTab'),
});

const projectTrends = createRoute({
  getParentRoute: () => project,
  path: '/statistics',
  validateSearch: parseDays,
  component: pageComponent(['trends'], () => import('../features/trends/trends-pages.tsx'), 'ProjectTrendsTab'),
});
const projectTrash = createRoute({
  getParentRoute: () => project,
  path: '/trash',
  validateSearch: parseListSearch,
  component: pageComponent(['system', 'content'], () => import('../features/trash/project-trash-tab.tsx'), 'ProjectTrashTab'),
});
const projectLabels = createRoute({
  getParentRoute: () => project,
  path: '/labels',
  validateSearch: parseListSearch,
  component: pageComponent(['identity'], () => import('../features/labels/project-labels-tab.tsx'), 'ProjectLabelsTab'),
});
const projectImmutability = createRoute({
  getParentRoute: () => project,
  path: '/immutable-tags',
  validateSearch: parseListSearch,
  component: pageComponent(['policies'], () => import('../features/immutability/immutability-tab.tsx'), 'ImmutabilityTab'),
});
const projectRetention = createRoute({
  getParentRoute: () => project,
  path: '/retention',
  validateSearch: parseListSearch,
  component: pageComponent(['policies'], () => import('../features/retention/retention-tab.tsx'), 'RetentionTab'),
});
const projectRetentionRun = createRoute({
  getParentRoute: () => project,
  path: '/retention/$run',
  validateSearch: (search: Record<string, unknown>): ReturnType<typeof parseListSearch> & { task?: number } => ({
    ...parseListSearch(search),
    ...idOf(search, 'task'),
  }),
  component: pageComponent(['policies'], () => import('../features/retention/retention-run-tab.tsx'), 'RetentionRunTab'),
});
const projectUpload = createRoute({
  getParentRoute: () => project,
  path: '/upload',
  component: pageComponent(['policies'], () => import('../features/archives/archive-tab.tsx'), 'ArchiveTab'),
});
const projectQuota = createRoute({
  getParentRoute: () => project,
  path: '/quota',
  component: pageComponent(['system'], () => import('../features/quotas/project-quota-tab.tsx'), 'ProjectQuotaTab'),
});
const projectActivity = createRoute({
  getParentRoute: () => project,
  path: '/activity',
  validateSearch: parseListSearch,
  component: pageComponent(['policies'], () => import('../features/activity/project-activity-tab.tsx'), 'ProjectActivityTab'),
});
const projectRobots = createRoute({
  getParentRoute: () => project,
  path: '/robots',
  validateSearch: parseListSearch,
  component: pageComponent(['people', 'identity'], () => import('../features/robots/robots-tab.tsx'), 'RobotsTab'),
});

const repository = createRoute({
  getParentRoute: () => shell,
  path: '/projects/$project/repositories/$repository',
});
const repositoryFrame = createRoute({
  getParentRoute: () => repository,
  id: 'frame',
  component: pageComponent(['content'], () => import('../features/repositories/repository-frame.tsx'), 'RepositoryFrame'),
});
const repositoryWatched = createRoute({
  getParentRoute: () => repositoryFrame,
  id: 'watched',
  component: pageComponent(['live'], () => import('../features/live/push-watch.tsx'), 'RepositoryPushes'),
});
const repositoryTags = createRoute({
  getParentRoute: () => repositoryWatched,
  path: '/',
  validateSearch: parseListSearch,
  component: pageComponent(['content'], () => import('../features/repositories/tags-tab.tsx'), 'TagsTab'),
});
const repositoryDigests = createRoute({
  getParentRoute: () => repositoryWatched,
  path: '/digests',
  validateSearch: (
    search: Record<string, unknown>,
  ): ReturnType<typeof parseListSearch> & { shown?: 'tagged' | 'untagged'; label?: number } => ({
    ...parseListSearch(search),
    ...(search['shown'] === 'tagged' || search['shown'] === 'untagged' ? { shown: search['shown'] } : {}),
    ...idOf(search, 'label'),
  }),
  component: pageComponent(['content'], () => import('../features/repositories/digests-tab.tsx'), 'DigestsTab'),
});
const repositoryHistory = createRoute({
  getParentRoute: () => repositoryWatched,
  path: '/history',
  validateSearch: (search: Record<string, unknown>): ReturnType<typeof parseListSearch> & { tag?: string } => ({
    ...parseListSearch(search),
    ...(typeof search['tag'] === 'string' || typeof search['tag'] === 'number' ? { tag: String(search['tag']) } : {}),
  }),
  component: pageComponent(['content'], () => import('../features/repositories/history-tab.tsx'), 'HistoryTab'),
});
const artifact = createRoute({
  getParentRoute: () => repository,
  path: '/artifacts/$reference',
  component: pageComponent(['content'], () => import('../features/artifacts/artifact-page.tsx'), 'ArtifactPage'),
});

const profile = createRoute({
  getParentRoute: () => shell,
  path: '/profile',
  validateSearch: parseListSearch,
  component: pageComponent(['people'], () => import('../features/profile/profile-page.tsx'), 'ProfilePage'),
});
const connect = createRoute({
  getParentRoute: () => shell,
  path: '/connect',
  component: pageComponent(['system'], () => import('../features/connect/connect-page.tsx'), 'ConnectPage'),
});
const health = createRoute({
  getParentRoute: () => shell,
  path: '/health',
  component: pageComponent(['system'], () => import('../features/health/health-page.tsx'), 'HealthPage'),
});
const users = createRoute({
  getParentRoute: () => shell,
  path: '/users',
  validateSearch: parseListSearch,
  component: pageComponent(['people'], () => import('../features/users/users-page.tsx'), 'UsersPage'),
});
const quotas = createRoute({
  getParentRoute: () => shell,
  path: '/quotas',
  validateSearch: parseListSearch,
  component: pageComponent(['system'], () => import('../features/quotas/quotas-page.tsx'), 'QuotasPage'),
});
const trash = createRoute({
  getParentRoute: () => shell,
  path: '/trash',
  validateSearch: parseListSearch,
  component: pageComponent(['system', 'content'], () => import('../features/trash/trash-page.tsx'), 'TrashPage'),
});

const storage = createRoute({
  getParentRoute: () => shell,
  path: '/storage',
  validateSearch: (search: Record<string, unknown>): ReturnType<typeof parseListSearch> & { digest?: string } => ({
    ...parseListSearch(search),
    ...wordsOf(search, 'digest'),
  }),
  component: pageComponent(['operations'], () => import('../features/storage/storage-page.tsx'), 'StoragePage'),
});
const storageRun = createRoute({
  getParentRoute: () => shell,
  path: '/storage/runs/$run',
  component: pageComponent(['operations'], () => import('../features/storage/run-page.tsx'), 'StorageRunPage'),
});
const jobs = createRoute({
  getParentRoute: () => shell,
  path: '/jobs',
  validateSearch: (search: Record<string, unknown>): ReturnType<typeof parseListSearch> & { status?: RunState } => {
    const status = RUN_STATES.find((one) => one === search['status']);
    return { ...parseListSearch(search), ...(status === undefined ? {} : { status }) };
  },
  component: pageComponent(['operations'], () => import('../features/jobs/jobs-page.tsx'), 'JobsPage'),
});
const jobRun = createRoute({
  getParentRoute: () => shell,
  path: '/jobs/runs/$run',
  component: pageComponent(['operations'], () => import('../features/jobs/run-page.tsx'), 'JobRunPage'),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  validateSearch: (search: Record<string, unknown>): ReturnType<typeof parseListSearch> & AuditSearch => ({
    ...parseListSearch(search),
    ...parseAuditSearch(search),
  }),
  component: pageComponent(['operations'], () => import('../features/audit/audit-page.tsx'), 'AuditPage'),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: pageComponent(['settings'], () => import('../features/settings/settings-page.tsx'), 'SettingsPage'),
});

const groups = createRoute({
  getParentRoute: () => shell,
  path: '/groups',
  validateSearch: parseListSearch,
  component: pageComponent(['identity', 'people'], () => import('../features/groups/groups-page.tsx'), 'GroupsPage'),
});
const group = createRoute({
  getParentRoute: () => shell,
  path: '/groups/$group',
  validateSearch: parseListSearch,
  component: pageComponent(['identity', 'people'], () => import('../features/groups/group-page.tsx'), 'GroupPage'),
});
const roles = createRoute({
  getParentRoute: () => shell,
  path: '/roles',
  component: pageComponent(['identity'], () => import('../features/roles/roles-page.tsx'), 'RolesPage'),
});
const explain = createRoute({
  getParentRoute: () => shell,
  path: '/explain',
  validateSearch: (search: Record<string, unknown>): { user?: string; resource?: string; action?: string } => ({
    ...wordsOf(search, 'user'),
    ...wordsOf(search, 'resource'),
    ...wordsOf(search, 'action'),
  }),
  component: pageComponent(['identity'], () => import('../features/explain/explain-page.tsx'), 'ExplainPage'),
});
const labels = createRoute({
  getParentRoute: () => shell,
  path: '/labels',
  validateSearch: parseListSearch,
  component: pageComponent(['identity'], () => import('../features/labels/labels-page.tsx'), 'LabelsPage'),
});
const systemRobots = createRoute({
  getParentRoute: () => shell,
  path: '/robots',
  validateSearch: parseListSearch,
  component: pageComponent(['people', 'identity'], () => import('../features/robots/system-robots-page.tsx'), 'SystemRobotsPage'),
});

const routeTree = root.addChildren([
  signIn,
  welcome,
  shell.addChildren([
    home.addChildren([homeTrends]),
    trends,
    projects,
    profile,
    connect,
    health,
    users,
    groups,
    group,
    roles,
    explain,
    systemRobots,
    labels,
    quotas,
    trash,
    storage,
    storageRun,
    jobs,
    jobRun,
    audit,
    settings,
    project.addChildren([
      projectWatched.addChildren([projectRepositories]),
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
    ]),
    repository.addChildren([
      repositoryFrame.addChildren([repositoryWatched.addChildren([repositoryTags, repositoryDigests, repositoryHistory])]),
      artifact,
    ]),
  ]),
]);

function idOf<Name extends string>(search: Record<string, unknown>, name: Name): { [N in Name]?: number } {
  const value = search[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 1) return {};
  return { [name]: value } as { [N in Name]?: number };
}

/** How far back plots go. */
function parseDays(search: Record<string, unknown>): { days?: number } {
  const days = Number(search['days']);
  return Number.isInteger(days) && days > 1 && days <= 731 ? { days } : {};
}

/** A short text of the address, which may look like a number there. */
function wordsOf<Name extends string>(search: Record<string, unknown>, name: Name): { [N in Name]?: string } {
  const value = search[name];
  if ((typeof value !== 'string' && typeof value !== 'number') || value === '') return {};
  return { [name]: String(value).slice(0, MAX_WORD) } as { [N in Name]?: string };
}

export function createPortalRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    defaultPendingComponent: WaitingPage,
    defaultErrorComponent: BrokenPage,
    defaultNotFoundComponent: MissingPage,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPortalRouter>;
  }
}
