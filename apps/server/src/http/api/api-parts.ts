import type { CertificateService } from '../certificates/certificate-service.ts';
import type { JobStates, PlannedWorks } from '@berth/database';
import type { CollectionRuns, Collector, Content, Files, Work } from '@berth/registry';
import type { Archives } from '../../archives/archives.ts';
import type { Live } from '../../live/live.ts';
import type { Policy } from '../../policy/policy.ts';
import type { Identity } from '../identity/identity.ts';

export interface ComponentState {
  readonly name: string;
  readonly status: 'healthy' | 'unhealthy';
  readonly error?: string;
}

/** Garbage collection. */
export interface Collection {
  readonly collector: Collector;
  readonly runs: CollectionRuns;
  /** Lets a run that waits begin now. */
  kick(): Promise<void>;
}

/** Files of images, and the reading of layers. */
export interface ImageFileWork extends Pick<Files, 'images' | 'compare'> {
  /** Lets layers that wait be read now. */
  kick(): Promise<void>;
}

/** Long work and background jobs. */
export interface LongWork {
  readonly work: Work;
  readonly jobStates: JobStates;
  readonly planned: PlannedWorks;
  /** Lets a run that waits begin now. */
  kick(): Promise<void>;
}

/** What the API is made of. */
export interface ApiParts {
  readonly identity: Identity;
  /** Repositories, artifacts, tags. */
  readonly content: Content;
  readonly collection: Collection;
  readonly longWork: LongWork;
  /** What is in images. */
  readonly files: ImageFileWork;
  /** Streams of events. */
  readonly live: Live;
  /** Images as files. */
  readonly archives: Archives;
  /** Settings, numbers, quotas, rules and the audit log. */
  readonly policy: Policy;
  readonly health: { components(): Promise<readonly ComponentState[]> };
  /** The TLS certificate and the CA of this server. */
  readonly certificates: CertificateService;
  /** The password that the server made up for the first administrator is void: its file may go. Never throws. */
  readonly forgetInitialPassword?: () => void;
  /** Berth's own version. */
  readonly version: string;
  /** `scheme://host[:port]`, when configured. */
  readonly externalUrl: string | undefined;
  /** `disk` or `s3`. */
  readonly storageType: string;
}

/** Below which all paths of the operations lie; `Location` and `Link` start with it, without a host, as the Terraform provider needs. */
export const API_BASE = '/api/v2.0';
