import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Download, expect, type Page, test } from '@playwright/test';
import { Berth } from '../harness/berth.ts';
import { freePort } from '../harness/ports.ts';
import { run, tryRun } from '../harness/processes.ts';
import { scratchFolder, removeFolder } from '../harness/scratch.ts';
import { requireTool } from '../harness/tools.ts';
import { expectAccessible } from './checks.ts';
import { settled } from './sign-in.ts';

/** A server that made its CA and certificate itself, as `berth serve --tls auto` does. */
test.describe('on a server with a CA of its own', () => {
  test.describe.configure({ mode: 'serial' });
  test.use({ ignoreHTTPSErrors: true });
  let berth: Berth;
  let url: string;
  let folder: string;

  test.beforeAll(async () => {
    const port = await freePort();
    berth = await Berth.start({ env: { BERTH_TLS: 'auto', BERTH_HTTPS_PORT: String(port), BERTH_LOG_LEVEL: 'warn' } });
    url = `https://127.0.0.1:${port}`;
    folder = await scratchFolder('certificates');
  });
  test.afterAll(async () => {
    await berth.dispose();
    await removeFolder(folder);
  });
  test.beforeEach(async ({ page }) => {
    await page.goto(`${url}/sign-in`);
    await page.locator('input[name=username]').fill('admin');
    await page.locator('input[name=password]').fill(berth.adminPassword);
    await page.locator('form button[type=submit]').click();
    await expect(page.locator('#content')).toBeVisible();
    await page.goto(`${url}/certificates`);
    await expect(page.getByRole('heading', { level: 2, name: 'What is served' })).toBeVisible();
    await settled(page);
  });

  test('a certificate is issued, its key fits, and openssl verifies it against the CA that was downloaded', async ({ page }) => {
    await expect(page.getByText('accept it for 127.0.0.1')).toBeVisible();
    await page.getByRole('button', { name: 'Issue a certificate' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Host names and addresses').fill('IP:cdh1');
    await dialog.getByRole('button', { name: 'Issue' }).click();
    await expect(dialog.getByText('is a name, not an IP address')).toBeVisible();
    await expect(dialog.getByLabel('Host names and addresses')).toHaveAttribute('aria-invalid', 'true');
    await dialog.getByLabel('Host names and addresses').fill('cdh1');
    await expect(dialog.getByText('docker takes cdh1/project/image')).toBeVisible();
    await dialog.getByLabel('Host names and addresses').fill('harbor.daemon.io, 192.168.56.121');
    await dialog.getByLabel('Days').fill('900');
    await expect(dialog.getByText('Type a number from 1 to 825.')).toBeVisible();
    await dialog.getByLabel('Days').fill('90');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Issue' }).click();
    await expect(page.getByText('The certificate is ready')).toBeVisible();
    const files = { ca: '', crt: '', key: '' };
    files.crt = await saved(page, 'harbor.daemon.io.crt', () => page.getByRole('button', { name: 'harbor.daemon.io.crt' }).click());
    files.key = await saved(page, 'harbor.daemon.io.key', () => page.getByRole('button', { name: 'harbor.daemon.io.key' }).click());
    await expectAccessible(page);
    await page.getByRole('button', { name: 'I have saved both' }).click();
    await expect(page.getByRole('dialog')).toHaveCount(0);
    files.ca = await saved(page, 'ca.crt', () => page.getByRole('link', { name: 'ca.crt (PEM)' }).click());
    const openssl = requireTool('openssl');
    const verified = ['verify', '-CAfile', files.ca, '-verify_hostname', 'harbor.daemon.io', files.crt];
    expect((await run(openssl, verified)).stdout).toContain('OK');
    expect((await tryRun(openssl, verified.with(4, 'other.daemon.io'))).code).not.toBe(0);
    const ofKey = (await run(openssl, ['pkey', '-in', files.key, '-pubout'])).stdout;
    expect((await run(openssl, ['x509', '-in', files.crt, '-noout', '-pubkey'])).stdout).toBe(ofKey);
    expect(readFileSync(join(berth.dataFolder, 'tls/ca.ledger.json'), 'utf8')).toContain('harbor.daemon.io');
  });

  test('a request is signed, and one that is none is refused at its field', async ({ page }) => {
    const request = join(folder, 'request.der');
    await run(requireTool('openssl'), [
      ...['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', '/CN=build.example'],
      ...['-addext', 'subjectAltName=DNS:build.example', '-outform', 'DER', '-keyout', join(folder, 'request.key'), '-out', request],
    ]);
    await page.getByRole('button', { name: 'Issue a certificate' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('A signing request', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Issue' }).click();
    await expect(dialog.getByText('Paste a request, or choose its file.')).toBeVisible();
    await dialog.getByLabel('Signing request (PKCS#10)').fill('-----BEGIN NOTHING-----');
    await dialog.getByRole('button', { name: 'Issue' }).click();
    await expect(dialog.getByText('Nothing was signed.')).toBeVisible();
    await dialog.locator('input[type=file]').setInputFiles(request);
    await expect(dialog.getByLabel('Signing request (PKCS#10)')).toHaveValue(/BEGIN CERTIFICATE REQUEST/);
    await dialog.getByRole('button', { name: 'Issue' }).click();
    await expect(page.getByText('The certificate is ready')).toBeVisible();
    await page.getByRole('dialog', { name: 'The certificate is ready' }).getByRole('button', { name: 'Close' }).click();
    await expect(page.getByText('DNS:build.example')).toBeVisible();
  });

  test('a certificate is found by its name and revoked with a reason', async ({ page }) => {
    await page.getByLabel('Filter by a part of a name').fill('build');
    await expect(page.getByText('DNS:harbor.daemon.io')).toHaveCount(0);
    await page.getByRole('button', { name: 'Revoke build.example' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason').selectOption({ label: 'somebody else has the key' });
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Revoke' }).click();
    await expect(page.getByText('The certificate of build.example was revoked.')).toBeVisible();
    await expect(page.getByRole('button', { name: 'Revoke build.example' })).toHaveCount(0);
    await expect(page.getByText('somebody else has the key')).toBeVisible();
  });

  test('Connect shows the line that makes a machine trust it', async ({ page }) => {
    await page.goto(`${url}/connect`);
    await expect(page.getByText(/sha256sum/)).toBeVisible();
    await expectAccessible(page);
  });

  /** Lets the browser save a file, and answers where it is. */
  async function saved(page: Page, name: string, click: () => Promise<void>): Promise<string> {
    const [download]: [Download, void] = await Promise.all([page.waitForEvent('download'), click()]);
    expect(download.suggestedFilename()).toBe(name);
    const path = join(folder, name);
    await download.saveAs(path);
    return path;
  }
});
