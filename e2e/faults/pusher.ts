import { randomBytes, randomInt } from 'node:crypto';
import { sha256 } from '../harness/random-bytes.ts';
import {
  expectStatus,
  OCI_CONFIG,
  OCI_INDEX,
  OCI_LAYER,
  OCI_MANIFEST,
  type RegistryClient,
  withQuery,
} from '../harness/registry-client.ts';
import { type Ledger } from './ledger.ts';

const LARGEST_LAYER = 2 * 1024 * 1024;

/**
 * A client that pushes images without a pause, by every way the protocol has, and writes into the ledger what it asked and what it was told.
 * It stops at the first failure, which is how it notices that the server was killed.
 */
export class Pusher {
  readonly #client: RegistryClient;
  readonly #ledger: Ledger;
  readonly #repository: string;
  readonly #largestLayer: number;
  #stopped = false;

  constructor(client: RegistryClient, ledger: Ledger, repository: string, largestLayer = LARGEST_LAYER) {
    this.#client = client;
    this.#ledger = ledger;
    this.#repository = repository;
    this.#largestLayer = largestLayer;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Pushes until stopped, or until the server is gone; answers the failure that ended it, if any. */
  async run(): Promise<unknown> {
    try {
      for (let round = 0; !this.#stopped; round += 1) await this.#pushOne(round);
      return undefined;
    } catch (error) {
      return error;
    }
  }

  async #pushOne(round: number): Promise<void> {
    const layers = [];
    for (let count = randomInt(1, 4); count > 0; count -= 1) {
      layers.push(await this.#pushLayer(randomBytes(randomInt(1, this.#largestLayer))));
    }
    const config = await this.#monolithic(
      Buffer.from(JSON.stringify({ architecture: 'amd64', os: 'linux', salt: randomBytes(8).toString('hex') })),
    );
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: { mediaType: OCI_CONFIG, ...config },
      layers: layers.map((layer) => ({ mediaType: OCI_LAYER, ...layer })),
    });
    const blobs = [config, ...layers].map((blob) => blob.digest);
    await this.#putManifest(manifest, OCI_MANIFEST, { tag: `t${round % 5}`, blobs });
    if (round % 3 === 0) {
      const child = {
        mediaType: OCI_MANIFEST,
        digest: sha256(manifest),
        size: Buffer.byteLength(manifest),
        platform: { os: 'linux', architecture: 'amd64' },
      };
      await this.#putManifest(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [child] }), OCI_INDEX, {
        tag: `index${round % 2}`,
        blobs: [],
      });
    }
    if (round % 4 === 3) await this.#deleteTag(`t${(round + 1) % 5}`);
  }

  async #pushLayer(bytes: Buffer): Promise<{ digest: string; size: number }> {
    const way = randomInt(3);
    if (way === 0) return this.#monolithic(bytes);
    if (way === 1) return this.#inChunks(bytes);
    const blob = await this.#monolithic(bytes);
    const twin = `${this.#repository}-twin`;
    this.#ledger.attemptedBlobs.set(`${twin}@${blob.digest}`, { repository: twin, ...blob });
    const mounted = await this.#client.ask('POST', `/v2/${twin}/blobs/uploads/?mount=${blob.digest}&from=${this.#repository}`);
    expectStatus('mount', mounted, 201, 202);
    if (mounted.status === 201) this.#ledger.blobs.set(`${twin}@${blob.digest}`, { repository: twin, ...blob });
    return blob;
  }

  async #monolithic(bytes: Buffer): Promise<{ digest: string; size: number }> {
    const blob = this.#attemptBlob(bytes);
    const location = await this.#client.startUpload(this.#repository);
    expectStatus('PUT blob', await this.#client.ask('PUT', withQuery(location, { digest: blob.digest }), { body: bytes }), 201);
    this.#ledger.blobs.set(`${this.#repository}@${blob.digest}`, { repository: this.#repository, ...blob });
    return blob;
  }

  async #inChunks(bytes: Buffer): Promise<{ digest: string; size: number }> {
    const blob = this.#attemptBlob(bytes);
    let location = await this.#client.startUpload(this.#repository);
    const key = location.split('?')[0] ?? location;
    const step = Math.max(1, Math.ceil(bytes.length / 3));
    for (let offset = 0; offset < bytes.length; offset += step) {
      const chunk = bytes.subarray(offset, offset + step);
      const headers = { 'content-range': `${offset}-${offset + chunk.length - 1}`, 'content-type': 'application/octet-stream' };
      const answer = expectStatus('PATCH', await this.#client.ask('PATCH', location, { body: chunk, headers }), 202);
      location = answer.headers.location ?? location;
      this.#ledger.uploads.set(key, { repository: this.#repository, location, acknowledgedBytes: offset + chunk.length, content: bytes });
    }
    // From here the upload may end at any moment, with or without an answer.
    this.#ledger.uploads.delete(key);
    expectStatus('PUT', await this.#client.ask('PUT', withQuery(location, { digest: blob.digest })), 201);
    this.#ledger.blobs.set(`${this.#repository}@${blob.digest}`, { repository: this.#repository, ...blob });
    return blob;
  }

  #attemptBlob(bytes: Buffer): { digest: string; size: number } {
    const blob = { digest: sha256(bytes), size: bytes.length };
    this.#ledger.attemptedBlobs.set(`${this.#repository}@${blob.digest}`, { repository: this.#repository, ...blob });
    return blob;
  }

  async #putManifest(body: string, mediaType: string, what: { readonly tag: string; readonly blobs: readonly string[] }): Promise<void> {
    const entry = { repository: this.#repository, digest: sha256(body), body, blobs: what.blobs };
    this.#ledger.attemptedManifests.set(`${entry.repository}@${entry.digest}`, entry);
    this.#ledger.attemptTag(entry.repository, what.tag, entry.digest);
    await this.#client.putManifest(entry.repository, what.tag, body, mediaType);
    this.#ledger.manifests.set(`${entry.repository}@${entry.digest}`, entry);
    this.#ledger.acknowledgeTag(entry.repository, what.tag, entry.digest);
  }

  async #deleteTag(tag: string): Promise<void> {
    this.#ledger.attemptTag(this.#repository, tag, undefined);
    expectStatus('DELETE tag', await this.#client.ask('DELETE', `/v2/${this.#repository}/manifests/${tag}`), 202, 404);
    this.#ledger.acknowledgeTag(this.#repository, tag, undefined);
  }
}
