import type { MetricObject } from 'prom-client';
import type { Config } from '../config.ts';
import type { Access } from './installation.ts';
import type { WebPorts } from './web.ts';

/** What the primary tells a worker. Secrets travel this way only: never in an argument or a variable that others may read. */
export type ToWorker =
  | { readonly kind: 'start'; readonly number: number; readonly config: Config; readonly access: Access }
  | { readonly kind: 'stop' }
  | { readonly kind: 'reload certificate' }
  | { readonly kind: 'metrics'; readonly id: number };

/** What a worker tells the primary. */
export type FromWorker =
  /** Listens to messages from now on; what was sent before is lost. */
  | { readonly kind: 'awake' }
  | { readonly kind: 'listening'; readonly ports: WebPorts }
  /** A sentence for the operator: why this worker cannot start. */
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'metrics'; readonly id: number; readonly metrics: MetricObject[] };

/** Our messages among those of node:cluster. */
export function isMessage(message: unknown): message is { readonly kind: string } {
  return typeof message === 'object' && message !== null && 'kind' in message && typeof message.kind === 'string';
}
