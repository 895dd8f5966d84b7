import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { BerthOnS3 } from '../harness/berth-on-s3.ts';
import { run, waitFor } from '../harness/processes.ts';
import { RegistryClient } from '../harness/registry-client.ts';
import { scenario } from '../harness/requirements.ts';
import { type Ledger } from './ledger.ts';
import { pushingDuring } from './pushing-during.ts';
import { verify } from './verify.ts';

const CUTS = 12;

/** A whole server whose storage is behind a wire that breaks; layers come through the server, so that every byte of a pull crosses it. */
scenario('the way to the S3 storage breaks', ['root', 'radosgw', 'ceph-mon', 'ceph-osd'], () => {
  let site: BerthOnS3;
  let pid: number;

  beforeAll(async () => {
    site = await BerthOnS3.start({ env: { BERTH_S3_REDIRECT: 'false' }, wired: true });
    pid = site.berth.pid;
  });
  afterAll(() => site?.dispose());

  const newClient = (): RegistryClient => new RegistryClient(site.berth.url, { user: 'admin', password: site.berth.adminPassword });
  const readyz = async (): Promise<number> => {
    const answer = await fetch(`${site.berth.url}/readyz`, { signal: AbortSignal.timeout(15_000) });
    await answer.arrayBuffer();
    return answer.status;
  };
  const compare = async (ledger: Ledger): Promise<void> => {
    const client = newClient();
    const tally = await verify(client, ledger, undefined);
    client.close();
    expect(tally.manifests).toBeGreaterThanOrEqual(ledger.manifests.size);
    expect(site.berth.pid).toBe(pid);
  };

  it('connections are cut again and again during pushes: nothing acknowledged is lost', async () => {
    let broken = 0;
    const ledger = await pushingDuring(newClient, 'cut', async () => {
      for (let cut = 0; cut < CUTS; cut += 1) {
        await sleep(randomInt(100, 600));
        broken += site.wire.cut();
      }
    });
    expect(broken).toBeGreaterThan(CUTS);
    await compare(ledger);
  });

  it('the storage is away for some seconds: the server says so, still answers for manifests, and goes on by itself', async () => {
    const ledger = await pushingDuring(newClient, 'away', async ({ manifests }) => {
      site.wire.fail();
      await waitFor('/readyz to say 503', 30_000, async () => (await readyz()) === 503);
      expect((await fetch(`${site.berth.url}/livez`)).status).toBe(200);
      // Manifests are kept in the database: an image whose layers a machine has can still be checked and started.
      const [known] = manifests.values();
      const client = newClient();
      expect((await client.getManifest(known?.repository ?? '', known?.digest ?? '')).status).toBe(200);
      client.close();
      site.wire.mend();
      await waitFor('/readyz to say 200', 60_000, async () => (await readyz()) === 200);
    });
    await compare(ledger);
  });

  it('afterwards nothing is missing in the storage', async () => {
    const [command = '', ...args] = site.berth.command;
    // Ends with 1 when it finds something.
    const { stdout } = await run(command, [...args, 'storage', 'fsck', '--json'], { env: site.berth.environment });
    expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({ problems: 0 });
  });
});
