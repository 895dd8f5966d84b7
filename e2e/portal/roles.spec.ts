import { expect, type Page, test } from '@playwright/test';
import { open, signIn } from './sign-in.ts';

const APP = '/projects/team/repositories/web%2Fapp';

interface Sees {
  readonly who: string;
  readonly tabs: readonly string[];
  /** Buttons by the page that has them. */
  readonly may: readonly string[];
}

/** Every action of the project's pages, as a button that is there for who may. */
const ACTIONS: readonly { readonly name: string; readonly path: string; offered(page: Page): Promise<boolean> }[] = [
  { name: 'add members', path: '/projects/team/members', offered: (page) => button(page, 'Add a member') },
  { name: 'remove members', path: '/projects/team/members', offered: (page) => button(page, 'Remove linus?') },
  { name: 'make robots', path: '/projects/team/robots', offered: (page) => button(page, 'New robot') },
  { name: 'make labels', path: '/projects/team/labels', offered: (page) => button(page, 'New label') },
  { name: 'put labels on', path: `${APP}/artifacts/v1.2.0`, offered: (page) => button(page, 'Add a label') },
  {
    name: 'delete tags',
    path: APP,
    offered: async (page) => {
      // Everybody may select: two tags can be compared.
      await page.getByRole('checkbox', { name: 'Select latest' }).check();
      return button(page, 'Delete 1 tag');
    },
  },
  { name: 'describe the repository', path: APP, offered: (page) => button(page, 'Actions for web/app') },
  {
    name: 'delete the repository',
    path: APP,
    offered: async (page) => {
      const items = page.getByRole('menuitem');
      if ((await button(page, 'Actions for web/app')) && (await items.count()) === 0)
        await page.getByRole('button', { name: 'Actions for web/app' }).click();
      return (await items.filter({ hasText: 'Delete the repository' }).count()) > 0;
    },
  },
  {
    name: 'upload',
    path: '/projects/team',
    offered: async (page) => (await page.getByRole('link', { name: 'Upload an archive' }).count()) > 0,
  },
];
const OF_ADMINS: typeof ACTIONS = [
  { name: 'make rules', path: '/projects/team/immutable-tags', offered: (page) => button(page, 'New rule') },
  { name: 'run retention', path: '/projects/team/retention', offered: (page) => button(page, 'Run now') },
  { name: 'change the quota', path: '/projects/team/quota', offered: (page) => button(page, 'Quota of team') },
];

const OF_GUESTS = ['Overview', 'Repositories', 'Members', 'Robots', 'Labels', 'Statistics', 'Quota'];
const OF_DEVELOPERS = ['Overview', 'Repositories', 'Members', 'Robots', 'Labels', 'Retention', 'Statistics', 'Quota'];
const OF_MAINTAINERS = [
  'Overview',
  'Repositories',
  'Members',
  'Robots',
  'Labels',
  'Immutable tags',
  'Retention',
  'Statistics',
  'Quota',
  'Trash',
];
const OF_PROJECT_ADMINS = [
  ...[
    'Overview',
    'Repositories',
    'Members',
    'Robots',
    'Labels',
    'Immutable tags',
    'Retention',
    'Statistics',
    'Quota',
    'Activity',
    'Trash',
    'Settings',
  ],
];
const BUILDING = ['put labels on', 'describe the repository', 'upload', 'run retention'];
const KEEPING = ['make labels', 'delete tags', 'delete the repository', 'make rules', ...BUILDING];
const MANAGING = ['add members', 'remove members', 'make robots', ...KEEPING];

const TEAM: readonly Sees[] = [
  { who: 'linus', tabs: OF_GUESTS, may: [] },
  { who: 'grace', tabs: OF_DEVELOPERS, may: BUILDING },
  { who: 'mona', tabs: OF_MAINTAINERS, may: KEEPING },
  { who: 'ada', tabs: OF_PROJECT_ADMINS, may: MANAGING },
  { who: 'admin', tabs: OF_PROJECT_ADMINS, may: [...MANAGING, 'change the quota'] },
];

for (const { who, tabs, may } of TEAM) {
  test(`${who} is offered what the role allows, no more`, async ({ page }) => {
    await signIn(page, who);
    await open(page, '/projects/team');
    const nav = page.getByRole('navigation', { name: 'Parts of the project' });
    await expect(nav.getByRole('link', { name: tabs.at(-1) ?? '' })).toBeVisible();
    expect(await nav.getByRole('link').allTextContents()).toEqual(tabs);
    const administration = page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'Users' });
    await expect(administration).toHaveCount(who === 'admin' ? 1 : 0);
    const offered: string[] = [];
    for (const { name, path, offered: isOffered } of [...ACTIONS, ...OF_ADMINS]) {
      await open(page, path);
      // Rights come after the page.
      await page.waitForLoadState('networkidle');
      if (may.includes(name)) await expect.poll(() => isOffered(page)).toBe(true);
      if (await isOffered(page)) offered.push(name);
    }
    expect(offered.sort()).toEqual([...may].sort());
  });
}

test('an outsider sees public projects, and of others no more than that they are not his', async ({ page }) => {
  await signIn(page, 'olga');
  await open(page, '/projects');
  await expect(page.getByRole('link', { name: 'library' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'team' })).toHaveCount(0);
  await open(page, '/projects/team');
  await expect(page.getByRole('alert')).toContainText('You may not see this.');
  for (const path of ['/users', '/groups', '/robots']) {
    await open(page, path);
    await expect(page.getByRole('alert')).toContainText('You may not see this.');
  }
  for (const path of ['/roles', '/labels']) {
    await open(page, path);
    await expect(page.getByRole('button', { name: /^New / })).toHaveCount(0);
  }
});

async function button(page: Page, name: string): Promise<boolean> {
  return (await page.getByRole('button', { name, exact: true }).count()) > 0;
}
