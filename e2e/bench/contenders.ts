import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Berth } from '../harness/berth.ts';
import { type TestCertificate } from '../harness/certificate.ts';
import { LargeContent } from '../harness/random-bytes.ts';
import { type Descriptor, expectStatus, OCI_MANIFEST, RegistryClient, withQuery } from '../harness/registry-client.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { DockerRegistry } from '../harness/docker-registry.ts';
import { type Target } from './raw-connection.ts';

export const REPOSITORY = 'bench/app';
const TAGS_REPOSITORY = 'bench/tags';
const MIB = 1024 * 1024;
const IDLE_MS = 3000;

/** What both registries hold before the first round. */
export interface Content {
  readonly manifest: Descriptor;
  readonly small: Descriptor;
  readonly large: Descriptor;
  readonly toMount: readonly Descriptor[];
  readonly tagPages: readonly string[];
}

export interface Contender {
  readonly name: string;
  readonly plain: Target;
  readonly tls: Target;
  readonly content: Content;
  /** Headers of a client that has logged in for these scopes; none where nothing asks for them. */
  headers(scopes: readonly string[]): Promise<Record<string, string>>;
  /** The same for the server that speaks TLS, which has keys of its own. */
  tlsHeaders(scopes: readonly string[]): Promise<Record<string, string>>;
}

export interface Sizes {
  readonly largeBytes: number;
  readonly mounts: number;
  readonly tags: number;
}

export interface Field {
  readonly berth: Berth;
  readonly berthTls: Berth;
  readonly peer: DockerRegistry;
  readonly contenders: readonly [Contender, Contender];
  /** Resident bytes three seconds after a start, before any request but health's. */
  readonly idle: { readonly node: number; readonly postgres: number; readonly peer: number };
  /** Milliseconds from start to first answer. */
  readonly starts: { readonly berthFirst: number; readonly berthLater: number; readonly peer: number };
  dispose(): Promise<void>;
}

export interface Preparation {
  readonly certificate: TestCertificate;
  readonly sizes: Sizes;
  /** Flags of the Node processes that run Berth, for instance to profile it. */
  readonly nodeFlags: readonly string[];
}

/** Starts both registries, plain and with TLS, and stores the same content in all. */
export async function prepareField({ certificate, sizes, nodeFlags }: Preparation): Promise<Field> {
  const berth = await Berth.start({ nodeFlags });
  const berthFirst = berth.startedInMs;
  await berth.stop();
  await berth.start();
  const berthLater = berth.startedInMs;
  const peer = await DockerRegistry.create();
  const peerStart = await peer.start();
  await sleep(IDLE_MS);
  const idle = { ...berth.memory(), peer: peer.memory() };
  const berthTls = await Berth.start({ tls: certificate, nodeFlags });
  const peerTls = await DockerRegistry.create(certificate);
  await peerTls.start();

  const ca = Buffer.from(certificate.pem);
  const login = (server: Berth): { user: string; password: string } => ({ user: 'admin', password: server.adminPassword });
  const berthClient = new RegistryClient(berth.url, login(berth));
  const peerClient = new RegistryClient(peer.url);
  const tlsClients = [
    new RegistryClient(`https://127.0.0.1:${berthTls.httpsPort}`, login(berthTls), ca),
    new RegistryClient(peerTls.url, undefined, ca),
  ] as const;
  const bytes = makeBytes(sizes);
  const berthContent = await fill(berthClient, bytes, sizes);
  const peerContent = {
    ...(await fill(peerClient, bytes, { ...sizes, tags: 0 })),
    tagPages: await plantTags(peer, peerClient, sizes.tags),
  };
  for (const client of tlsClients) await fill(client, bytes, { ...sizes, mounts: 0, tags: 0 });

  const asBearer = async (client: RegistryClient, scopes: readonly string[]): Promise<Record<string, string>> => ({
    Authorization: `Bearer ${await client.token(scopes)}`,
  });
  const contenders: [Contender, Contender] = [
    {
      name: 'berth',
      plain: { port: berth.port },
      tls: { port: berthTls.httpsPort, ca: certificate.pem },
      content: berthContent,
      headers: async (scopes) => asBearer(berthClient, scopes),
      tlsHeaders: async (scopes) => asBearer(tlsClients[0], scopes),
    },
    {
      name: 'docker-registry',
      plain: { port: peer.port },
      tls: { port: peerTls.port, ca: certificate.pem },
      content: peerContent,
      headers: async () => ({}),
      tlsHeaders: async () => ({}),
    },
  ];
  return {
    berth,
    berthTls,
    peer,
    contenders,
    idle,
    starts: { berthFirst, berthLater, peer: peerStart },
    dispose: async () => {
      for (const client of [berthClient, peerClient, ...tlsClients]) client.close();
      await Promise.all([berth.dispose(), berthTls.dispose(), peer.dispose(), peerTls.dispose()]);
    },
  };
}

interface Bytes {
  readonly layer: Buffer;
  readonly small: Buffer;
  readonly large: LargeContent;
  readonly largeDigest: string;
  readonly toMount: readonly Buffer[];
}

function makeBytes(sizes: Sizes): Bytes {
  const large = new LargeContent(sizes.largeBytes);
  return {
    layer: randomBytes(4096),
    small: randomBytes(MIB),
    large,
    largeDigest: large.digest(),
    toMount: Array.from({ length: sizes.mounts }, () => randomBytes(64)),
  };
}

async function fill(client: RegistryClient, bytes: Bytes, sizes: Sizes): Promise<Content> {
  const manifest = await client.pushImage(REPOSITORY, 'latest', bytes.layer);
  const small = await client.pushBlob(REPOSITORY, bytes.small);
  const patched = expectStatus(
    'PATCH',
    await client.ask('PATCH', await client.startUpload(REPOSITORY), { body: bytes.large.stream() }),
    202,
  );
  expectStatus('PUT', await client.ask('PUT', withQuery(patched.headers.location ?? '', { digest: bytes.largeDigest })), 201);
  const toMount: Descriptor[] = [];
  for (const blob of bytes.toMount) toMount.push(await client.pushBlob('bench/source', blob));
  const large = { mediaType: 'application/octet-stream', digest: bytes.largeDigest, size: sizes.largeBytes };
  return { manifest, small, large, toMount, tagPages: sizes.tags === 0 ? [] : await pushTags(client, sizes.tags) };
}

function tagNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `v${String(index).padStart(6, '0')}`);
}

/** Tags one image `count` times over HTTP; answers the paths that list all tags, following Link as clients do. */
async function pushTags(client: RegistryClient, count: number): Promise<string[]> {
  await client.pushImage(TAGS_REPOSITORY, 'first', 'tagged');
  const body = (await client.getManifest(TAGS_REPOSITORY, 'first')).body;
  const names = tagNames(count - 1);
  await Promise.all(
    Array.from({ length: 16 }, async () => {
      for (let name = names.pop(); name !== undefined; name = names.pop()) {
        const answer = await client.ask('PUT', `/v2/${TAGS_REPOSITORY}/manifests/${name}`, {
          body,
          headers: { 'content-type': OCI_MANIFEST },
        });
        expectStatus('PUT tag', answer, 201);
      }
    }),
  );
  return listingPaths(client, count);
}

/** docker-registry stores a tag as a small file; writing those is a hundred times faster than asking it to. */
async function plantTags(peer: DockerRegistry, client: RegistryClient, count: number): Promise<string[]> {
  const image = await client.pushImage(TAGS_REPOSITORY, 'first', 'tagged');
  const folder = join(peer.storage, 'docker/registry/v2/repositories', TAGS_REPOSITORY, '_manifests/tags');
  for (const name of tagNames(count - 1)) {
    const link = join(folder, name, 'current/link');
    await mkdir(dirname(link), { recursive: true });
    await writeFile(link, image.digest);
  }
  return listingPaths(client, count);
}

async function listingPaths(client: RegistryClient, count: number): Promise<string[]> {
  const paths: string[] = [];
  let seen = 0;
  for (let path: string | undefined = `/v2/${TAGS_REPOSITORY}/tags/list`; path !== undefined; ) {
    paths.push(path);
    const answer = expectStatus('tags/list', await client.ask('GET', path), 200);
    seen += (JSON.parse(answer.body.toString()) as { tags: string[] }).tags.length;
    const next: string | undefined = /<([^>]+)>;\s*rel="?next"?/.exec(String(answer.headers.link ?? ''))?.[1];
    path = next;
  }
  if (seen !== count) throw new Error(`The list has ${seen} tags, not ${count}.`);
  return paths;
}

export const TAGS_SCOPE = `repository:${TAGS_REPOSITORY}:pull`;
