import type { Digest, Platform } from '@berth/oci';
import type { StoredObject } from './blob-store.ts';

/** A child of an index as its descriptor tells. */
export interface ChildFacts {
  readonly digest: Digest;
  readonly size: number;
  readonly mediaType: string;
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly urls?: readonly string[];
}

/** What lists show of a manifest beyond its row, read once out of its bytes and its config. */
export interface ManifestFacts {
  readonly kind: 'image' | 'index' | 'other';
  readonly configMediaType?: string;
  /** Of an image its own, of an index those of its children; without BuildKit's attestations. */
  readonly platforms: readonly Platform[];
  /** Of an image: architecture, os, created, author, config. Of a Helm chart: its Chart.yaml. */
  readonly extraAttrs: Readonly<Record<string, unknown>>;
  /** Of an index, at most 200. */
  readonly children: readonly ChildFacts[];
}

/** What facts are read from. */
export interface FactSource {
  readonly contentId: number;
  readonly mediaType: string;
  readonly bytes: Buffer;
  /** The config's stored object; undefined where there is none or it is larger than asked for. */
  readonly config: StoredObject | undefined;
}

export interface ManifestFactRecords {
  /** Contents whose facts nobody read yet, oldest first; at most `limit`. */
  pending(limit: number): Promise<readonly number[]>;
  /** At most a page of ids; configs up to `maxConfigBytes`. */
  sources(contentIds: readonly number[], maxConfigBytes: number): Promise<readonly FactSource[]>;
  /** Kept once; what is there already stays. */
  save(facts: ReadonlyMap<number, ManifestFacts>): Promise<void>;
}
