import type { GarbageBacklog } from '@berth/registry';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** One finished request, as the metrics and the access log see it. */
export interface RequestMeasure {
  /** The specification's end-number for /v2 (`end-3`), a route pattern elsewhere; never a raw path, whose values are unbounded. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly seconds: number;
  /** Body bytes. */
  readonly received: number;
  readonly sent: number;
}

/** From a cached read to a slow upload. */
const DURATION_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];

/**
 * What a job found is shown for so long. Of several servers any may run it next; the others must not go on telling what they saw when it was
 * their turn.
 */
const FINDING_MS = 5 * 60_000;

/** How full one project is: bytes used by bytes allowed. */
export interface QuotaUse {
  readonly project: string;
  readonly ratio: number;
}

/** The counters of one process. */
export class Metrics {
  readonly registry = new Registry();
  readonly #durations: Histogram<'route' | 'method' | 'status'>;
  readonly #received: Counter<'route'>;
  readonly #sent: Counter<'route'>;
  readonly #series = new Map<string, Histogram.Internal<'route' | 'method' | 'status'>>();
  readonly #jobRuns: Counter<'job' | 'outcome'>;
  readonly #jobSeconds: Histogram<'job'>;
  readonly #collectedBlobs: Counter;
  readonly #collectedBytes: Counter;
  readonly #removedObjects: Counter;
  readonly #failedRemovals: Counter;
  readonly #waitingCandidates: Gauge;
  readonly #waitingObjects: Gauge;
  readonly #waitingBytes: Gauge;
  readonly #overdue: Gauge;
  readonly #paused: Gauge;
  readonly #backedUp: Gauge;
  readonly #quotas: Gauge<'project'>;
  /** When each finding of a job was made, in milliseconds of the process's clock. */
  readonly #foundAt = new Map<Gauge<string>, number>();

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry, prefix: 'berth_' });
    this.#durations = new Histogram({
      name: 'berth_http_request_duration_seconds',
      help: 'Time from the request line to the end of the answer, by route',
      labelNames: ['route', 'method', 'status'],
      buckets: DURATION_BUCKETS,
      registers,
    });
    this.#received = new Counter({
      name: 'berth_http_received_bytes_total',
      help: 'Body bytes received, by route',
      labelNames: ['route'],
      registers,
    });
    this.#sent = new Counter({ name: 'berth_http_sent_bytes_total', help: 'Body bytes sent, by route', labelNames: ['route'], registers });
    this.#jobRuns = new Counter({
      name: 'berth_job_runs_total',
      help: 'Runs of background jobs, by outcome',
      labelNames: ['job', 'outcome'],
      registers,
    });
    this.#jobSeconds = new Histogram({
      name: 'berth_job_duration_seconds',
      help: 'Time that one run of a background job took',
      labelNames: ['job'],
      buckets: [0.01, 0.1, 1, 10, 60, 600],
      registers,
    });
    this.#collectedBlobs = new Counter({
      name: 'berth_garbage_collected_blobs_total',
      help: 'Blobs that garbage collection let go',
      registers,
    });
    this.#collectedBytes = new Counter({
      name: 'berth_garbage_collected_bytes_total',
      help: 'Bytes of the blobs that garbage collection let go: each had no other use',
      registers,
    });
    this.#removedObjects = new Counter({
      name: 'berth_garbage_removed_objects_total',
      help: 'Stored objects that were removed',
      registers,
    });
    this.#failedRemovals = new Counter({
      name: 'berth_garbage_failed_removals_total',
      help: 'Removals of stored objects that failed; they come up again',
      registers,
    });
    this.#waitingCandidates = this.#finding('berth_garbage_waiting_candidates', 'Blobs that lost a reference and wait to be looked at');
    this.#overdue = this.#finding(
      'berth_garbage_overdue_seconds',
      'For how long the object that waits longest could have been removed; 0: none is due',
    );
    this.#paused = this.#finding('berth_garbage_paused', '1: collection is paused; 0: it is not');
    this.#waitingObjects = this.#finding('berth_garbage_waiting_objects', 'Stored objects that wait for their removal');
    this.#waitingBytes = this.#finding('berth_garbage_waiting_bytes', 'Bytes of the objects that wait for removal');
    this.#backedUp = this.#finding(
      'berth_backup_last_success_timestamp_seconds',
      'When the newest backup that went well was started; 0: there is none',
    );
    this.#quotas = this.#finding('berth_project_quota_used_ratio', 'Used part of the quota, of the fullest projects', ['project']);
  }

  /** What garbage collection let go; its bytes become free when the objects are removed. */
  collected({ blobs, bytes }: { readonly blobs: number; readonly bytes: number }): void {
    this.#collectedBlobs.inc(blobs);
    this.#collectedBytes.inc(bytes);
  }

  /** Objects that were removed from the storage, or could not be. */
  removed({ removed, failed }: { readonly removed: number; readonly failed: number }): void {
    this.#removedObjects.inc(removed);
    this.#failedRemovals.inc(failed);
  }

  /** What collection has before it. */
  waiting({ candidates, objects, bytes, overdue, paused }: GarbageBacklog & { readonly paused: boolean }): void {
    this.#found(this.#waitingCandidates).set(candidates);
    this.#found(this.#waitingObjects).set(objects);
    this.#found(this.#waitingBytes).set(bytes);
    this.#found(this.#overdue).set(overdue);
    this.#found(this.#paused).set(paused ? 1 : 0);
  }

  /** When the newest backup that went well was started. */
  backedUp(at: Date | undefined): void {
    this.#found(this.#backedUp).set(at === undefined ? 0 : at.getTime() / 1000);
  }

  /** The projects that are fullest; all others are not told. */
  quotas(uses: readonly QuotaUse[]): void {
    const gauge = this.#found(this.#quotas);
    for (const { project, ratio } of uses) gauge.set({ project }, ratio);
  }

  /** The health of every component, looked at whenever metrics are collected. Of several processes the worst counts. */
  components(look: () => Promise<readonly { readonly name: string; readonly status: string }[]>): void {
    new Gauge({
      name: 'berth_component_healthy',
      help: '1: the component works; 0: it does not',
      labelNames: ['component'],
      aggregator: 'min',
      registers: [this.registry],
      async collect() {
        for (const { name, status } of await look()) this.set({ component: name }, status === 'healthy' ? 1 : 0);
      },
    });
  }

  /** Adds a number that is read whenever metrics are collected. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void {
    new Gauge({
      name,
      help,
      registers: [this.registry],
      async collect() {
        this.set(await read());
      },
    });
  }

  /** A number that one of several servers finds, now and then, and that grows old. */
  #finding<Label extends string = never>(name: string, help: string, labelNames: Label[] = []): Gauge<Label> {
    const fresh = (gauge: Gauge<string>): boolean => performance.now() - (this.#foundAt.get(gauge) ?? -Infinity) < FINDING_MS;
    return new Gauge({
      name,
      help,
      labelNames,
      registers: [this.registry],
      collect() {
        if (fresh(this)) return;
        if (labelNames.length === 0) this.remove();
        else this.reset();
      },
    });
  }

  #found<Label extends string>(gauge: Gauge<Label>): Gauge<Label> {
    gauge.reset();
    this.#foundAt.set(gauge, performance.now());
    return gauge;
  }

  request(measure: RequestMeasure): void {
    const { route, method, status } = measure;
    const key = `${route} ${method} ${status}`;
    let series = this.#series.get(key);
    if (series === undefined) {
      series = this.#durations.labels({ route, method, status: String(status) });
      this.#series.set(key, series);
    }
    series.observe(measure.seconds);
    if (measure.received > 0) this.#received.inc({ route }, measure.received);
    if (measure.sent > 0) this.#sent.inc({ route }, measure.sent);
  }

  job(job: string, outcome: 'done' | 'failed', seconds: number): void {
    this.#jobRuns.inc({ job, outcome });
    this.#jobSeconds.observe({ job }, seconds);
  }
}
