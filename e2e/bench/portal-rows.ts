import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from '@playwright/test';
import type { Berth } from '../harness/berth.ts';
import type { Line } from './report.ts';
import { median } from './statistics.ts';

const CHROMIUM = '/usr/bin/chromium';
const PAGE = '/projects/seed-0001/repositories/team-1%2Fapp-00001';
/** Milliseconds from the request for the page, with nothing in the browser's cache, until its first rows are there. */
const BAR = 1_000;
/** Pixels in two frames: 9,000 a second, two hundred rows, as fast as a wheel that is spun. */
const STEP = 300;

/** The portal's page of the largest repository in Chromium: how soon it is there, and whether a row is missing while one scrolls. */
export async function portalLines(berth: Berth, rounds: number): Promise<Line[]> {
  const browser = await chromium.launch({
    args: ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
    ...(existsSync(CHROMIUM) ? { executablePath: CHROMIUM } : {}),
  });
  try {
    const opened: number[] = [];
    for (let round = 0; round < rounds + 1; round += 1) {
      const taken = await timeToRows(browser, berth);
      if (round > 0) opened.push(taken);
    }
    const page = await signedIn(browser, berth);
    await page.goto(berth.url + PAGE);
    await rowsOf(page).first().waitFor();
    const { frames, gaps } = await scrollThrough(page);
    const jump = await jumpToEnd(page);
    const time = median(opened);
    return [
      line({ name: 'portal: repository of 10,000 tags until its rows are seen', unit: 'ms', value: time, bar: BAR }),
      line({ name: `portal: frames with a row missing, of ${frames} while scrolling`, unit: 'frames', value: gaps, bar: 1 }),
      line({ name: 'portal: from the first tag to the last in one jump', unit: 'ms', value: jump, bar: BAR }),
    ];
  } finally {
    await browser.close();
  }
}

function line({ name, unit, value, bar }: { name: string; unit: string; value: number; bar: number }): Line {
  return { name, unit, berth: value, peer: undefined, ratio: undefined, bar: { text: `< ${bar} ${unit}`, held: value < bar } };
}

async function timeToRows(browser: Browser, berth: Berth): Promise<number> {
  const page = await signedIn(browser, berth);
  // A page that was not there before: what the sign-in loaded must not help.
  const session = await page.context().newCDPSession(page);
  await session.send('Network.clearBrowserCache');
  const begun = performance.now();
  await page.goto(berth.url + PAGE, { waitUntil: 'commit' });
  await rowsOf(page).first().waitFor();
  const taken = performance.now() - begun;
  await page.context().close();
  return taken;
}

async function signedIn(browser: Browser, berth: Berth): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await page.goto(`${berth.url}/sign-in`);
  await page.locator('input[name=username]').fill('admin');
  await page.locator('input[name=password]').fill(berth.adminPassword);
  await page.locator('form button[type=submit]').click();
  await page.waitForURL((url) => url.pathname !== '/sign-in');
  return page;
}

function rowsOf(page: Page): ReturnType<Page['locator']> {
  return page.locator('tbody tr[data-index] time');
}

/** Scrolls frame by frame through a third of the rows; a gap is a frame in which the window shows a place without its row. */
function scrollThrough(page: Page): Promise<{ frames: number; gaps: number }> {
  return page.evaluate(`new Promise((resolve) => {
    const end = document.documentElement.scrollHeight / 3;
    let [frames, gaps] = [0, 0];
    const step = () => {
      const places = [120, 400, 780].map((y) => document.elementFromPoint(700, y)?.closest('tr[data-index]'));
      const inList = window.scrollY > 400;
      if (inList && places.some((row) => row?.querySelector('time') == null)) gaps += 1;
      frames += 1;
      if (window.scrollY > end) return resolve({ frames, gaps });
      window.scrollBy(0, ${STEP});
      requestAnimationFrame(() => requestAnimationFrame(step));
    };
    step();
  })`);
}

async function jumpToEnd(page: Page): Promise<number> {
  await page.evaluate('window.scrollTo(0, 0)');
  await page.locator('tr[data-index="0"] time').first().waitFor();
  const last = (await page.locator('table[aria-rowcount]').getAttribute('aria-rowcount')) ?? '';
  const begun = performance.now();
  await page.evaluate('window.scrollTo(0, document.documentElement.scrollHeight)');
  await page.locator(`tr[aria-rowindex="${last}"] time`).first().waitFor();
  return performance.now() - begun;
}
