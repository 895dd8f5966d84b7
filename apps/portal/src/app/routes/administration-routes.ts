import { createRoute } from '@tanstack/react-router';
import { type AuditSearch, parseAuditSearch } from '../../features/audit/audit-search.ts';
import { parseListSearch } from '../../shared/list/list-search.ts';
import { RUN_STATES, type RunState } from '../../shared/work/run-states.ts';
import { pageComponent } from '../page-component.ts';
import { shell } from './frame-routes.ts';
import { wordsOf } from './search-words.ts';

export const users = createRoute({
  getParentRoute: () => shell,
  path: '/users',
  validateSearch: parseListSearch,
  component: pageComponent(['people'], () => import('../../features/users/users-page.tsx'), 'UsersPage'),
});

export const quotas = createRoute({
  getParentRoute: () => shell,
  path: '/quotas',
  validateSearch: parseListSearch,
  component: pageComponent(['system'], () => import('../../features/quotas/quotas-page.tsx'), 'QuotasPage'),
});

export const trash = createRoute({
  getParentRoute: () => shell,
  path: '/trash',
  validateSearch: parseListSearch,
  component: pageComponent(['system', 'content'], () => import('../../features/trash/trash-page.tsx'), 'TrashPage'),
});

export const storage = createRoute({
  getParentRoute: () => shell,
  path: '/storage',
  validateSearch: (search: Record<string, unknown>): ReturnType<typeof parseListSearch> & { digest?: string } => ({
    ...parseListSearch(search),
    ...wordsOf(search, 'digest'),
  }),
  component: pageComponent(['operations'], () => import('../../features/storage/storage-page.tsx'), 'StoragePage'),
});

export const storageRun = createRoute({
  getParentRoute: () => shell,
  path: '/storage/runs/$run',
  component: pageComponent(['operations'], () => import('../../features/storage/run-page.tsx'), 'StorageRunPage'),
});

export const jobs = createRoute({
  getParentRoute: () => shell,
  path: '/jobs',
  validateSearch: (search: Record<string, unknown>): ReturnType<typeof parseListSearch> & { status?: RunState } => {
    const status = RUN_STATES.find((one) => one === search['status']);
    return { ...parseListSearch(search), ...(status === undefined ? {} : { status }) };
  },
  component: pageComponent(['jobs'], () => import('../../features/jobs/jobs-page.tsx'), 'JobsPage'),
});

export const jobRun = createRoute({
  getParentRoute: () => shell,
  path: '/jobs/runs/$run',
  component: pageComponent(['jobs'], () => import('../../features/jobs/run-page.tsx'), 'JobRunPage'),
});

export const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  validateSearch: (search: Record<string, unknown>): ReturnType<typeof parseListSearch> & AuditSearch => ({
    ...parseListSearch(search),
    ...parseAuditSearch(search),
  }),
  component: pageComponent(['operations', 'audited'], () => import('../../features/audit/audit-page.tsx'), 'AuditPage'),
});

export const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: pageComponent(['settings', 'refusals'], () => import('../../features/settings/settings-page.tsx'), 'SettingsPage'),
});

export const groups = createRoute({
  getParentRoute: () => shell,
  path: '/groups',
  validateSearch: parseListSearch,
  component: pageComponent(['identity', 'people'], () => import('../../features/groups/groups-page.tsx'), 'GroupsPage'),
});

export const group = createRoute({
  getParentRoute: () => shell,
  path: '/groups/$group',
  validateSearch: parseListSearch,
  component: pageComponent(['identity', 'people'], () => import('../../features/groups/group-page.tsx'), 'GroupPage'),
});

export const roles = createRoute({
  getParentRoute: () => shell,
  path: '/roles',
  component: pageComponent(['identity'], () => import('../../features/roles/roles-page.tsx'), 'RolesPage'),
});

export const explain = createRoute({
  getParentRoute: () => shell,
  path: '/explain',
  validateSearch: (search: Record<string, unknown>): { user?: string; resource?: string; action?: string } => ({
    ...wordsOf(search, 'user'),
    ...wordsOf(search, 'resource'),
    ...wordsOf(search, 'action'),
  }),
  component: pageComponent(['identity'], () => import('../../features/explain/explain-page.tsx'), 'ExplainPage'),
});

export const labels = createRoute({
  getParentRoute: () => shell,
  path: '/labels',
  validateSearch: parseListSearch,
  component: pageComponent(['identity'], () => import('../../features/labels/labels-page.tsx'), 'LabelsPage'),
});

export const systemRobots = createRoute({
  getParentRoute: () => shell,
  path: '/robots',
  validateSearch: parseListSearch,
  component: pageComponent(['people', 'identity'], () => import('../../features/robots/system-robots-page.tsx'), 'SystemRobotsPage'),
});

export const certificates = createRoute({
  getParentRoute: () => shell,
  path: '/certificates',
  validateSearch: parseListSearch,
  component: pageComponent(['certificates'], () => import('../../features/certificates/certificates-page.tsx'), 'CertificatesPage'),
});
