import { openStores, type Context } from '../compose.ts';
import { Metrics } from '../http/metrics.ts';
import { createLogger } from '../logging.ts';
import { watchDefects } from './defects.ts';
import { reload, startWeb } from './front.ts';
import { type FromWorker, isMessage, type ToWorker } from './worker-messages.ts';

/** The life of a worker process: told what to do by the primary, it answers requests until it is told to stop or the primary is gone. */
export async function runWorker(): Promise<number> {
  const inbox = new Inbox();
  tell({ kind: 'awake' });
  const start = await inbox.start;
  if (start === undefined) return 1;
  const { config, access, number } = start;
  const logger = createLogger({ level: config.logLevel, worker: number, human: process.stdout.isTTY === true });
  watchDefects(logger, () => process.exit(1));
  const context: Context = { config, access, logger, metrics: new Metrics() };
  try {
    const stores = await openStores(context);
    try {
      const web = await startWeb(context, stores);
      inbox.listen({
        'reload certificate': () => reload(web, context),
        metrics: async (id) => tell({ kind: 'metrics', id, metrics: await context.metrics.registry.getMetricsAsJSON() }),
      });
      tell({ kind: 'listening', ports: web.ports });
      await inbox.stop;
      await web.stop();
    } finally {
      await stores.close();
    }
    return 0;
  } catch (error) {
    logger.fatal({ err: error }, 'the worker cannot go on');
    tell({ kind: 'failed', message: (error as Error).message });
    return 1;
  } finally {
    // The open channel to the primary alone would keep this process alive.
    if (process.connected === true) process.disconnect();
  }
}

function tell(message: FromWorker): void {
  if (process.connected === true) process.send?.(message);
}

type StartOrder = Extract<ToWorker, { kind: 'start' }>;

interface Handlers {
  readonly 'reload certificate': () => void;
  readonly metrics: (id: number) => Promise<void>;
}

/** Messages of the primary, from before anybody waits for them. */
class Inbox {
  /** Undefined when the primary went away first. */
  readonly start: Promise<StartOrder | undefined>;
  /** Told to stop, or the primary is gone. */
  readonly stop: Promise<void>;
  #handlers: Handlers | undefined;

  constructor() {
    let stopNow = (): void => undefined;
    let startWith: (order: StartOrder | undefined) => void = () => undefined;
    this.stop = new Promise((resolve) => {
      stopNow = resolve;
    });
    this.start = new Promise((resolve) => {
      startWith = resolve;
    });
    // A Ctrl-C reaches the whole group; the primary decides when its workers stop.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
    process.on('disconnect', () => {
      startWith(undefined);
      stopNow();
    });
    process.on('message', (message: unknown) => {
      if (!isMessage(message)) return;
      const order = message as ToWorker;
      if (order.kind === 'start') startWith(order);
      else if (order.kind === 'stop') stopNow();
      else if (order.kind === 'reload certificate') this.#handlers?.['reload certificate']();
      else if (order.kind === 'metrics') void this.#handlers?.metrics(order.id);
    });
  }

  listen(handlers: Handlers): void {
    this.#handlers = handlers;
  }
}
