import { randomBytes } from 'node:crypto';
import { type Digest, digestOfBytes, OCI_INDEX, OCI_MANIFEST, parseRepositoryName, parseTag, type Reference } from '@berth/oci';
import { RegistryClient } from '@berth/registry-client';

const EMPTY = 'application/vnd.oci.empty.v1+json';

/** What a manifest says of another, or of a blob. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly size: number;
}

interface ManifestToPush {
  readonly mediaType: string;
  readonly [field: string]: unknown;
}

/** A server as an administrator's tools use it: its API, and pushes. */
export class RegistryScene {
  readonly client: RegistryClient;
  readonly #url: string;
  readonly #authorization: string;

  constructor(url: string, username: string, password: string) {
    this.client = new RegistryClient({ origin: new URL(url), credentials: { username, password } });
    this.#url = url;
    this.#authorization = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }

  /** Rejects where the answer is no success. Answers the body, or the id that the Location ends with. */
  async api<Body = unknown>(method: string, path: string, body?: unknown): Promise<Body> {
    const answer = await fetch(`${this.#url}/api/v2.0${path}`, {
      method,
      headers: { authorization: this.#authorization, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === '' ? Number(/\d+$/.exec(answer.headers.get('location') ?? '')?.[0] ?? 0) : JSON.parse(text)) as Body;
  }

  /** An image of one layer, unlike any other; `tag` absent: by its digest only. */
  async pushImage(
    repository: string,
    tag?: string,
    more: { readonly subject?: Descriptor; readonly layer?: Buffer } = {},
  ): Promise<Descriptor> {
    const config = await this.#push(repository, JSON.stringify({ os: 'linux', architecture: 'amd64' }), EMPTY);
    const layer = await this.#push(repository, more.layer ?? randomBytes(2000), 'application/vnd.oci.image.layer.v1.tar');
    const { subject } = more;
    return this.pushManifest(repository, tag, {
      ...{ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layer] },
      ...(subject === undefined ? {} : { artifactType: 'application/vnd.example.sbom', subject }),
    });
  }

  pushIndex(repository: string, tag: string, manifests: readonly Descriptor[]): Promise<Descriptor> {
    return this.pushManifest(repository, tag, { schemaVersion: 2, mediaType: OCI_INDEX, manifests });
  }

  async pushManifest(repository: string, tag: string | undefined, manifest: ManifestToPush): Promise<Descriptor> {
    const bytes = Buffer.from(JSON.stringify(manifest));
    const digest = digestOfBytes(bytes);
    const reference: Reference = tag === undefined ? { kind: 'digest', digest } : { kind: 'tag', tag: parseTag(tag) };
    await this.client.pushManifest(parseRepositoryName(repository), reference, { bytes, mediaType: manifest.mediaType });
    return { mediaType: manifest.mediaType, digest, size: bytes.length };
  }

  async countTags(repository: string): Promise<number> {
    let count = 0;
    for await (const _tag of this.client.tags(parseRepositoryName(repository))) count += 1;
    return count;
  }

  /** What every tag of a repository stands for. */
  async tags(repository: string): Promise<Record<string, string | undefined>> {
    const name = parseRepositoryName(repository);
    const found: Record<string, string | undefined> = {};
    for await (const tag of this.client.tags(name))
      found[tag] = (await this.client.describe(name, { kind: 'tag', tag: parseTag(tag) }))?.digest;
    return found;
  }

  async has(repository: string, { digest }: Descriptor): Promise<boolean> {
    return (await this.client.manifest(parseRepositoryName(repository), { kind: 'digest', digest })) !== undefined;
  }

  async #push(repository: string, content: Buffer | string, mediaType: string): Promise<Descriptor> {
    const bytes = Buffer.from(content);
    const digest = digestOfBytes(bytes);
    const name = parseRepositoryName(repository);
    if (!(await this.client.hasBlob(name, digest)))
      await this.client.pushBlob(name, {
        ...{ digest, size: bytes.length },
        open: async function* () {
          yield bytes;
        },
      });
    return { mediaType, digest, size: bytes.length };
  }
}
