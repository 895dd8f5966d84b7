/** What one archive may ask of us. Layers are limited by storage and quota only. */
export const LIMITS = {
  /** Files and links. */
  entries: 50_000,
  /** Characters of a path. */
  name: 1024,
  /** Bytes of one manifest, config or index; as for a manifest that is pushed. */
  document: 4 * 1024 * 1024,
  /** Bytes of all of them: they are held while the archive is read. */
  documents: 32 * 1024 * 1024,
  /** Depth of indexes in indexes. */
  depth: 8,
  /** Manifests of one image with everything below it. */
  manifests: 1000,
  /** Manifests, blobs and tags of all images together, each counted wherever it is put: what is asked of the registry for one archive. */
  parts: 200_000,
  /** Bytes that a compressed archive may always come to, and how many times its own size beyond that. */
  expansion: { free: 256 * 1024 * 1024, ratio: 200 },
  /** Bytes that a zstd frame may look back. `zstd --ultra -22` needs 128 MiB. */
  zstdWindow: 128 * 1024 * 1024,
} as const;
