import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Berth } from '../harness/berth.ts';
import { isAlive, signal, waitFor } from '../harness/processes.ts';
import { type Descriptor, expectStatus, RegistryClient } from '../harness/registry-client.ts';

describe('the embedded database dies', () => {
  let berth: Berth;
  let client: RegistryClient;
  let before: Descriptor;

  beforeAll(async () => {
    berth = await Berth.start();
    client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    before = await client.pushImage('db/app', 'before', randomBytes(1000));
  });
  afterAll(async () => {
    client?.close();
    await berth?.dispose();
  });

  it('acknowledges nothing that it cannot keep, ends in words, and has everything after a start', async () => {
    const { pid } = berth;
    const acknowledged: Descriptor[] = [];
    const pushing = (async (): Promise<void> => {
      for (let index = 0; ; index += 1) acknowledged.push(await client.pushImage('db/app', `t${index}`, randomBytes(10_000)));
    })();
    const failed = pushing.then(
      () => false,
      () => true,
    );
    await waitFor('a few pushes', 30_000, () => acknowledged.length > 5);
    for (const facts of berth.processes()) if (facts.program === 'postgres') signal(facts.pid, 'SIGKILL');
    expect(await failed).toBe(true);
    await waitFor('the server to end', 30_000, () => !isAlive(pid));
    expect(berth.log).toMatch(/Postgres ended/);
    await berth.start();
    client.close();
    client = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    for (const image of [before, ...acknowledged])
      expectStatus(`GET ${image.digest}`, await client.getManifest('db/app', image.digest), 200);
  });
});
