import { expect, type Page } from '@playwright/test';

export interface PortalPage {
  readonly name: string;
  readonly path: string;
  /** What is done before the page is looked at, such as opening a dialog. */
  prepare?(page: Page): Promise<void>;
}

const app = '/projects/team/repositories/web%2Fapp';

/** Every page that an administrator can open: looked at, and checked for accessibility. */
export const PAGES: readonly PortalPage[] = [
  { name: 'dashboard', path: '/' },
  { name: 'projects', path: '/projects' },
  {
    name: 'new-project',
    path: '/projects',
    prepare: async (page) => {
      await page.locator('main button.mantine-Button-root').first().click();
      await expect(page.getByRole('dialog')).toBeVisible();
    },
  },
  { name: 'project', path: '/projects/team' },
  { name: 'project-empty', path: '/projects/empty' },
  { name: 'members', path: '/projects/team/members' },
  { name: 'robots', path: '/projects/team/robots' },
  { name: 'project-trash', path: '/projects/team/trash' },
  { name: 'project-settings', path: '/projects/team/settings' },
  { name: 'tags', path: app },
  { name: 'digests', path: `${app}/digests` },
  { name: 'tag-history', path: `${app}/history?tag=latest` },
  { name: 'index', path: `${app}/artifacts/latest` },
  { name: 'image', path: `${app}/artifacts/v1.3.0` },
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
  { name: 'profile', path: '/profile' },
  { name: 'connect', path: '/connect' },
  { name: 'health', path: '/health' },
  { name: 'quotas', path: '/quotas' },
  { name: 'trash', path: '/trash' },
  { name: 'missing', path: '/nowhere' },
  { name: 'forbidden', path: '/projects/nosuchproject' },
];
