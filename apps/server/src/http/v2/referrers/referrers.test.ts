import { type Digest, OCI_INDEX, OCI_MANIFEST } from '@berth/oci';
import { describe, expect, it } from 'vitest';
import { type Answer, sha256, useV2Server } from '../testing/v2-test-server.ts';

const server = useV2Server();
const REPOSITORY = 'library/referrers';

interface Index {
  readonly schemaVersion: number;
  readonly mediaType: string;
  readonly manifests: readonly {
    digest: string;
    artifactType?: string;
    size: number;
    mediaType: string;
    annotations?: Record<string, string>;
  }[];
}

async function list(subject: string, query = ''): Promise<{ index: Index; link: string | undefined; filters: string | undefined }> {
  const answer = await server.ask('GET', `/v2/${REPOSITORY}/referrers/${subject}${query}`);
  expect([answer.status, answer.headers['content-type']]).toEqual([200, OCI_INDEX]);
  const index = JSON.parse(answer.body.toString()) as Index;
  expect([index.schemaVersion, index.mediaType]).toEqual([2, OCI_INDEX]);
  return { index, link: answer.headers.link as string | undefined, filters: answer.headers['oci-filters-applied'] as string | undefined };
}

function artifact(unique: string, subject: Digest, more: Record<string, unknown> = {}): Promise<{ digest: Digest; manifest: Buffer }> {
  return server.pushImage(REPOSITORY, '@', { unique, more: { subject: { mediaType: OCI_MANIFEST, digest: subject, size: 10 }, ...more } });
}

describe('referrers', () => {
  it('is an empty index for anything without referrers, also where nothing was ever pushed', async () => {
    expect((await list(sha256('nothing'))).index.manifests).toEqual([]);
    const answer = await server.ask('GET', `/v2/library/never/referrers/${sha256('x')}`);
    expect([answer.status, JSON.parse(answer.body.toString()).manifests]).toEqual([200, []]);
  });

  it('is 400 for a malformed digest and a malformed filter', async () => {
    expect((await server.ask('GET', `/v2/${REPOSITORY}/referrers/sha256:x`)).status).toBe(400);
    expect((await server.ask('GET', `/v2/${REPOSITORY}/referrers/latest`)).status).toBe(400);
    expect((await server.ask('GET', `/v2/${REPOSITORY}/referrers/${sha256('x')}?artifactType=${'x'.repeat(300)}`)).status).toBe(400);
  });

  it('lists with artifact type and annotations, filters, and pages', async () => {
    const subject = sha256('a subject that is not here') as Digest;
    const annotations = { 'org.example': 'text' };
    const signature = await artifact('signature', subject, { artifactType: 'application/vnd.example.signature', annotations });
    const sboms = [
      await artifact('sbom 1', subject, { artifactType: 'application/vnd.example.sbom+json' }),
      await artifact('sbom 2', subject, { artifactType: 'application/vnd.example.sbom+json' }),
    ];
    const plain = await artifact('plain', subject);
    const all = await list(subject);
    expect(all.filters).toBeUndefined();
    expect(all.index.manifests.map(({ digest }) => digest)).toEqual([signature, plain, ...sboms].map(({ digest }) => digest).sort());
    expect(all.index.manifests.find(({ digest }) => digest === signature.digest)).toEqual({
      mediaType: OCI_MANIFEST,
      digest: signature.digest,
      size: signature.manifest.length,
      artifactType: 'application/vnd.example.signature',
      annotations,
    });
    expect(all.index.manifests.find(({ digest }) => digest === plain.digest)?.artifactType).toBe(
      'application/vnd.oci.image.config.v1+json',
    );
    const filtered = await list(subject, '?artifactType=application/vnd.example.sbom+json');
    expect(filtered.filters).toBe('artifactType');
    expect(filtered.index.manifests.map(({ digest }) => digest)).toEqual(sboms.map(({ digest }) => digest).sort());
    const seen: string[] = [];
    for (let next: string | undefined = '?artifactType=application/vnd.example.sbom+json&n=1'; next !== undefined; ) {
      const page: Awaited<ReturnType<typeof list>> = await list(subject, next);
      seen.push(...page.index.manifests.map(({ digest }) => digest));
      next = page.link && /^<\/v2\/library\/referrers\/referrers\/[^?]+(\?[^>]+)>; rel="next"$/.exec(page.link)?.[1];
    }
    expect(seen).toEqual(sboms.map(({ digest }) => digest).sort());
    await server.ask('DELETE', `/v2/${REPOSITORY}/manifests/${signature.digest}`);
    expect((await list(subject)).index.manifests.map(({ digest }) => digest)).not.toContain(signature.digest);
  });

  it('has pages that clients read, whatever the annotations come to', async () => {
    const subject = sha256('a subject with much to say') as Digest;
    const sizes = [1_900_000, 4_100_000, 1_900_000, 4_100_000, 1_900_000, 10];
    for (const [index, size] of sizes.entries()) await artifact(`much ${index}`, subject, { annotations: { text: 'x'.repeat(size) } });
    let seen = 0;
    for (let next: string | undefined = `/v2/${REPOSITORY}/referrers/${subject}`; next !== undefined; ) {
      const page: Answer = await server.ask('GET', next);
      expect(page.body.length).toBeLessThanOrEqual(4 * 1024 * 1024);
      seen += (JSON.parse(page.body.toString()) as Index).manifests.length;
      next = /^<([^>]+)>/.exec(String(page.headers.link))?.[1];
    }
    expect(seen).toBe(sizes.length);
  });

  it('names the subject when it is pushed', async () => {
    const subject = sha256('named subject') as Digest;
    const { digest, manifest } = await artifact('named', subject);
    const answer = await server.ask('PUT', `/v2/${REPOSITORY}/manifests/${digest}`, {
      body: manifest,
      headers: { 'content-type': OCI_MANIFEST },
    });
    expect(answer.headers['oci-subject']).toBe(subject);
  });
});
