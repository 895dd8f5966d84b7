import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Berth } from '../harness/berth.ts';
import { BerthOnS3 } from '../harness/berth-on-s3.ts';
import { run, tryRun } from '../harness/processes.ts';
import { sha256 } from '../harness/random-bytes.ts';
import { expectStatus, OCI_INDEX, OCI_MANIFEST, RegistryClient } from '../harness/registry-client.ts';
import { scenario } from '../harness/requirements.ts';
import { CHECKOUT } from '../harness/scratch.ts';

const COMMAND = join(CHECKOUT, 'apps/cli/bin/berth.js');
/** What was acknowledged longer ago must come back. */
const PROMISE_MS = 10_000;
const REPOSITORIES = ['team/app', 'team/tools/deep/path', 'other/app'];
const PUSHERS = 4;
const PUSHES = 40;
const TAGS = 8;

describe('the database directory is deleted under a filled registry on disk', () => {
  let berth: Berth;
  beforeAll(async () => {
    berth = await Berth.start();
  });
  afterAll(() => berth?.dispose());
  everythingComesBack(() => berth);
});

scenario('the database directory is deleted under a filled registry on S3', ['root', 'radosgw', 'ceph-mon', 'ceph-osd'], () => {
  let site: BerthOnS3;
  beforeAll(async () => {
    site = await BerthOnS3.start({ env: { BERTH_S3_REDIRECT: 'false' } });
  }, 180_000);
  afterAll(() => site?.dispose());
  everythingComesBack(() => site.berth);
});

function everythingComesBack(server: () => Berth): void {
  /** What each tag pointed at last, of each repository; undefined where it was deleted. */
  const tags = new Map<string, string | undefined>();
  const digests = new Map<string, Set<string>>();
  let client: RegistryClient;

  const connect = (): RegistryClient => new RegistryClient(server().url, { user: 'admin', password: server().adminPassword });

  /** Pushes, tags that move again and again, and deletions, each pusher with tags of its own. */
  async function work(pusher: number): Promise<void> {
    for (let step = 0; step < PUSHES; step += 1) {
      const repository = REPOSITORIES[(pusher + step) % REPOSITORIES.length] ?? '';
      const tag = `p${pusher}-${step % TAGS}`;
      const { digest } = await client.pushImage(repository, tag, randomBytes(2000));
      tags.set(`${repository}:${tag}`, digest);
      of(repository).add(digest);
      if (step % 7 === 6) {
        expectStatus('DELETE tag', await client.ask('DELETE', `/v2/${repository}/manifests/${tag}`), 202);
        tags.set(`${repository}:${tag}`, undefined);
      }
      if (step % 11 === 10) {
        expectStatus('DELETE digest', await client.ask('DELETE', `/v2/${repository}/manifests/${digest}`), 202);
        tags.set(`${repository}:${tag}`, undefined);
        of(repository).delete(digest);
      }
    }
  }

  function of(repository: string): Set<string> {
    const known = digests.get(repository) ?? new Set();
    digests.set(repository, known);
    return known;
  }

  const storage = (...args: readonly string[]) =>
    tryRun(process.execPath, [COMMAND, 'storage', ...args], { env: server().environment, cwd: server().folder });

  it('and every tag and digest that was acknowledged comes back by berth storage rebuild', async () => {
    client = connect();
    await Promise.all(Array.from({ length: PUSHERS }, (_, pusher) => work(pusher)));
    const child = await client.pushImage('team/app', 'child', randomBytes(3000));
    const index = await client.putManifest('team/app', 'index', { schemaVersion: 2, mediaType: OCI_INDEX, manifests: [child] }, OCI_INDEX);
    const empty = await client.pushBlob('team/app', '{}', 'application/vnd.oci.empty.v1+json');
    const subject = {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      artifactType: 'application/x.sbom',
      config: empty,
      layers: [empty],
      subject: child,
    };
    const referrer = await client.putManifest('team/app', sha256(JSON.stringify(subject)), subject);
    for (const { digest } of [child, index, referrer]) of('team/app').add(digest);
    await sleep(PROMISE_MS);

    await server().kill('everything');
    await rm(join(server().dataFolder, 'postgres'), { recursive: true });
    client.close();

    await expect(server().start()).rejects.toThrow(/storage holds a registry/);
    const looked = await storage('rebuild', '--dry-run', '--json');
    expect(looked.code, looked.stderr).toBe(0);
    expect(JSON.parse(looked.stdout)).toMatchObject({ problems: 0, complete: true });
    await run(process.execPath, [COMMAND, 'storage', 'rebuild', '--verify-content'], { env: server().environment, cwd: server().folder });

    await server().start();
    client = connect();
    for (const [name, digest] of tags) {
      const [repository, tag] = name.split(':') as [string, string];
      const answer = await client.getManifest(repository, tag);
      expect([name, answer.status, answer.headers['docker-content-digest']]).toEqual([name, digest === undefined ? 404 : 200, digest]);
    }
    let layers = 0;
    for (const [repository, known] of digests) {
      for (const digest of known) {
        const { body } = expectStatus(`GET ${digest}`, await client.getManifest(repository, digest), 200);
        expect(sha256(body)).toBe(digest);
        for (const layer of (JSON.parse(body.toString()) as { layers?: { digest: string }[] }).layers ?? []) {
          expect(sha256(expectStatus('GET layer', await client.getBlob(repository, layer.digest), 200).body)).toBe(layer.digest);
          layers += 1;
        }
      }
    }
    expect(layers).toBeGreaterThan(PUSHERS * PUSHES * 0.8);
    const referrers = await client.ask('GET', `/v2/team/app/referrers/${child.digest}`);
    expect(JSON.parse(referrers.body.toString())).toMatchObject({ manifests: [{ digest: referrer.digest }] });
    expect((await storage('fsck')).code).toBe(0);
    await client.pushImage('team/app', 'after', randomBytes(1000));
    client.close();
  });
}
