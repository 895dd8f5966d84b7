import { type Digest, digestOfBytes, OCI_INDEX, OCI_MANIFEST } from '@berth/oci';
import { expect } from 'vitest';
import type { IdentityTestServer } from './identity-test-server.ts';

export interface PushedImage {
  readonly digest: Digest;
  /** Bytes of the manifest. */
  readonly size: number;
  /** Bytes with config and layers. */
  readonly totalSize: number;
}

export interface ImageToPush {
  readonly config?: Record<string, unknown> | string;
  readonly configType?: string;
  readonly layers?: readonly (string | Buffer)[];
  readonly layerType?: string;
  readonly more?: Record<string, unknown>;
}

/** Pushes over /v2 as the administrator, as clients do. */
export class Pusher {
  readonly #server: IdentityTestServer;
  readonly #as: string;

  constructor(server: IdentityTestServer, as = 'admin') {
    this.#server = server;
    this.#as = as;
  }

  async blob(repository: string, content: Buffer): Promise<Digest> {
    const digest = digestOfBytes(content);
    const answer = await this.#server.ask('POST', `/v2/${repository}/blobs/uploads/?digest=${digest}`, {
      as: this.#as,
      bytes: content,
    });
    expect(answer.status, answer.text).toBe(201);
    return digest;
  }

  async manifest(repository: string, reference: string | undefined, manifest: Record<string, unknown>): Promise<PushedImage> {
    const bytes = Buffer.from(JSON.stringify(manifest));
    const digest = digestOfBytes(bytes);
    const answer = await this.#server.ask('PUT', `/v2/${repository}/manifests/${reference ?? digest}`, {
      as: this.#as,
      bytes,
      headers: { 'content-type': String(manifest['mediaType']) },
    });
    expect(answer.status, answer.text).toBe(201);
    return { digest, size: bytes.length, totalSize: bytes.length };
  }

  /** Without a reference: untagged. */
  async image(repository: string, reference: string | undefined, options: ImageToPush = {}): Promise<PushedImage> {
    const given = options.config ?? { architecture: 'amd64', os: 'linux', created: '2026-01-02T03:04:05Z', unique: reference };
    const config = Buffer.from(typeof given === 'string' ? given : JSON.stringify(given));
    const layers = (options.layers ?? ['a layer']).map((layer) => Buffer.from(layer));
    for (const content of [config, ...layers]) await this.blob(repository, content);
    const pushed = await this.manifest(repository, reference, {
      schemaVersion: 2,
      mediaType: OCI_MANIFEST,
      config: descriptor(config, options.configType ?? 'application/vnd.oci.image.config.v1+json'),
      layers: layers.map((layer) => descriptor(layer, options.layerType ?? 'application/vnd.oci.image.layer.v1.tar')),
      ...options.more,
    });
    return { ...pushed, totalSize: pushed.size + config.length + layers.reduce((sum, { length }) => sum + length, 0) };
  }

  /** An index of images for these platforms, each `os/architecture`. */
  async index(
    repository: string,
    reference: string,
    platforms: readonly string[],
  ): Promise<PushedImage & { readonly children: readonly PushedImage[] }> {
    const children: PushedImage[] = [];
    const manifests: unknown[] = [];
    for (const platform of platforms) {
      const [os, architecture] = platform.split('/');
      const child = await this.image(repository, undefined, { config: { os, architecture, of: reference } });
      children.push(child);
      manifests.push({ mediaType: OCI_MANIFEST, digest: child.digest, size: child.size, platform: { os, architecture } });
    }
    const pushed = await this.manifest(repository, reference, { schemaVersion: 2, mediaType: OCI_INDEX, manifests });
    return { ...pushed, totalSize: pushed.size + children.reduce((sum, { totalSize }) => sum + totalSize, 0), children };
  }
}

export function descriptor(content: Buffer, mediaType: string): { mediaType: string; digest: Digest; size: number } {
  return { mediaType, digest: digestOfBytes(content), size: content.length };
}
