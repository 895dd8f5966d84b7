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
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(' | ')}`);
  expect(found).toEqual([]);
}
