import { createRoute } from '@tanstack/react-router';
import { EVENT_KINDS, type EventKind } from '../../features/activity/event-kinds.ts';
import { parseListSearch } from '../../shared/list/list-search.ts';
import { pageComponent } from '../page-component.ts';
import { shell } from './frame-routes.ts';
import { parseDays } from './search-words.ts';

const home = createRoute({
  getParentRoute: () => shell,
  id: 'dashboard',
  component: pageComponent([], () => import('../../features/dashboard/dashboard-page.tsx'), 'DashboardPage'),
});

const homeWork = createRoute({
  getParentRoute: () => home,
  id: 'work',
  component: pageComponent(['jobs'], () => import('../../features/jobs/running-work.tsx'), 'RunningWork'),
});

const homeTrends = createRoute({
  getParentRoute: () => homeWork,
  path: '/',
  component: pageComponent(['trends'], () => import('../../features/trends/trends-pages.tsx'), 'DashboardTrends'),
});

export const trends = createRoute({
  getParentRoute: () => shell,
  path: '/trends',
  validateSearch: parseDays,
  component: pageComponent(['trends'], () => import('../../features/trends/trends-pages.tsx'), 'TrendsPage'),
});

export const activity = createRoute({
  getParentRoute: () => shell,
  path: '/activity',
  validateSearch: (search: Record<string, unknown>): ReturnType<typeof parseListSearch> & { kind?: EventKind } => {
    const kind = EVENT_KINDS.find((one) => one === search['kind']);
    return { ...parseListSearch(search), ...(kind === undefined ? {} : { kind }) };
  },
  component: pageComponent(['policies', 'audited'], () => import('../../features/activity/activity-page.tsx'), 'ActivityPage'),
});

export const profile = createRoute({
  getParentRoute: () => shell,
  path: '/profile',
  validateSearch: parseListSearch,
  component: pageComponent(['people'], () => import('../../features/profile/profile-page.tsx'), 'ProfilePage'),
});

export const connect = createRoute({
  getParentRoute: () => shell,
  path: '/connect',
  component: pageComponent(['system'], () => import('../../features/connect/connect-page.tsx'), 'ConnectPage'),
});

export const health = createRoute({
  getParentRoute: () => shell,
  path: '/health',
  component: pageComponent(['system'], () => import('../../features/health/health-page.tsx'), 'HealthPage'),
});

export const api = createRoute({
  getParentRoute: () => shell,
  path: '/api-reference',
  validateSearch: parseListSearch,
  component: pageComponent(['system', 'apiReference'], () => import('../../features/api/api-page.tsx'), 'ApiPage'),
});

export const homeTree = home.addChildren([homeWork.addChildren([homeTrends])]);
