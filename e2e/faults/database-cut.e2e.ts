import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Berth } from '../harness/berth.ts';
import { PostgresServer } from '../harness/postgres-server.ts';
import { waitFor } from '../harness/processes.ts';
import { RegistryClient } from '../harness/registry-client.ts';
import { scenario } from '../harness/requirements.ts';
import { TcpProxy } from '../harness/tcp-proxy.ts';
import { pushingDuring } from './pushing-during.ts';
import { verify } from './verify.ts';

const CUTS = 12;

/** A database of its own behind a wire that breaks: the server must neither lose what it acknowledged nor need a restart. */
scenario('the way to the database breaks', ['root', 'setpriv'], () => {
  let postgres: PostgresServer;
  let wire: TcpProxy;
  let berth: Berth;
  let pid: number;

  beforeAll(async () => {
    postgres = await PostgresServer.start();
    const url = new URL(postgres.url);
    wire = await TcpProxy.start({ host: url.hostname, port: Number(url.port) });
    url.port = String(wire.port);
    berth = await Berth.start({ env: { BERTH_DATABASE_URL: url.href } });
    pid = berth.pid;
  });
  afterAll(async () => {
    await berth?.dispose();
    await wire?.close();
    await postgres?.dispose();
  });

  const newClient = (): RegistryClient => new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
  const readyz = async (): Promise<number> => {
    const answer = await fetch(`${berth.url}/readyz`, { signal: AbortSignal.timeout(10_000) });
    await answer.arrayBuffer();
    return answer.status;
  };
  it('connections are cut again and again during pushes: nothing acknowledged is lost', async () => {
    let broken = 0;
    const ledger = await pushingDuring(newClient, 'cut', async () => {
      for (let cut = 0; cut < CUTS; cut += 1) {
        await sleep(randomInt(100, 600));
        broken += wire.cut();
      }
    });
    expect(broken).toBeGreaterThan(CUTS);
    const client = newClient();
    const tally = await verify(client, ledger, undefined);
    client.close();
    expect(tally.manifests).toBeGreaterThanOrEqual(ledger.manifests.size);
    expect(berth.pid).toBe(pid);
  });

  it('the database is away for some seconds: the server says so, and goes on by itself', async () => {
    const ledger = await pushingDuring(newClient, 'away', async () => {
      wire.fail();
      await waitFor('/readyz to say 503', 20_000, async () => (await readyz()) === 503);
      expect((await fetch(`${berth.url}/livez`)).status).toBe(200);
      await sleep(3000);
      wire.mend();
      await waitFor('/readyz to say 200', 60_000, async () => (await readyz()) === 200);
    });
    const client = newClient();
    await verify(client, ledger, undefined);
    client.close();
    expect(berth.pid).toBe(pid);
    expect(berth.log).toMatch(/database|connection/);
  });
});
