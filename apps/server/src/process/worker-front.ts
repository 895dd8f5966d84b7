import cluster, { type Worker } from 'node:cluster';
import { setTimeout as sleep } from 'node:timers/promises';
import { AggregatorRegistry, type MetricObject } from 'prom-client';
import type { Context } from '../compose.ts';
import type { Front } from './front.ts';
import { StartError } from './start-error.ts';
import type { WebPorts } from './web.ts';
import { type FromWorker, isMessage, type ToWorker } from './worker-messages.ts';

const FIRST_BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 10_000;
/** A worker that lived so long did not die of how it was started. */
const STEADY_MS = 60_000;
/** Beyond the drain time a worker gets so long to save what it has. */
const KILL_AFTER_MS = 10_000;
const METRICS_TIMEOUT_MS = 2_000;

/** Worker processes that share the ports. Those that die are replaced. */
export class WorkerFront implements Front {
  readonly ports: WebPorts;
  readonly #context: Context;
  readonly #workers = new Map<number, Worker>();
  #stopping = false;
  #asked = 0;

  private constructor(context: Context, ports: WebPorts) {
    this.#context = context;
    this.ports = ports;
  }

  /** Resolves when all workers listen. Throws StartError with the reason of the first one that cannot. */
  static async start(context: Context): Promise<WorkerFront> {
    const first = await launch(context, 1);
    // The first one may have been given its ports by the system; the others, and all later ones, share them.
    const front = new WorkerFront(withPorts(context, first.ports), first.ports);
    front.#watch(1, first.worker);
    const numbers = Array.from({ length: context.config.workers - 1 }, (_, index) => index + 2);
    try {
      await Promise.all(numbers.map(async (number) => front.#watch(number, (await launch(front.#context, number)).worker)));
    } catch (error) {
      await front.stop();
      throw error;
    }
    return front;
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const workers = [...this.#workers.values()];
    for (const worker of workers) tell(worker, { kind: 'stop' });
    const all = Promise.all(workers.map(ended));
    const limit = new AbortController();
    const late = sleep(this.#context.config.drainSeconds * 1000 + KILL_AFTER_MS, undefined, { signal: limit.signal }).catch(
      () => undefined,
    );
    await Promise.race([all, late]);
    limit.abort();
    for (const worker of workers) if (!worker.isDead()) worker.process.kill('SIGKILL');
  }

  reloadCertificate(): void {
    for (const worker of this.#workers.values()) tell(worker, { kind: 'reload certificate' });
  }

  async metrics(): Promise<string> {
    this.#asked += 1;
    const id = this.#asked;
    const answers = await Promise.all([...this.#workers.values()].map((worker) => metricsOf(worker, id)));
    const own = await this.#context.metrics.registry.getMetricsAsJSON();
    return AggregatorRegistry.aggregate([own, ...answers.filter((answer) => answer !== undefined)]).metrics();
  }

  /** Replaces the worker when it dies, later and later while that keeps happening. */
  #watch(number: number, worker: Worker, backoff = FIRST_BACKOFF_MS): void {
    this.#workers.set(number, worker);
    const since = performance.now();
    worker.once('exit', (code: number | null, signal: string | null) => {
      this.#workers.delete(number);
      if (this.#stopping) return;
      const pause = performance.now() - since > STEADY_MS ? FIRST_BACKOFF_MS : backoff;
      this.#context.logger.error(
        { worker: number, code, signal, restartInSeconds: pause / 1000 },
        'a worker process ended; it is replaced',
      );
      void this.#replace(number, pause);
    });
  }

  async #replace(number: number, pause: number): Promise<void> {
    await sleep(pause);
    if (this.#stopping) return;
    const next = Math.min(pause * 2, MAX_BACKOFF_MS);
    try {
      const { worker } = await launch(this.#context, number);
      this.#watch(number, worker, next);
    } catch (error) {
      this.#context.logger.error(
        { err: error, worker: number, restartInSeconds: next / 1000 },
        'a worker process could not be started; it is tried again',
      );
      void this.#replace(number, next);
    }
  }
}

interface Launched {
  readonly worker: Worker;
  readonly ports: WebPorts;
}

/** Forks this same program and waits until it listens. */
async function launch(context: Context, number: number): Promise<Launched> {
  const worker = cluster.fork();
  const { config, access } = context;
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new StartError(`Worker process ${number} ended before it listened; its log says why.`));
    worker.once('exit', onExit);
    worker.on('message', (message: unknown) => {
      if (!isMessage(message)) return;
      const news = message as FromWorker;
      if (news.kind === 'awake') tell(worker, { kind: 'start', number, config, access });
      if (news.kind === 'failed') reject(new StartError(news.message));
      if (news.kind !== 'listening') return;
      worker.off('exit', onExit);
      resolve({ worker, ports: news.ports });
    });
  });
}

function withPorts(context: Context, ports: WebPorts): Context {
  const { config } = context;
  const tls = config.tls === undefined || ports.https === undefined ? {} : { tls: { ...config.tls, port: ports.https } };
  return { ...context, config: { ...config, httpPort: ports.http, ...tls } };
}

function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message);
}

function ended(worker: Worker): Promise<void> {
  return worker.isDead() ? Promise.resolve() : new Promise((resolve) => worker.once('exit', () => resolve()));
}

/** Undefined when the worker is busy or gone: better the others' numbers than none. */
function metricsOf(worker: Worker, id: number): Promise<MetricObject[] | undefined> {
  return new Promise((resolve) => {
    const finish = (metrics: MetricObject[] | undefined): void => {
      clearTimeout(timer);
      worker.off('message', onMessage);
      resolve(metrics);
    };
    const onMessage = (message: unknown): void => {
      const news = message as FromWorker;
      if (isMessage(message) && news.kind === 'metrics' && news.id === id) finish(news.metrics);
    };
    const timer = setTimeout(() => finish(undefined), METRICS_TIMEOUT_MS);
    worker.on('message', onMessage);
    tell(worker, { kind: 'metrics', id });
  });
}
