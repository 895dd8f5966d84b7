import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Page, test } from '@playwright/test';
import { CHECKOUT } from '../harness/scratch.ts';
import { PAGES } from './pages.ts';
import { open, signIn } from './sign-in.ts';

const FOLDER = join(CHECKOUT, 'e2e', 'screenshots');
const ONLY = process.env['PORTAL_ONLY'];

/**
 * Every page in both themes and languages, on a desk and on a telephone: pictures to be looked at, kept out of version control. Some of them:
 * `npm run screenshots -w e2e -- --grep 'narrow dark zh'`, and of these some pages: `PORTAL_ONLY=jobs,health`.
 */
for (const [word, width] of [
  ['', 1280],
  ['narrow ', 390],
] as const) {
  for (const theme of ['light', 'dark'] as const) {
    for (const language of ['en', 'zh'] as const) {
      test(`${word}${theme} ${language}`, async ({ page }) => {
        test.setTimeout(300_000);
        await shoot(page, { theme, language, width });
      });
    }
  }
}

interface Look {
  readonly theme: 'light' | 'dark';
  readonly language: 'en' | 'zh';
  readonly width: number;
}

async function shoot(page: Page, { theme, language, width }: Look): Promise<void> {
  const folder = join(FOLDER, `${width < 600 ? 'narrow-' : ''}${theme}-${language}`);
  mkdirSync(folder, { recursive: true });
  await page.setViewportSize({ width, height: width < 600 ? 844 : 800 });
  const kept = { 'mantine-color-scheme-value': theme, 'berth-language': language };
  await page.addInitScript({ content: `Object.assign(localStorage, ${JSON.stringify(kept)})` });
  await open(page, '/sign-in');
  await page.screenshot({ path: join(folder, 'sign-in.png'), fullPage: true });
  await signIn(page, 'admin');
  for (const { name, path, prepare } of PAGES) {
    if (ONLY !== undefined && !ONLY.split(',').includes(name)) continue;
    await open(page, path);
    await prepare?.(page);
    await page.waitForTimeout(250);
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }
}
