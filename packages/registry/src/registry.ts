import { Blobs } from './blobs/blobs.ts';
import { Garbage } from './garbage.ts';
import { Listings } from './listings.ts';
import { type ManifestPolicy, Manifests } from './manifests/manifests.ts';
import type { RegistryPorts } from './registry-ports.ts';
import { Uploads } from './uploads/uploads.ts';

/** The use cases of push and pull. Knows nothing of HTTP, and of people only their key. */
export interface Registry {
  readonly uploads: Uploads;
  readonly blobs: Blobs;
  readonly manifests: Manifests;
  readonly listings: Listings;
  readonly garbage: Garbage;
}

export function createRegistry(ports: RegistryPorts, policy: ManifestPolicy = { allowSparse: false }): Registry {
  return {
    uploads: new Uploads(ports),
    blobs: new Blobs(ports),
    manifests: new Manifests(ports.manifestRecords, policy),
    listings: new Listings(ports.manifestRecords),
    garbage: new Garbage(ports),
  };
}
