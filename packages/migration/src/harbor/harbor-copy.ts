import type { Report } from '../report.ts';
import type { SecretsFile } from '../secrets-file.ts';
import type { HarborApi } from './harbor-api.ts';

/** What every part of a copy from a Harbor works with. */
export interface HarborCopy {
  readonly source: HarborApi;
  readonly destination: HarborApi;
  readonly report: Report;
  readonly secrets: SecretsFile;
  /** Something was done. */
  readonly progress: () => void;
}

/** One project on both sides. */
export interface ProjectPair {
  readonly name: string;
  readonly sourceId: number;
  /** Undefined in a dry run where it would be made. */
  readonly destinationId: number | undefined;
}
