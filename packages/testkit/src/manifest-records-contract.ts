import { digestOfBytes, parseRepositoryName, type RepositoryName, type Tag } from '@berth/oci';
import type { ManifestPut } from '@berth/registry';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ALICE,
  asChild,
  descriptor,
  imageOf,
  indexOf,
  newObject,
  newRepository,
  pushBlob,
  pushImage,
  putOf,
  type RecordsUnderTest,
  uniqueName,
} from './records-under-test.ts';

const STORED = { outcome: 'stored' };
const byTag = (tag: string) => ({ kind: 'tag' as const, tag: tag as Tag });
const byDigest = ({ digest }: ManifestPut) => ({ kind: 'digest' as const, digest });

/** What every adapter of the ManifestRecords port must do when manifests are put, read and removed. `open` is asked in each test. */
export function manifestRecordsContract(name: string, open: () => RecordsUnderTest): void {
  describe(`manifest records contract: ${name}`, () => {
    let under: RecordsUnderTest;
    let here: RepositoryName;

    beforeEach(async () => {
      under = open();
      here = await newRepository(under);
    });
    afterEach(async () => {
      expect(await under.residue()).toEqual([]);
    });

    const put = (manifest: ManifestPut) => under.manifestRecords.put(manifest);

    describe('refusing', () => {
      test('references that are not linked here, named each, nothing stored', async () => {
        const linked = await pushBlob(under, here);
        const elsewhere = await pushBlob(under, await newRepository(under));
        const absent = newObject();
        const image = imageOf(here, [linked, elsewhere, absent], { tags: ['v1' as Tag] });
        const outcome = await put(image);
        expect(outcome).toMatchObject({
          outcome: 'refused',
          missing: [{ digest: elsewhere.digest }, { digest: absent.digest }],
          wrongSize: [],
        });
        expect(await under.manifestRecords.find(here, byDigest(image))).toBeUndefined();
        expect(await under.manifestRecords.tags(here, { limit: 10 })).toEqual({ names: [], more: false });
      });

      test('a descriptor whose size is not the stored one', async () => {
        const blob = await pushBlob(under, here);
        const image = imageOf(here, [{ ...blob, size: blob.size + 1 }]);
        expect(await put(image)).toMatchObject({ outcome: 'refused', missing: [], wrongSize: [{ digest: blob.digest }] });
        const child = await pushImage(under, here);
        const index = indexOf(here, [{ ...asChild(child), size: 1 }]);
        expect(await put(index)).toMatchObject({ outcome: 'refused', wrongSize: [{ digest: child.digest }] });
      });

      test('a refused first push leaves no repository behind', async () => {
        expect((await put(imageOf(here, [newObject()]))).outcome).toBe('refused');
        expect(await under.manifestRecords.tags(here, { limit: 10 })).toBeUndefined();
      });

      test('a project that does not exist', async () => {
        const absent = parseRepositoryName(`${uniqueName('absent')}/app`);
        await expect(put(indexOf(absent, []))).rejects.toMatchObject({ code: 'NAME_UNKNOWN' });
      });

      test('an absent child, unless sparse indexes are allowed', async () => {
        const absent = { digest: newObject().digest, size: 5 };
        expect(await put(indexOf(here, [absent]))).toMatchObject({ outcome: 'refused', missing: [{ digest: absent.digest }] });
        expect(await put(indexOf(here, [absent], { allowSparse: true }))).toEqual(STORED);
        expect(await put(imageOf(here, [absent], { allowSparse: true })), 'a config is no child').toMatchObject({ outcome: 'refused' });
      });

      test('an absent descriptor of an unknown manifest type', async () => {
        const known = await pushBlob(under, here);
        const content = (blob: { digest: typeof known.digest; size: number }) => ({ deep: [{ within: descriptor(blob) }] });
        expect(await put(putOf(here, 'application/vnd.example.odd+json', content(newObject())))).toMatchObject({ outcome: 'refused' });
        const odd = putOf(here, 'application/vnd.example.odd+json', content(known));
        expect(await put(odd)).toEqual(STORED);
        expect(await under.blobRecords.unlink(here, known.digest)).toBe('in use');
      });
    });

    describe('storing', () => {
      test('the raw bytes come back by tag and by digest, HEAD knows their size', async () => {
        const image = await pushImage(under, here, ['v1', 'latest']);
        const stored = { digest: image.digest, mediaType: image.manifest.mediaType, bytes: image.bytes };
        for (const reference of [byTag('v1'), byTag('latest'), byDigest(image)]) {
          expect(await under.manifestRecords.find(here, reference)).toEqual(stored);
          expect(await under.manifestRecords.find(here, reference), 'from the cache').toEqual(stored);
          expect(await under.manifestRecords.head(here, reference)).toEqual({
            digest: image.digest,
            mediaType: stored.mediaType,
            size: image.bytes.length,
          });
        }
      });

      test('what is cached is still seen only in its own repository', async () => {
        const image = await pushImage(under, here, ['v1']);
        const there = await newRepository(under);
        await pushImage(under, there, ['other']);
        expect(await under.manifestRecords.find(here, byDigest(image))).toBeDefined();
        expect(await under.manifestRecords.find(there, byDigest(image))).toBeUndefined();
        expect(await under.manifestRecords.head(there, byTag('v1'))).toBeUndefined();
        expect(await under.manifestRecords.find(parseRepositoryName('absent/app'), byTag('v1'))).toBeUndefined();
      });

      test('the same again is stored again; another media type for the same bytes replaces the first', async () => {
        const blob = await pushBlob(under, here);
        const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, config: descriptor(blob), layers: [], nonce: uniqueName('n') }));
        const image = { ...imageOf(here, [blob]), bytes, digest: digestOfBytes(bytes) };
        expect(await put(image)).toEqual(STORED);
        expect(await put(image)).toEqual(STORED);
        const renamed = { ...image, manifest: { ...image.manifest, mediaType: 'application/vnd.docker.distribution.manifest.v2+json' } };
        expect(await put(renamed)).toEqual(STORED);
        expect((await under.manifestRecords.head(here, byDigest(image)))?.mediaType).toBe(renamed.manifest.mediaType);
        expect(await under.blobRecords.unlink(here, blob.digest)).toBe('in use');
      });

      test('one layer named many times, foreign layers that are absent, an empty index', async () => {
        const [config, layer] = [await pushBlob(under, here), await pushBlob(under, here)];
        const foreign = { ...newObject(), mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip' };
        expect(await put(imageOf(here, [config, layer, layer, foreign, layer]))).toEqual(STORED);
        expect(await put(indexOf(here, []))).toEqual(STORED);
        await pushBlob(under, here, newObject(foreign.digest));
        expect(await under.blobRecords.unlink(here, foreign.digest), 'bytes that came after the manifest').toBe('in use');
      });

      test('a child of an index may be a blob', async () => {
        const blob = await pushBlob(under, here);
        const cache = indexOf(here, [blob]);
        expect(await put(cache)).toEqual(STORED);
        expect(await under.blobRecords.unlink(here, blob.digest)).toBe('in use');
        await under.manifestRecords.remove(here, cache.digest, ALICE);
        expect(await under.blobRecords.unlink(here, blob.digest)).toBe('unlinked');
      });

      test('five thousand references', async () => {
        const blobs = await Promise.all(Array.from({ length: 50 }, () => pushBlob(under, here)));
        const layers = Array.from({ length: 4998 }, (_, index) => blobs[index % blobs.length] ?? newObject());
        expect(await put(imageOf(here, [await pushBlob(under, here), ...layers]))).toEqual(STORED);
      });
    });

    describe('tags', () => {
      test('a tag moves, its old manifest stays', async () => {
        const [first, second] = [await pushImage(under, here, ['v1']), await pushImage(under, here, ['v1'])];
        expect((await under.manifestRecords.head(here, byTag('v1')))?.digest).toBe(second.digest);
        expect(await under.manifestRecords.find(here, byDigest(first))).toBeDefined();
        await put({ ...first, tags: ['v1', 'v0'] as Tag[] });
        expect((await under.manifestRecords.head(here, byTag('v1')))?.digest).toBe(first.digest);
        expect((await under.manifestRecords.head(here, byTag('v0')))?.digest).toBe(first.digest);
      });

      test('fifty PUTs to one new tag at once all succeed, and the tag is one of them', async () => {
        const blob = await pushBlob(under, here);
        const images = Array.from({ length: 50 }, () => imageOf(here, [blob], { tags: ['new', 'also-new'] as Tag[] }));
        expect(await Promise.all(images.map(put))).toEqual(images.map(() => STORED));
        const winner = await under.manifestRecords.head(here, byTag('new'));
        expect(images.map(({ digest }) => digest)).toContain(winner?.digest);
        for (const image of images) expect(await under.manifestRecords.head(here, byDigest(image))).toBeDefined();
      });

      test('fifty PUTs to one tag in a repository that does not exist yet', async () => {
        const images = Array.from({ length: 50 }, () => indexOf(here, [], { tags: ['new' as Tag] }));
        expect(await Promise.all(images.map(put))).toEqual(images.map(() => STORED));
        expect(await under.manifestRecords.tags(here, { limit: 10 })).toEqual({ names: ['new'], more: false });
      });

      test('removing a tag removes only the tag', async () => {
        const image = await pushImage(under, here, ['v1', 'v2']);
        expect(await under.manifestRecords.removeTag(here, 'v1' as Tag, ALICE)).toBe(true);
        expect(await under.manifestRecords.head(here, byTag('v1'))).toBeUndefined();
        expect(await under.manifestRecords.head(here, byTag('v2'))).toBeDefined();
        expect(await under.manifestRecords.find(here, byDigest(image))).toBeDefined();
        expect(await under.manifestRecords.removeTag(here, 'v1' as Tag, ALICE)).toBe(false);
        expect(await under.manifestRecords.removeTag(await newRepository(under), 'v1' as Tag, ALICE)).toBe(false);
      });
    });

    describe('removing', () => {
      test('takes the manifest and its tags at once, the second time it is absent', async () => {
        const image = await pushImage(under, here, ['v1', 'v2']);
        const other = await pushImage(under, here, ['v3']);
        expect(await under.manifestRecords.remove(here, image.digest, ALICE)).toBe('removed');
        for (const reference of [byTag('v1'), byTag('v2'), byDigest(image)]) {
          expect(await under.manifestRecords.find(here, reference)).toBeUndefined();
          expect(await under.manifestRecords.head(here, reference)).toBeUndefined();
        }
        expect(await under.manifestRecords.tags(here, { limit: 10 })).toEqual({ names: ['v3'], more: false });
        expect(await under.manifestRecords.remove(here, image.digest, ALICE)).toBe('absent');
        expect(await under.manifestRecords.remove(await newRepository(under), other.digest, ALICE)).toBe('absent');
        expect(await put(image), 'the same again').toEqual(STORED);
        expect((await under.manifestRecords.find(here, byDigest(image)))?.bytes).toEqual(image.bytes);
      });

      test('a manifest that is also elsewhere stays elsewhere', async () => {
        const there = await newRepository(under);
        const empty = indexOf(here, [], { tags: ['v1' as Tag] });
        await put(empty);
        await put({ ...empty, repository: there });
        expect(await under.manifestRecords.remove(here, empty.digest, ALICE)).toBe('removed');
        expect((await under.manifestRecords.find(there, byTag('v1')))?.bytes).toEqual(empty.bytes);
      });

      test('what an index references stays until the index is gone', async () => {
        const child = await pushImage(under, here);
        const inner = indexOf(here, [asChild(child)]);
        await put(inner);
        const outer = indexOf(here, [asChild(inner)]);
        await put(outer);
        expect(await under.manifestRecords.remove(here, child.digest, ALICE)).toBe('in use');
        expect(await under.manifestRecords.remove(here, inner.digest, ALICE)).toBe('in use');
        for (const manifest of [outer, inner, child])
          expect(await under.manifestRecords.remove(here, manifest.digest, ALICE)).toBe('removed');
      });

      test('a child that came after its sparse index is held by it', async () => {
        const blob = await pushBlob(under, here);
        const child = imageOf(here, [blob]);
        const index = indexOf(here, [asChild(child)], { allowSparse: true });
        await put(index);
        await put(child);
        expect(await under.manifestRecords.remove(here, child.digest, ALICE)).toBe('in use');
        await put(index);
        await under.manifestRecords.remove(here, index.digest, ALICE);
        expect(await under.manifestRecords.remove(here, child.digest, ALICE)).toBe('removed');
      });

      test('a subject is not held by its referrers, and they outlive it', async () => {
        const image = await pushImage(under, here);
        const referrer = putOf(here, 'application/vnd.oci.image.index.v1+json', { manifests: [], subject: descriptor(asChild(image)) });
        await put(referrer);
        expect(await under.manifestRecords.remove(here, image.digest, ALICE)).toBe('removed');
        expect(await under.manifestRecords.find(here, byDigest(referrer))).toBeDefined();
      });
    });
  });
}
