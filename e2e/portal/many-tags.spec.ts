import { expect, type Page, test } from '@playwright/test';
import { OCI_CONFIG, OCI_MANIFEST, RegistryClient } from '../harness/registry-client.ts';
import { ownProject } from './own-project.ts';
import { scene } from './scene.ts';
import { open, signIn } from './sign-in.ts';

/** More than four pages of the server, and a last one that is not full. */
const TAGS = Array.from({ length: 430 }, (_, index) => `v1.${index}.0`);
const AT_ONCE = 8;
let path = '';

test.beforeAll(async () => {
  path = await repositoryWith(TAGS);
});

/** A repository in a project of its own; answers its address. All tags are of one image. */
async function repositoryWith(tags: readonly string[]): Promise<string> {
  const client = new RegistryClient(scene().url, { user: 'admin', password: scene().adminPassword });
  const { name } = await ownProject(client, 'many');
  const repository = `${name}/app`;
  const config = await client.pushBlob(repository, JSON.stringify({ architecture: 'amd64', os: 'linux' }), OCI_CONFIG);
  const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [await client.pushBlob(repository, 'a layer')] };
  const push = async (first: number): Promise<void> => {
    for (let index = first; index < tags.length; index += AT_ONCE) await client.putManifest(repository, tags[index] ?? '', manifest);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, (_, first) => push(first)));
  client.close();
  return `/projects/${name}/repositories/app`;
}

test.beforeEach(({ page }) => signIn(page, 'admin'));

const rows = (page: Page) => page.locator('tbody tr[aria-rowindex]');
const tag = (page: Page, name: string) => page.getByRole('link', { name, exact: true });

/** Names and places of the rows that are in the document now; a row that is not there yet has no name. */
const shownRows = `[...document.querySelectorAll('tbody tr[aria-rowindex]')].map((row) => {
  const { top, bottom } = row.getBoundingClientRect();
  return { name: row.querySelector('a')?.textContent ?? '', seen: bottom > 0 && top < innerHeight, top, bottom };
})`;

interface ShownRow {
  readonly name: string;
  readonly seen: boolean;
  readonly top: number;
  readonly bottom: number;
}

test('every tag is reached by scrolling, each row follows the one before, and few are in the document', async ({ page }) => {
  await open(page, `${path}?sort=name`);
  await expect(page.getByText('430 entries')).toBeVisible();
  const seen = new Set<string>();
  await page.mouse.move(640, 600);
  for (let turns = 0; turns < 120 && seen.size < TAGS.length; turns += 1) {
    // Whatever is before one's eyes comes by itself.
    await expect
      .poll(async () => ((await page.evaluate(shownRows)) as ShownRow[]).filter((row) => row.seen && row.name === ''))
      .toEqual([]);
    const shown = (await page.evaluate(shownRows)) as ShownRow[];
    expect(shown.length).toBeLessThan(80);
    for (const [index, { top }] of shown.entries()) expect(Math.abs(top - (shown[index - 1]?.bottom ?? top))).toBeLessThan(2);
    for (const row of shown) if (row.seen) seen.add(row.name);
    await page.mouse.wheel(0, 400);
  }
  expect([...seen].sort()).toEqual([...TAGS].sort());
});

test('by keyboard to the last tag and back, to another order, and to what matches', async ({ page }) => {
  await open(page, `${path}?sort=name`);
  await expect(tag(page, 'v1.0.0')).toBeVisible();
  await page.keyboard.press('End');
  await expect(tag(page, 'v1.99.0')).toBeVisible();
  await expect(rows(page).last()).toHaveAttribute('aria-rowindex', String(TAGS.length + 1));
  await page.keyboard.press('Home');
  await expect(tag(page, 'v1.0.0')).toBeVisible();
  await page.getByLabel('Order').focus();
  await page.keyboard.type('Newest version');
  await expect(page).toHaveURL(/sort=-version/);
  await expect(rows(page).first().getByRole('link')).toHaveText('v1.429.0');
  await page.getByRole('textbox', { name: /^Filter/ }).focus();
  await page.keyboard.type('v1.42?.0');
  await expect(page.getByText('10 entries')).toBeVisible();
  await expect(rows(page)).toHaveCount(10);
  await expect(rows(page).last().getByRole('link')).toHaveText('v1.420.0');
});

test('all that match are selected on every page, and deleted in one go', async ({ page }) => {
  const here = await repositoryWith(['dev', ...TAGS.slice(0, 120)]);
  await open(page, `${here}?filter=v1.*`);
  await page.getByRole('checkbox').first().check();
  await page.getByRole('button', { name: 'Select all 120 that match' }).click();
  await page.getByRole('button', { name: 'Delete 120 tags' }).click();
  const dialog = page.getByRole('dialog');
  await expect(dialog).toContainText('and 110 more');
  await dialog.getByRole('button', { name: 'Delete 120 tags' }).click();
  await expect(page.getByText('120 tags were deleted.')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText('Nothing matches')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the filter' }).last().click();
  await expect(page.getByText('1 entry')).toBeVisible();
  await expect(tag(page, 'dev')).toBeVisible();
});
