import { type Digest, parseRepositoryName, type RepositoryName, type Tag } from '@berth/oci';
import type { ManifestPut } from '@berth/registry';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ALICE,
  indexOf,
  newObject,
  newRepository,
  pushBlob,
  pushImage,
  putOf,
  type RecordsUnderTest,
  uniqueName,
} from './records-under-test.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';
const MEBIBYTE = 1024 * 1024;

/** What every adapter of the ManifestRecords port must do when tags, referrers and repositories are listed. `open` is asked in each test. */
export function manifestListingsContract(name: string, open: () => RecordsUnderTest): void {
  describe(`manifest listings contract: ${name}`, () => {
    let under: RecordsUnderTest;
    let here: RepositoryName;

    beforeEach(async () => {
      under = open();
      here = await newRepository(under);
    });
    afterEach(async () => {
      expect(await under.residue()).toEqual([]);
    });

    describe('tags', () => {
      test('of a repository that does not exist are undefined, of an empty one none', async () => {
        expect(await under.manifestRecords.tags(here, { limit: 10 })).toBeUndefined();
        await pushBlob(under, here);
        expect(await under.manifestRecords.tags(here, { limit: 10 })).toEqual({ names: [], more: false });
      });

      test('come in byte order, page by page, after any name', async () => {
        const tags = ['v10', 'V1', 'a', 'v2', '_x', 'v1.0', 'Z', 'v1'];
        await under.manifestRecords.put(indexOf(here, [], { tags: tags as Tag[] }));
        const sorted = tags.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
        expect(await under.manifestRecords.tags(here, { limit: 100 })).toEqual({ names: sorted, more: false });
        expect(await under.manifestRecords.tags(here, { limit: 8 })).toEqual({ names: sorted, more: false });
        expect(await under.manifestRecords.tags(here, { limit: 3 })).toEqual({ names: sorted.slice(0, 3), more: true });
        expect(await under.manifestRecords.tags(here, { limit: 3, after: sorted[2] ?? '' })).toEqual({
          names: sorted.slice(3, 6),
          more: true,
        });
        expect(await under.manifestRecords.tags(here, { limit: 100, after: 'v' })).toMatchObject({ names: ['v1', 'v1.0', 'v10', 'v2'] });
        expect(await under.manifestRecords.tags(here, { limit: 100, after: 'v\0x' })).toMatchObject({ names: ['v1', 'v1.0', 'v10', 'v2'] });
        expect(await under.manifestRecords.tags(here, { limit: 100, after: 'zz' })).toEqual({ names: [], more: false });
        expect(await under.manifestRecords.tags(here, { limit: 0 })).toEqual({ names: [], more: true });
      });
    });

    describe('referrers', () => {
      const subject = newObject().digest;
      const referrer = (to: Digest, artifactType?: string, annotations: Record<string, string> = {}): ManifestPut =>
        putOf(here, INDEX, {
          manifests: [],
          subject: { mediaType: INDEX, digest: to, size: 10 },
          ...(artifactType === undefined ? {} : { artifactType }),
          annotations,
        });

      test('of an unknown subject, or in a repository that does not exist, are none', async () => {
        expect(await under.manifestRecords.referrers(here, { subject, limit: 10 })).toEqual({ descriptors: [], more: false });
        await pushImage(under, here);
        expect(await under.manifestRecords.referrers(here, { subject, limit: 10 })).toEqual({ descriptors: [], more: false });
      });

      test('carry type, size, artifact type and annotations, only from this repository and only while they are there', async () => {
        const put = referrer(subject, 'application/vnd.example.sbom', { 'org.example': 'a\u0000b "quoted" ü' });
        await under.manifestRecords.put(put);
        const there = await newRepository(under);
        await under.manifestRecords.put({ ...referrer(subject), repository: there });
        expect(await under.manifestRecords.referrers(here, { subject, limit: 10 })).toEqual({
          descriptors: [
            {
              mediaType: INDEX,
              digest: put.digest,
              size: put.bytes.length,
              artifactType: 'application/vnd.example.sbom',
              annotations: put.manifest.annotations,
            },
          ],
          more: false,
        });
        await under.manifestRecords.remove(here, put.digest, ALICE);
        expect(await under.manifestRecords.referrers(here, { subject, limit: 10 })).toEqual({ descriptors: [], more: false });
      });

      test('come in digest order, page by page, filtered by artifact type', async () => {
        const puts = Array.from({ length: 9 }, (_, index) => referrer(subject, index % 3 === 0 ? 'application/a' : 'application/b'));
        for (const put of puts) await under.manifestRecords.put(put);
        const sorted = puts.map(({ digest }) => digest).sort();
        const digests = async (query: { limit: number; after?: string; artifactType?: string }) => {
          const page = await under.manifestRecords.referrers(here, { subject, ...query });
          return { digests: page.descriptors.map(({ digest }) => digest), more: page.more };
        };
        expect(await digests({ limit: 9 })).toEqual({ digests: sorted, more: false });
        expect(await digests({ limit: 4 })).toEqual({ digests: sorted.slice(0, 4), more: true });
        expect(await digests({ limit: 9, after: sorted[3] ?? '' })).toEqual({ digests: sorted.slice(4), more: false });
        const ofTypeA = puts.filter(({ manifest }) => manifest.artifactType === 'application/a').map(({ digest }) => digest);
        expect(await digests({ limit: 9, artifactType: 'application/a' })).toEqual({ digests: ofTypeA.sort(), more: false });
        expect(await digests({ limit: 2, artifactType: 'application/a' })).toMatchObject({ more: true });
        expect(await digests({ limit: 9, artifactType: 'application/none' })).toEqual({ digests: [], more: false });
        expect(await digests({ limit: 9, artifactType: 'application/\0' })).toEqual({ digests: [], more: false });
        expect(await digests({ limit: 9, after: '\0' })).toEqual({ digests: sorted, more: false });
      });

      test('with huge annotations come in smaller pages, each with one at least, and none is lost', async () => {
        const puts = Array.from({ length: 4 }, () => referrer(subject, undefined, { huge: 'x'.repeat(3 * MEBIBYTE) }));
        for (const put of puts) await under.manifestRecords.put(put);
        const seen: Digest[] = [];
        for (let more = true; more; ) {
          const page = await under.manifestRecords.referrers(here, { subject, limit: 100, after: seen.at(-1) ?? '' });
          expect(page.descriptors.length).toBeGreaterThan(0);
          expect(JSON.stringify(page.descriptors).length).toBeLessThan(8 * MEBIBYTE);
          seen.push(...page.descriptors.map(({ digest }) => digest));
          more = page.more;
        }
        expect(seen).toEqual(puts.map(({ digest }) => digest).sort());
      });
    });

    describe('catalog', () => {
      test('shows repositories with manifests, in byte order, within the scope, page by page', async () => {
        const [mine, open, foreign] = [uniqueName('c-mine'), uniqueName('c-open'), uniqueName('c-foreign')];
        const projectId = await under.createProject(mine);
        await under.createProject(open, { public: true });
        await under.createProject(foreign);
        const names = [`${mine}/b`, `${mine}/a/deep`, `${mine}/a-b`, `${open}/x`, `${foreign}/y`].map(parseRepositoryName);
        for (const repository of names) await under.manifestRecords.put(indexOf(repository, []));
        await pushBlob(under, parseRepositoryName(`${mine}/empty`));

        const list = async (scope: 'everything' | { projectIds: number[] }): Promise<string[]> => {
          const page = await under.manifestRecords.catalog(scope, { limit: 10_000 });
          return page.names.filter((name) => [mine, open, foreign].some((project) => name.startsWith(`${project}/`)));
        };
        expect(await list('everything')).toEqual([...names].sort());
        expect(await list({ projectIds: [projectId] })).toEqual(names.filter((name) => !name.startsWith(foreign)).sort());
        expect(await list({ projectIds: [] })).toEqual([`${open}/x`]);

        const scope = { projectIds: [projectId] };
        const first = await under.manifestRecords.catalog(scope, { limit: 2, after: mine });
        expect(first).toEqual({ names: [`${mine}/a-b`, `${mine}/a/deep`], more: true });
        const next = await under.manifestRecords.catalog(scope, { limit: 1, after: `${mine}/a/deep` });
        expect(next).toMatchObject({ names: [`${mine}/b`] });
      });

      test('a repository whose last manifest went is not shown', async () => {
        const image = await pushImage(under, here);
        await under.manifestRecords.remove(here, image.digest, ALICE);
        const page = await under.manifestRecords.catalog('everything', { limit: 10_000 });
        expect(page.names).not.toContain(here);
      });
    });
  });
}
