import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { waitFor } from '../harness/processes.ts';
import { verify } from '../faults/verify.ts';
import { IMAGE, succeeded } from './compose-scene.ts';
import { makeNextRelease, NEXT_IMAGE } from './next-release.ts';
import { PushLoop, type Site } from './site.ts';

const FULL = '/var/lib/berth/full';
/** As docs/upgrade.md says. */
const NEW_DATABASE =
  "docker-compose exec -T postgres psql -U berth -d postgres -c 'ALTER DATABASE berth RENAME TO berth_newer' -c 'CREATE DATABASE berth'";

/** From one release to the next while clients push, and back again; a backup by the container's own command. */
export function upgrading(site: Site): void {
  it('an upgrade loses no push that was acknowledged, and backs the database up first', async () => {
    succeeded(await site.inDirectory(`docker-compose exec -T berth berth backup -o ${FULL}`));
    const next = await makeNextRelease(site.engine, site.scene.folder);
    const connect = await site.connect();
    const pushes = new PushLoop(connect, 'upgrade/app', [502, 503]);
    await waitFor('pushes before the upgrade', 60_000, () => pushes.acknowledged >= 5);
    const done = await site.install(['--dir', site.directory.path], { from: next });
    const before = pushes.acknowledged;
    await waitFor('pushes after the upgrade', 60_000, () => pushes.acknowledged >= before + 5);
    expect(await pushes.end()).toEqual([]);
    succeeded(done);
    expect(await site.image('berth')).toBe(NEXT_IMAGE);
    const client = connect();
    expect((await verify(client, pushes.ledger, undefined)).manifests).toBeGreaterThanOrEqual(before + 5);
    client.close();
    const log = await site.inDirectory('docker-compose logs berth');
    expect(log.stdout).toContain('berth restore /var/lib/berth/backups/before-upgrade');
    await site.push('demo/after:1');
  });

  it('the release before says that the database is newer, and does not start on it', async () => {
    const check = await site.inDirectory(`BERTH_IMAGE=${IMAGE} docker-compose run --rm --no-deps -T berth upgrade check`);
    expect(check).toMatchObject({ code: 1 });
    expect(check.stdout + check.stderr).toMatch(/was used by a newer version; it has .*9000_next_release/);
    const start = await site.inDirectory(`BERTH_IMAGE=${IMAGE} docker-compose run --rm --no-deps -T berth serve`);
    expect(start).toMatchObject({ code: 1 });
    expect(start.stdout + start.stderr).toContain('newer than this Berth');
  });

  it('goes back to it by the commands of the documentation, to what was there before the upgrade', async () => {
    succeeded(await site.inDirectory('docker-compose stop berth'));
    succeeded(await site.inDirectory(NEW_DATABASE));
    succeeded(
      await site.inDirectory(
        `BERTH_IMAGE=${IMAGE} docker-compose run --rm --no-deps -T berth restore /var/lib/berth/backups/before-upgrade`,
      ),
    );
    succeeded(await site.install(['--dir', site.directory.path]));
    expect(await site.image('berth')).toBe(IMAGE);
    expect(await site.pull('demo/before:1')).toMatchObject({ code: 0 });
    expect(await site.pull('demo/after:1')).toMatchObject({ code: 1 });
    await site.push('demo/after:1');
    expect(await site.pull('demo/after:1')).toMatchObject({ code: 0 });
  });

  it('restores a whole backup when database and layers are gone', async () => {
    succeeded(await site.inDirectory('docker-compose stop berth'));
    succeeded(await site.inDirectory(NEW_DATABASE.replace('berth_newer', 'berth_lost')));
    const restore = `rm -rf /var/lib/berth/blobs && berth restore ${FULL}`;
    succeeded(await site.inDirectory(`docker-compose run --rm --no-deps -T --entrypoint sh berth -euc '${restore}'`));
    succeeded(await site.inDirectory('docker-compose start berth'));
    await waitFor('the restored registry', 60_000, async () => {
      await sleep(200);
      return (await site.pull('demo/before:1')).code === 0;
    });
  });
}
