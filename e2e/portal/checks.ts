import AxeBuilder from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';
import { scene } from './scene.ts';

/** What must never happen on any page; filled while the page lives. */
export interface Watch {
  readonly troubles: string[];
}

/** Watches a page for requests to other origins, for breaches of the content security policy, and for errors that nobody caught. */
export function watch(page: Page): Watch {
  const troubles: string[] = [];
  page.on('request', (request) => {
    const url = request.url();
    if (!url.startsWith(scene().url) && !url.startsWith('data:')) troubles.push(`request to ${url}`);
  });
  page.on('console', (message) => {
    if (/Content Security Policy|Content-Security-Policy/i.test(message.text())) troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(`uncaught: ${error.message}`));
  return { troubles };
}

/** WCAG 2.2 AA and the good practices that axe knows. */
export async function expectAccessible(page: Page): Promise<void> {
  await still(page);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`);
  expect(found).toEqual([]);
}

/** Colours and places on their way are neither the old nor the new ones. */
async function still(page: Page): Promise<void> {
  await page.evaluate(`Promise.allSettled(
    document.getAnimations().filter(({ effect }) => effect.getComputedTiming().iterations !== Infinity).map(({ finished }) => finished),
  ).then(() => undefined)`);
}

/** What a reader's system prefers, and a page that follows it. */
export async function inColors(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colorScheme);
}
