import cluster from 'node:cluster';
import { createJobStates, releaseUploadClaims } from '@berth/database';
import { type Context, openStores } from './compose.ts';
import { composeJobs, composeJournal } from './compose-jobs.ts';
import type { Config, LoadedConfig } from './config.ts';
import { Metrics } from './http/metrics.ts';
import { createJobRunner } from './jobs/runner.ts';
import { createLogger, type Logger } from './logging.ts';
import { type Announcement, banner, shownUrl } from './process/banner.ts';
import { watchDefects } from './process/defects.ts';
import { initialPasswordFile, makeFirstAdministrator } from './process/first-start.ts';
import { startLocalFront } from './process/front.ts';
import { type Installation, openInstallation } from './process/installation.ts';
import { createJournalWriting } from './process/journal-writing.ts';
import { refuseForgottenStorage } from './process/forgotten-storage.ts';
import { requireKnownStorage } from './process/known-storage.ts';
import { measureVolume } from './process/measure-volume.ts';
import { startMetricsServer } from './process/metrics-server.ts';
import { prepareSchema } from './process/prepare-schema.ts';
import { followCertificate, makeCertificate } from './process/tls-certificate.ts';
import { StopRequest } from './process/stop-request.ts';
import { tuneEngine } from './process/tune-engine.ts';
import { runWorker } from './process/worker.ts';
import { WorkerFront } from './process/worker-front.ts';

/**
 * Runs the server until it is told to stop; answers the exit code. Throws StartError, a sentence, when it cannot start.
 * The order: data directory, database, schema, blob store, first administrator, listeners, jobs; on the way down the reverse.
 * With several workers this process keeps the database and the jobs, and the workers listen.
 */
export async function serve({ config, warnings }: LoadedConfig): Promise<number> {
  tuneEngine();
  if (cluster.isWorker) return runWorker();
  const human = process.stdout.isTTY === true;
  const logger = createLogger({ level: config.logLevel, human });
  for (const warning of warnings) logger.warn(warning);
  const stop = new StopRequest();
  stop.watchSignals();
  watchDefects(logger, () => stop.request({ why: 'defect', exitCode: 1 }));
  const installation = await openInstallation(config, logger, (reason) => {
    logger.fatal({ reason }, 'the embedded Postgres ended; the data is safe, and the server stops since it cannot work without it');
    stop.request({ why: 'database lost', exitCode: 1 });
  });
  try {
    await prepareSchema({ config, access: installation.access, logger });
    return await run({ config, installation, logger, stop, human });
  } finally {
    await installation.close();
    logger.info('stopped');
    // Jobs that were abandoned, or were just being started, go on trying to reach a database that is closed: they must not keep the process.
    if (stop.isHurried) setImmediate(() => process.exit());
  }
}

interface Running {
  readonly config: Config;
  readonly installation: Installation;
  readonly logger: Logger;
  readonly stop: StopRequest;
  readonly human: boolean;
}

async function run({ config, installation, logger, stop, human }: Running): Promise<number> {
  const context: Context = { config, access: installation.access, logger, metrics: new Metrics() };
  const stores = await openStores(context);
  try {
    await refuseForgottenStorage(stores.knex, stores.blobStore);
    await requireKnownStorage(stores.knex, stores.blobStore);
    await makeFirstAdministrator(config, stores, logger);
    await makeCertificate(config, logger);
    // The embedded database has this one server; uploads that it held when it was killed are free again.
    if (config.database.kind === 'embedded') await releaseUploadClaims(stores.knex);
    const jobs = createJobRunner({
      jobs: composeJobs(stores, context),
      states: createJobStates(stores.knex),
      databaseUrl: context.access.databaseUrl,
      logger,
      metrics: context.metrics,
    });
    const journal = createJournalWriting(composeJournal(stores), context);
    const front =
      config.workers === 1
        ? await startLocalFront({ ...context, advisory: { jobs: jobs.check } }, stores)
        : await WorkerFront.start(context);
    process.on('SIGHUP', () => front.reloadCertificate());
    const unfollow = await followCertificate({ config, logger, metrics: context.metrics, reload: () => front.reloadCertificate() });
    measureVolume(config, context.metrics);
    jobs.start();
    journal.start();
    const metricsServer = config.metrics.enabled
      ? await startMetricsServer({ host: config.host, port: config.metrics.port, logger, collect: () => front.metrics() })
      : undefined;
    announce({ config, ports: front.ports, metricsPort: metricsServer?.port, passwordFile: initialPasswordFile(config) }, logger, human);
    const { why, exitCode } = await stop.requested;
    logger.info(
      { why, farewellSeconds: config.farewellSeconds, drainSeconds: config.drainSeconds },
      'stopping; requests under way get time to finish',
    );
    await Promise.all([front.stop(stop.hurried), Promise.race([jobs.stop(), stop.hurried])]);
    await Promise.race([journal.stop(), stop.hurried]);
    metricsServer?.close();
    unfollow();
    return exitCode;
  } finally {
    await stores.close();
  }
}

function announce(announcement: Announcement, logger: Logger, human: boolean): void {
  if (human) process.stdout.write(banner(announcement));
  const { config, ports, metricsPort, passwordFile } = announcement;
  logger.info(
    {
      url: shownUrl(announcement),
      httpPort: ports.http,
      httpsPort: ports.https,
      metricsPort,
      workers: config.workers,
      initialPasswordFile: passwordFile,
    },
    'ready',
  );
}
