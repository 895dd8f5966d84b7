import { randomBytes, randomInt } from 'node:crypto';
import { sha256 } from '../harness/random-bytes.ts';
import { type Descriptor, expectStatus, OCI_CONFIG, OCI_LAYER, OCI_MANIFEST, type RegistryClient } from '../harness/registry-client.ts';

/**
 * A client of images that do not live long: it pushes as docker does (what HEAD or a mount says is there is not sent), pulls what it pushed, and
 * deletes it. Each round has a repository of its own; layers come from a pool that all clients share, so that they are garbage at one moment
 * and wanted at the next. Throws at the first answer that is not as it must be.
 */
export class Churner {
  rounds = 0;
  readonly #client: RegistryClient;
  readonly #name: string;
  readonly #pool: readonly Buffer[];
  #stopped = false;

  constructor(client: RegistryClient, { name, pool }: { readonly name: string; readonly pool: readonly Buffer[] }) {
    this.#client = client;
    this.#name = name;
    this.#pool = pool;
  }

  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<void> {
    try {
      while (!this.#stopped) {
        await this.#round();
        this.rounds += 1;
      }
    } finally {
      this.#client.close();
    }
  }

  async #round(): Promise<void> {
    const repository = `${this.#name}-${this.rounds}`;
    const contents = [randomBytes(2_000), this.#pick(), this.#pick()];
    const layers: Descriptor[] = [];
    for (const content of contents) layers.push(await this.#push(repository, content));
    const config = await this.#push(
      repository,
      Buffer.from(JSON.stringify({ os: 'linux', architecture: 'amd64', repository })),
      OCI_CONFIG,
    );
    const image = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers };
    const manifest = await this.#client.putManifest(repository, 'latest', image);
    await this.#pull(repository, manifest, layers);
    if (randomInt(2) === 0) {
      const copy = `${repository}-copy`;
      for (const layer of [config, ...layers]) await this.#mount({ from: repository, to: copy }, layer, contents);
      const copied = await this.#client.putManifest(copy, 'latest', image);
      await this.#pull(copy, copied, layers);
      await this.#delete(copy, copied);
    }
    await this.#delete(repository, manifest);
  }

  /** As docker does it. */
  async #push(repository: string, content: Buffer, mediaType = OCI_LAYER): Promise<Descriptor> {
    const digest = sha256(content);
    const known = await this.#client.ask('HEAD', `/v2/${repository}/blobs/${digest}`);
    expectStatus(`HEAD ${digest}`, known, 200, 404);
    return known.status === 200 ? { mediaType, digest, size: content.length } : this.#client.pushBlob(repository, content, mediaType);
  }

  async #mount(way: { readonly from: string; readonly to: string }, layer: Descriptor, contents: readonly Buffer[]): Promise<void> {
    const mounted = await this.#client.ask('POST', `/v2/${way.to}/blobs/uploads/?mount=${layer.digest}&from=${way.from}`);
    expectStatus(`mount ${layer.digest}`, mounted, 201, 202);
    if (mounted.status === 201) return;
    const content = contents.find((one) => sha256(one) === layer.digest);
    // The config was mounted from where it had just been pushed to.
    if (content === undefined) throw new Error(`A mount of ${layer.digest} out of ${way.from} was not made.`);
    await this.#client.pushBlob(way.to, content, layer.mediaType);
  }

  async #pull(repository: string, manifest: Descriptor, layers: readonly Descriptor[]): Promise<void> {
    expectStatus('GET manifest', await this.#client.getManifest(repository, manifest.digest), 200);
    for (const { digest } of layers) {
      const answer = expectStatus(`GET ${digest}`, await this.#client.getBlob(repository, digest), 200);
      if (sha256(answer.body) !== digest) throw new Error(`${digest} of ${repository} has wrong content.`);
    }
  }

  async #delete(repository: string, { digest }: Descriptor): Promise<void> {
    expectStatus('DELETE manifest', await this.#client.ask('DELETE', `/v2/${repository}/manifests/${digest}`), 202);
  }

  #pick(): Buffer {
    const content = this.#pool[randomInt(this.#pool.length)];
    if (content === undefined) throw new Error('The pool is empty.');
    return content;
  }
}
