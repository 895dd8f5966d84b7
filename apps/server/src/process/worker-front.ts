import cluster, { type Worker } from 'node:cluster';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { AggregatorRegistry, type MetricObject } from 'prom-client';
import type { Context } from '../compose.ts';
import { listen } from '../http/listeners.ts';
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
  /** Replacements that do not listen yet. */
  readonly #starting = new Set<Promise<Launched>>();
  #stopping = false;
  #asked = 0;

  private constructor(context: Context, ports: WebPorts) {
    this.#context = context;
    this.ports = ports;
  }

  /** Resolves when all workers listen. Throws StartError with the reason of the first one that cannot. */
  static async start(given: Context): Promise<WorkerFront> {
    const context = await withChosenPorts(given);
    const { config } = context;
    const ports = { http: config.httpPort, ...(config.tls === undefined ? {} : { https: config.tls.port }) };
    const front = new WorkerFront(context, ports);
    const numbers = Array.from({ length: config.workers }, (_, index) => index + 1);
    try {
      await Promise.all(numbers.map(async (number) => front.#watch(number, (await launch(context, number)).worker)));
    } catch (error) {
      await front.stop(Promise.resolve());
      throw error;
    }
    return front;
  }

  async stop(hurried: Promise<void>): Promise<void> {
    this.#stopping = true;
    const all = this.#stopAll();
    const limit = new AbortController();
    const late = sleep((this.#context.config.farewellSeconds + this.#context.config.drainSeconds) * 1000 + KILL_AFTER_MS, undefined, {
      signal: limit.signal,
    }).catch(() => undefined);
    await Promise.race([all, late, hurried]);
    limit.abort();
    // What they acknowledged is safe; uploads resume from their last checkpoint.
    for (const worker of this.#workers.values()) worker.process.kill('SIGKILL');
  }

  async #stopAll(): Promise<void> {
    const stopped = [...this.#workers.values()].map(stopWorker);
    // One that is just being started is told as soon as it listens to us.
    const late = [...this.#starting].map(async (start) => stopWorker((await start).worker));
    await Promise.allSettled([...stopped, ...late]);
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
    const start = launch(this.#context, number);
    this.#starting.add(start);
    try {
      this.#watch(number, (await start).worker, next);
    } catch (error) {
      this.#context.logger.error(
        { err: error, worker: number, restartInSeconds: next / 1000 },
        'a worker process could not be started; it is tried again',
      );
      void this.#replace(number, next);
    } finally {
      this.#starting.delete(start);
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

/** Port 0 is replaced by a free one: node:cluster would choose another for the workers that come after all others died. */
async function withChosenPorts(context: Context): Promise<Context> {
  const { config } = context;
  const httpPort = config.httpPort === 0 ? await freePort(config.host) : config.httpPort;
  const tls = config.tls?.port === 0 ? { tls: { ...config.tls, port: await freePort(config.host) } } : {};
  return { ...context, config: { ...config, httpPort, ...tls } };
}

async function freePort(host: string): Promise<number> {
  const server = createServer();
  const port = await listen(server, { host, port: 0, setting: 'BERTH_HTTP_PORT' });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function tell(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message);
}

async function stopWorker(worker: Worker): Promise<void> {
  if (worker.isDead()) return;
  const ended = new Promise((resolve) => worker.once('exit', resolve));
  tell(worker, { kind: 'stop' });
  await ended;
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
