import { expect, test } from '@playwright/test';
import { open, signIn } from './sign-in.ts';

const APP = '/projects/team/repositories/web%2Fapp';

interface Sees {
  readonly who: string;
  readonly tabs: readonly string[];
  readonly mayAddMembers: boolean;
  readonly mayDeleteTags: boolean;
}

const TEAM: readonly Sees[] = [
  { who: 'ada', tabs: ['Repositories', 'Members', 'Robots', 'Trash', 'Settings'], mayAddMembers: true, mayDeleteTags: true },
  { who: 'grace', tabs: ['Repositories', 'Members', 'Robots'], mayAddMembers: false, mayDeleteTags: false },
  { who: 'linus', tabs: ['Repositories', 'Members', 'Robots'], mayAddMembers: false, mayDeleteTags: false },
];

for (const { who, tabs, mayAddMembers, mayDeleteTags } of TEAM) {
  test(`${who} is offered what the role allows, no more`, async ({ page }) => {
    await signIn(page, who);
    await open(page, '/projects/team');
    const nav = page.getByRole('navigation', { name: 'Parts of the project' });
    await expect(nav.getByRole('link', { name: tabs.at(-1) ?? '' })).toBeVisible();
    expect(await nav.getByRole('link').allTextContents()).toEqual(tabs);
    await expect(page.getByRole('navigation', { name: 'Main navigation' }).getByRole('link', { name: 'Users' })).toHaveCount(0);
    await open(page, '/projects/team/members');
    await expect(page.getByRole('button', { name: 'Add a member' })).toHaveCount(mayAddMembers ? 1 : 0);
    await open(page, APP);
    await expect(page.getByRole('checkbox', { name: 'Select latest' })).toHaveCount(mayDeleteTags ? 1 : 0);
  });
}

test('an outsider sees public projects, and of others no more than that they are not his', async ({ page }) => {
  await signIn(page, 'olga');
  await open(page, '/projects');
  await expect(page.getByRole('link', { name: 'library' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'team' })).toHaveCount(0);
  await open(page, '/projects/team');
  await expect(page.getByRole('alert')).toContainText('You may not see this.');
  await open(page, '/users');
  await expect(page.getByRole('alert')).toContainText('You may not see this.');
});
