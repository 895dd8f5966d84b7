import { Blobs } from './blobs/blobs.ts';
import { Garbage } from './garbage.ts';
import { Listings } from './listings.ts';
import { type ManifestPolicy, Manifests } from './manifests/manifests.ts';
import type { RegistryPorts } from './registry-ports.ts';
import type { TrafficTally } from './traffic/traffic-tally.ts';
import { Uploads } from './uploads/uploads.ts';

/** The use cases of push and pull. Knows nothing of HTTP, and of people only their key. */
export interface Registry {
  readonly uploads: Uploads;
  readonly blobs: Blobs;
  readonly manifests: Manifests;
  readonly listings: Listings;
  readonly garbage: Garbage;
  /** Told of every manifest that was delivered or pushed. */
  readonly traffic: Pick<TrafficTally, 'pulled' | 'pushed' | 'delivered' | 'received'> | undefined;
  /** Told of what pushes come to beside uploads. */
  readonly progress: RegistryPorts['progress'];
}

export function createRegistry(ports: RegistryPorts, policy: ManifestPolicy = { allowSparse: false }): Registry {
  return {
    uploads: new Uploads(ports),
    blobs: new Blobs(ports),
    manifests: new Manifests(ports.manifestRecords, policy),
    listings: new Listings(ports.manifestRecords),
    garbage: new Garbage(ports),
    traffic: ports.traffic,
    progress: ports.progress,
  };
}
