import { setImmediate as breathe } from 'node:timers/promises';
import { createGarbageRecords } from '@berth/database';
import { type Digest, digestOfBytes, OCI_INDEX, OCI_MANIFEST } from '@berth/oci';
import { Collector } from '@berth/registry';
import { expect, test } from 'vitest';
import { type Answer, descriptor, useV2Server } from '../http/v2/testing/v2-test-server.ts';

const server = useV2Server();
const REPOSITORIES = ['library/a', 'library/b', 'other/c'];
const LAYERS = Array.from({ length: 8 }, (_, index) => Buffer.alloc(3000 + index, `layer ${index} `));
const TAGS = ['x', 'y', 'z'];
const PUSHERS = 6;
/** A longer run by command: BERTH_COLLECTION_SECONDS=180. Else so many pushes of each pusher. */
const SECONDS = Number(process.env['BERTH_COLLECTION_SECONDS'] ?? 0);
const PUSHES = 12;

const never = new AbortController().signal;
const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(Math.random() * items.length)] as Item;

/**
 * Makes every lease end that was not promised to a push under way. A push promises before its first request and is waited for no longer than
 * that: what collection sees is a world in which hours pass between pushes, and none within one.
 */
class Ages {
  readonly #promised = new Map<string, number>();
  #aging: Promise<unknown> | undefined;

  async promise(digests: readonly Digest[]): Promise<() => void> {
    while (this.#aging !== undefined) await this.#aging;
    for (const digest of digests) this.#promised.set(digest, (this.#promised.get(digest) ?? 0) + 1);
    return () => {
      for (const digest of digests) this.#promised.set(digest, (this.#promised.get(digest) ?? 0) - 1);
    };
  }

  /** Also the moment for what may take promised content away by right, such as a client's DELETE of a blob. */
  async pass(remove: (free: readonly Digest[]) => Promise<unknown>): Promise<void> {
    while (this.#aging !== undefined) await this.#aging;
    const kept = [...this.#promised].filter(([, count]) => count > 0).map(([digest]) => digest);
    this.#aging = this.#pass(kept, remove);
    try {
      await this.#aging;
    } finally {
      this.#aging = undefined;
    }
  }

  async #pass(kept: string[], remove: (free: readonly Digest[]) => Promise<unknown>): Promise<void> {
    await server.knex.raw(
      `update repository_blobs l set lease_until = now() - interval '3 days' from blobs b where b.id = l.blob_id and b.digest <> all(?::text[])`,
      [kept],
    );
    await server.knex.raw(`update garbage_candidates set not_before = now()`);
    await server.knex.raw(`update blob_deletions set not_before = now()`);
    await remove(LAYERS.map((layer) => digestOfBytes(layer)).filter((digest) => !kept.includes(digest)));
  }
}

test('collection in a loop against push, HEAD, mount, tag, delete and pull: no push fails, nothing dangles', {
  timeout: (SECONDS + 120) * 1000,
}, async () => {
  const ages = new Ages();
  const collector = new Collector(createGarbageRecords(server.knex));
  const stopping = new AbortController();
  const refused: string[] = [];
  const counts = { pushes: 0, heads: 0, uploads: 0, mounts: 0, pulls: 0, deletions: 0, collected: 0, objects: 0 };
  const pushed: { repository: string; image: Digest; index: Digest }[] = [];
  const until = performance.now() + SECONDS * 1000;

  const count = (what: keyof typeof counts, more: number): void => {
    counts[what] += more;
  };
  const expectStatus = (answer: Answer, statuses: readonly number[], what: string): void => {
    if (!statuses.includes(answer.status)) refused.push(`${what}: ${answer.status} ${answer.body.toString().slice(0, 200)}`);
  };

  /** What docker does for one layer: ask, mount, upload. */
  async function offer(repository: string, content: Buffer): Promise<void> {
    const digest = digestOfBytes(content);
    if ((await server.ask('HEAD', `/v2/${repository}/blobs/${digest}`)).status === 200) {
      counts.heads += 1;
      return;
    }
    const mount = await server.ask('POST', `/v2/${repository}/blobs/uploads/?mount=${digest}&from=${pick(REPOSITORIES)}`);
    if (mount.status === 201) {
      counts.mounts += 1;
      return;
    }
    expectStatus(mount, [202], 'mount');
    const sent = await server.ask('PUT', `${mount.headers.location}?digest=${digest}`, { body: content });
    expectStatus(sent, [201], 'upload');
    counts.uploads += 1;
  }

  async function push(): Promise<void> {
    const repository = pick(REPOSITORIES);
    const layers = [...new Set([pick(LAYERS), pick(LAYERS), pick(LAYERS)])];
    const config = Buffer.from(JSON.stringify({ unique: Math.random() }));
    const contents = [config, ...layers];
    const release = await ages.promise(contents.map((content) => digestOfBytes(content)));
    try {
      for (const content of contents) await offer(repository, content);
      const manifest = Buffer.from(
        JSON.stringify({
          ...{ schemaVersion: 2, mediaType: OCI_MANIFEST, config: descriptor(config, 'application/vnd.oci.image.config.v1+json') },
          layers: layers.map((layer) => descriptor(layer, 'application/vnd.oci.image.layer.v1.tar')),
        }),
      );
      const digest = digestOfBytes(manifest);
      const headers = { 'content-type': OCI_MANIFEST };
      const put = await server.ask('PUT', `/v2/${repository}/manifests/${pick([pick(TAGS), digest])}`, { body: manifest, headers });
      expectStatus(put, [201], 'manifest');
      const index = Buffer.from(
        JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [{ ...descriptor(manifest, OCI_MANIFEST) }] }),
      );
      // Somebody may have deleted the child meanwhile, by right; only a missing blob is wrong.
      const tagged = await server.ask('PUT', `/v2/${repository}/manifests/${pick(TAGS)}`, {
        body: index,
        headers: { 'content-type': OCI_INDEX },
      });
      expectStatus(tagged, [201, 404, 400], 'index');
      for (const layer of layers) {
        const pulled = await server.ask('GET', `/v2/${repository}/blobs/${digestOfBytes(layer)}`);
        expectStatus(pulled, [200], 'pull');
        if (!pulled.body.equals(layer)) refused.push('pull: other bytes');
        counts.pulls += 1;
      }
      pushed.push({ repository, image: digest, index: digestOfBytes(index) });
      counts.pushes += 1;
    } finally {
      release();
    }
  }

  const forever = async (act: () => Promise<unknown>): Promise<void> => {
    while (!stopping.signal.aborted) {
      await act();
      await breathe();
    }
  };
  const background = [
    ...[1, 2].map(() => forever(async () => count('collected', (await collector.collect(stopping.signal)).blobs))),
    forever(async () => count('collected', (await collector.sweep(stopping.signal)).blobs)),
    // The trash holds what deletions let go, and lets it go in turn.
    forever(async () => server.knex.raw('delete from trash')),
    forever(async () => count('objects', (await server.registry.garbage.workDeletions(50)).removed)),
    forever(() =>
      ages.pass((free) => (free.length === 0 ? Promise.resolve() : server.ask('DELETE', `/v2/${pick(REPOSITORIES)}/blobs/${pick(free)}`))),
    ),
    forever(async () => {
      if (pushed.length === 0) return;
      const { repository, image, index } = pick(pushed);
      for (const reference of pick([[index, image], [image], [pick(TAGS)]])) {
        const gone = await server.ask('DELETE', `/v2/${repository}/manifests/${reference}`);
        if (gone.status === 202) counts.deletions += 1;
      }
    }),
  ];
  await Promise.all(
    Array.from({ length: PUSHERS }, async () => {
      for (let turn = 0; SECONDS > 0 ? performance.now() < until : turn < PUSHES; turn += 1) await push();
    }),
  );
  stopping.abort();
  await Promise.all(background);
  await ages.pass(() => Promise.resolve());
  count('collected', (await collector.sweep(never)).blobs);
  await server.knex.raw(`update blob_deletions set not_before = now()`);
  count('objects', (await server.registry.garbage.workDeletions(1000)).removed);
  if (SECONDS > 0) process.stdout.write(`${JSON.stringify(counts)}\n`);

  expect(refused).toEqual([]);
  expect(server.troubles).toEqual([]);
  expect(counts.collected).toBeGreaterThan(0);
  expect(counts.objects).toBeGreaterThan(0);
  expect(counts.pushes).toBeGreaterThanOrEqual(SECONDS > 0 ? 1 : PUSHERS * PUSHES);
  // Every manifest that is left can be pulled as a whole.
  const { rows } = await server.knex.raw<{ rows: { repository: string; digest: Digest }[] }>(
    `select r.name as repository, b.digest from manifest_references f join repositories r on r.id = f.repository_id join blobs b on b.id = f.blob_id`,
  );
  for (const { repository, digest } of rows) {
    const pulled = await server.ask('GET', `/v2/${repository}/blobs/${digest}`);
    expect([pulled.status, digestOfBytes(pulled.body)]).toEqual([200, digest]);
  }
});
