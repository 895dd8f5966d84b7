import { migrate, SchemaMismatchError } from '@berth/database';
import { SealBrokenError } from '@berth/tokens';
import { composeJobs, composeWeb, type Context, openStores, type Stores } from './compose.ts';
import type { Config, LoadedConfig } from './config.ts';
import { Metrics } from './http/metrics.ts';
import { startJobs } from './jobs/runner.ts';
import { createLogger, type Logger } from './logging.ts';
import { type Announcement, banner, shownUrl } from './process/banner.ts';
import { initialPasswordFile, makeFirstAdministrator } from './process/first-start.ts';
import { type Installation, openInstallation } from './process/installation.ts';
import { startMetricsServer } from './process/metrics-server.ts';
import { StartError } from './process/start-error.ts';
import { StopRequest } from './process/stop-request.ts';
import { Web, type WebParts } from './process/web.ts';

/**
 * Runs the server until it is told to stop; answers the exit code. Throws StartError, a sentence, when it cannot start.
 * The order: data directory, database, schema, blob store, first administrator, listeners; on the way down the reverse.
 */
export async function serve({ config, warnings }: LoadedConfig): Promise<number> {
  const human = process.stdout.isTTY === true;
  const logger = createLogger({ level: config.logLevel, human });
  for (const warning of warnings) logger.warn(warning);
  const stop = new StopRequest();
  stop.watchSignals();
  const installation = await openInstallation(config, logger, (reason) => {
    logger.fatal({ reason }, 'the embedded Postgres ended; the data is safe, and the server stops since it cannot work without it');
    stop.request({ why: 'database lost', exitCode: 1 });
  });
  try {
    await prepareSchema(installation, logger);
    return await run({ config, installation, logger, stop, human });
  } finally {
    await installation.close();
    logger.info('stopped');
  }
}

interface Running {
  readonly config: Config;
  readonly installation: Installation;
  readonly logger: Logger;
  readonly stop: StopRequest;
  readonly human: boolean;
}

/** One process that does everything. */
async function run({ config, installation, logger, stop, human }: Running): Promise<number> {
  const context: Context = { config, access: installation.access, logger, metrics: new Metrics() };
  const stores = await openStores(context);
  try {
    await makeFirstAdministrator(config, stores, logger);
    const web = await Web.start(config, await webParts(context, stores));
    const jobs = startJobs({ jobs: composeJobs(stores), databaseUrl: context.access.databaseUrl, logger, metrics: context.metrics });
    const metricsServer = config.metrics.enabled
      ? await startMetricsServer({
          host: config.host,
          port: config.metrics.port,
          logger,
          collect: () => context.metrics.registry.metrics(),
        })
      : undefined;
    announce({ config, ports: web.ports, metricsPort: metricsServer?.port, passwordFile: initialPasswordFile(config) }, logger, human);
    const reason = await stop.requested;
    logger.info({ why: reason.why, requests: web.requestsUnderWay }, 'stopping');
    await Promise.race([Promise.all([web.stop(), jobs.stop()]), stop.hurried]);
    metricsServer?.close();
    return reason.exitCode;
  } finally {
    await stores.close();
  }
}

async function webParts(context: Context, stores: Stores): Promise<WebParts> {
  try {
    return await composeWeb(context, stores);
  } catch (error) {
    if (error instanceof SealBrokenError) throw new StartError(error.message, { cause: error });
    throw error;
  }
}

async function prepareSchema(installation: Installation, logger: Logger): Promise<void> {
  try {
    const applied = await migrate(installation.access.databaseUrl);
    if (applied.length > 0) logger.info({ migrations: applied }, 'brought the database schema up to date');
  } catch (error) {
    if (error instanceof SchemaMismatchError) throw new StartError(error.message, { cause: error });
    throw error;
  }
}

function announce(announcement: Announcement, logger: Logger, human: boolean): void {
  if (human) process.stdout.write(banner(announcement));
  const { ports, metricsPort, passwordFile } = announcement;
  logger.info(
    { url: shownUrl(announcement), httpPort: ports.http, httpsPort: ports.https, metricsPort, initialPasswordFile: passwordFile },
    'ready',
  );
}
