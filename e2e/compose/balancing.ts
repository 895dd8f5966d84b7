import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { verify } from '../faults/verify.ts';
import { Ledger } from '../faults/ledger.ts';
import { Pusher } from '../faults/pusher.ts';
import { waitFor } from '../harness/processes.ts';
import { succeeded } from './compose-scene.ts';
import { type Site } from './site.ts';

/** Two servers behind the load balancer, on an installation that was one server before. */
export function balancing(site: Site): void {
  it('one server becomes two behind a load balancer, with the same data under the same name', async () => {
    succeeded(await site.install(['--dir', site.directory.path, '--replicas', '2']));
    for (const service of ['berth-1', 'berth-2', 'balancer']) expect(await site.image(service)).not.toBe('');
    expect(await site.image('berth')).toBe('');
    expect(await site.pull('demo/before:1')).toMatchObject({ code: 0 });
    await site.push('demo/balanced:1');
  });

  it('both servers are replaced one after the other, and no request of clients fails', async () => {
    const connect = await site.connect();
    const ledger = new Ledger();
    const client = connect();
    const pusher = new Pusher(client, ledger, 'rolling/app');
    const ended = pusher.run();
    await waitFor('pushes', 60_000, () => ledger.manifests.size >= 3);
    const before = await serverIds(site);
    await appendFile(join(site.directory.path, 'berth.yml'), 'drain_seconds: 20\n');
    const done = await site.install(['--dir', site.directory.path]);
    const during = ledger.manifests.size;
    const later = waitFor('pushes afterwards', 60_000, () => ledger.manifests.size >= during + 3).then(() => undefined);
    // A pusher ends at the first failure, whatever it is.
    expect(await Promise.race([ended, later])).toBeUndefined();
    pusher.stop();
    expect(await ended).toBeUndefined();
    succeeded(done);
    for (const id of await serverIds(site)) expect(before).not.toContain(id);
    await verify(client, ledger, undefined);
    client.close();
  });

  it('the servers see who asks, whatever a client claims', async () => {
    const connect = await site.connect();
    const client = connect();
    const asked = await client.ask('POST', '/v2/claims/address/blobs/uploads/', { headers: { 'x-forwarded-for': '203.0.113.99' } });
    expect(asked.status).toBe(202);
    const line = await waitFor('the request in a log', 30_000, async () =>
      (await site.inDirectory('docker-compose logs --tail 500 berth-1 berth-2')).stdout
        .split('\n')
        .find((text) => text.includes('claims/address')),
    );
    expect(line).toMatch(/"address":"[0-9a-f.:]+"/);
    expect(line).not.toContain('203.0.113.99');
    client.close();
    expect(await readFile(join(site.directory.path, '.env'), 'utf8')).toContain('COMPOSE_PROFILES=replicas');
  });
}

async function serverIds(site: Site): Promise<string[]> {
  const listed = await site.inDirectory('docker-compose ps -q berth-1 berth-2');
  return listed.stdout.split('\n').filter(Boolean);
}
