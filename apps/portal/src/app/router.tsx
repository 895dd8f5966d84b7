import type { QueryClient } from '@tanstack/react-query';
import { createRouter } from '@tanstack/react-router';
import { BrokenPage, MissingPage, WaitingPage } from './edges.tsx';
import {
  audit,
  certificates,
  explain,
  group,
  groups,
  jobRun,
  jobs,
  labels,
  quotas,
  roles,
  settings,
  storage,
  storageRun,
  systemRobots,
  trash,
  users,
} from './routes/administration-routes.ts';
import { root, shell, signIn, welcome } from './routes/frame-routes.ts';
import { activity, api, connect, health, homeTree, profile, trends } from './routes/personal-routes.ts';
import { projects, projectTree } from './routes/project-routes.ts';
import { repositoryTree } from './routes/repository-routes.ts';

const routeTree = root.addChildren([
  signIn,
  welcome,
  shell.addChildren([
    homeTree,
    activity,
    trends,
    projects,
    profile,
    connect,
    health,
    api,
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
    certificates,
    settings,
    projectTree,
    repositoryTree,
  ]),
]);

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
