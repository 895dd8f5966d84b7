import { expect, type Page } from '@playwright/test';

export interface PortalPage {
  readonly name: string;
  readonly path: string;
  /** What is done before the page is looked at, such as opening a dialog. */
  prepare?(page: Page): Promise<void>;
}

const app = '/projects/team/repositories/web%2Fapp';

/** By the page's first button, which makes something new. */
async function openDialog(page: Page): Promise<void> {
  await page.locator('main button.mantine-Button-root').first().click();
  await expect(page.getByRole('dialog')).toBeVisible();
}

/** Every page that an administrator can open: looked at, and checked for accessibility. */
export const PAGES: readonly PortalPage[] = [
  { name: 'dashboard', path: '/' },
  { name: 'projects', path: '/projects' },
  {
    name: 'new-project',
    path: '/projects',
    prepare: async (page) => {
      await openDialog(page);
    },
  },
  { name: 'project', path: '/projects/team' },
  { name: 'project-empty', path: '/projects/empty' },
  { name: 'overview-empty', path: '/projects/empty/overview' },
  { name: 'labels-empty', path: '/projects/empty/labels' },
  { name: 'retention-empty', path: '/projects/empty/retention' },
  { name: 'compare-nothing', path: `${app}/compare` },
  { name: 'no-match', path: '/projects?filter=nosuchproject' },
  { name: 'members', path: '/projects/team/members' },
  { name: 'robots', path: '/projects/team/robots' },
  {
    name: 'new-project-robot',
    path: '/projects/team/robots',
    prepare: async (page) => {
      await openDialog(page);
      await page.getByRole('dialog').locator('select').last().selectOption('chosen');
    },
  },
  { name: 'project-trash', path: '/projects/team/trash' },
  { name: 'project-settings', path: '/projects/team/settings' },
  { name: 'project-labels', path: '/projects/team/labels' },
  { name: 'immutable-tags', path: '/projects/team/immutable-tags' },
  {
    name: 'immutable-rule',
    path: '/projects/team/immutable-tags',
    prepare: async (page) => {
      await openDialog(page);
      await expect(page.getByRole('dialog').getByText('team/web/app:v1.0.0')).toBeVisible();
    },
  },
  {
    name: 'retention',
    path: '/projects/team/retention',
    prepare: async (page) => {
      await expect(page.locator('[role=status]').getByText(/\d/).first()).toBeVisible();
    },
  },
  {
    name: 'retention-rule',
    path: '/projects/team/retention',
    prepare: (page) => openDialog(page),
  },
  {
    name: 'retention-run',
    path: '/projects/team/retention',
    prepare: async (page) => {
      await page.locator('a[href*="/retention/"]').first().click();
      await page.locator('a[href*="task="]').first().click();
      await expect(page.getByRole('heading', { level: 2 }).nth(1)).toBeVisible();
    },
  },
  { name: 'quota', path: '/projects/team/quota' },
  { name: 'activity', path: '/projects/team/activity' },
  { name: 'upload', path: '/projects/team/upload' },
  { name: 'add-member', path: '/projects/team/members', prepare: (page) => openDialog(page) },
  { name: 'tags', path: app },
  { name: 'digests', path: `${app}/digests` },
  { name: 'tag-history', path: `${app}/history?tag=latest` },
  { name: 'index', path: `${app}/artifacts/latest` },
  { name: 'image', path: `${app}/artifacts/v1.3.0` },
  {
    name: 'image-files',
    path: `${app}/artifacts/v1.3.0/files?directory=srv`,
    prepare: async (page) => {
      await expect(page.getByText('app.js')).toBeVisible({ timeout: 60_000 });
    },
  },
  {
    name: 'image-files-removed',
    path: `${app}/artifacts/v1.3.0/files?directory=etc`,
    prepare: async (page) => {
      await expect(page.getByText('old.conf')).toBeVisible({ timeout: 60_000 });
    },
  },
  {
    name: 'compare',
    path: `${app}/compare?from=v1.3.0&to=v1.4.0`,
    prepare: async (page) => {
      await expect(page.getByRole('cell', { name: 'srv/app.js' })).toBeVisible({ timeout: 60_000 });
    },
  },
  {
    name: 'compare-platform',
    path: `${app}/compare?from=latest&to=v1.4.0&platform=linux%2Farm64%2Fv8`,
    prepare: async (page) => {
      await expect(page.getByRole('cell', { name: 'srv/app.js' })).toBeVisible({ timeout: 60_000 });
    },
  },
  {
    name: 'palette',
    path: '/projects',
    prepare: async (page) => {
      await page.keyboard.press('Control+k');
      await expect(page.locator('input.mantine-Spotlight-search')).toBeVisible();
      await page.keyboard.type('app');
      await expect(page.getByText('team/web/app')).toBeVisible();
    },
  },
  { name: 'users', path: '/users' },
  { name: 'groups', path: '/groups' },
  {
    name: 'group',
    path: '/groups',
    prepare: async (page) => {
      await page.getByRole('link', { name: 'Web team' }).click();
      await expect(page.getByRole('heading', { level: 1, name: 'Web team' })).toBeVisible();
    },
  },
  { name: 'roles', path: '/roles' },
  { name: 'new-role', path: '/roles', prepare: (page) => openDialog(page) },
  { name: 'system-robots', path: '/robots' },
  { name: 'new-system-robot', path: '/robots', prepare: (page) => openDialog(page) },
  { name: 'labels', path: '/labels' },
  { name: 'new-label', path: '/labels', prepare: (page) => openDialog(page) },
  { name: 'explain', path: '/explain?user=grace&resource=team%2Fweb%2Fapp&action=repository%3Adelete' },
  { name: 'profile', path: '/profile' },
  { name: 'activity', path: '/activity' },
  { name: 'connect', path: '/connect' },
  { name: 'health', path: '/health' },
  {
    name: 'api',
    path: '/api-reference?filter=createproject',
    prepare: async (page) => {
      await page.locator('main summary').first().click();
      await expect(page.locator('main pre').first()).toContainText('curl -u admin');
    },
  },
  { name: 'quotas', path: '/quotas' },
  { name: 'statistics', path: '/trends' },
  { name: 'project-overview', path: '/projects/team/overview' },
  { name: 'project-statistics', path: '/projects/team/statistics' },
  { name: 'trash', path: '/trash' },
  { name: 'storage', path: '/storage?digest=sha256%3A0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef' },
  {
    name: 'collection-run',
    path: '/storage',
    prepare: async (page) => {
      await page.locator('main button.mantine-Button-root').first().click();
      await expect(page.locator('main pre')).toBeVisible({ timeout: 30_000 });
    },
  },
  { name: 'jobs', path: '/jobs' },
  { name: 'audit', path: '/audit?result=done' },
  { name: 'certificates', path: '/certificates' },
  { name: 'issue-certificate', path: '/certificates', prepare: (page) => openDialog(page) },
  { name: 'settings', path: '/settings' },
  { name: 'missing', path: '/nowhere' },
  { name: 'forbidden', path: '/projects/nosuchproject' },
];
