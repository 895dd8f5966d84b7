import { existsSync } from 'node:fs';
import { appendFile, mkdir, stat, truncate } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { run } from '../harness/processes.ts';
import { CHECKOUT } from '../harness/scratch.ts';
import { NAME, succeeded } from './compose-scene.ts';
import { type Site } from './site.ts';

const BUNDLE_LIMIT_MS = 300_000;

/** The offline bundle, from the machine that makes it to the one without a network. */
export function bundling(site: Site): void {
  it('is one file with its checksum', async () => {
    const { engine, folder } = site.scene;
    const usb = join(folder, 'usb');
    await mkdir(usb);
    const made = await run('sh', [join(CHECKOUT, 'deploy/make-offline-bundle.sh'), '--output', usb], {
      env: engine.environment,
      timeoutMs: BUNDLE_LIMIT_MS,
    });
    const bundle = made.stdout.trim();
    expect(basename(bundle)).toMatch(/^berth-0\.1\.0-offline-linux-(amd64|arm64)\.tar\.gz$/);
    await run('sha256sum', ['--check', `${basename(bundle)}.sha256`], { cwd: dirname(bundle) });
    await run('tar', ['-C', usb, '-xzf', bundle]);
    site.release = join(usb, 'berth-0.1.0');
  });

  it('is refused when a byte of it is wrong, before anything is loaded or written', async () => {
    const images = join(site.release, 'images/postgres_18.tar');
    const { size } = await stat(images);
    await appendFile(images, 'x');
    const refused = await site.install(['--host', NAME, '--dir', site.directory.path]);
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/the bundle is damaged: images\/postgres_18\.tar.*Copy it again/),
    });
    await truncate(images, size);
    expect(existsSync(site.directory.path)).toBe(false);
    expect((await site.engine.docker(['images', '--quiet'])).stdout).toBe('');
  });

  it('installs where there is no network and no image, and a push and a pull work', async () => {
    const done = await site.firstInstall();
    expect(done.stderr).toContain('Loading berth:0.1.0 from');
    expect(done.stderr).not.toMatch(/Pulling|Building/);
    await site.push('demo/before:1');
    expect(await site.pull('demo/before:1')).toMatchObject({ code: 0 });
    const again = succeeded(await site.install(['--dir', site.directory.path, '--dry-run']));
    expect(again.stdout).toContain('berth:0.1.0 (present) postgres:18 (present)');
  });
}
