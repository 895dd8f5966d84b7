import { join } from 'node:path';
import {
  CertificateError,
  type CertificateWarning,
  checkServerCertificate,
  externalHostOf,
  readServerCertificate,
  type ServerCertificatePair,
  watchCertificate,
} from '@berth/certs/server';
import type { Config } from '../config.ts';
import type { Metrics } from '../http/metrics.ts';
import type { Logger } from '../logging.ts';
import { StartError } from './start-error.ts';

/** Where `berth serve --tls auto` keeps its CA and certificate, and where a CA that the server may use is looked for. */
export function tlsDirectory(config: Pick<Config, 'dataDir'>): string {
  return join(config.dataDir, 'tls');
}

/** With `--tls auto`: makes the CA and the certificate at the first start, and the certificate again when it lacks a name or nears its end. */
export async function makeCertificate(config: Config, logger: Logger): Promise<void> {
  if (config.tls?.auto !== true) return;
  const { ensureAutoCertificate } = await import('@berth/certs');
  const host = externalHostOf(config.externalUrl);
  try {
    const made = await ensureAutoCertificate({ directory: tlsDirectory(config), hosts: host === undefined ? [] : [host] });
    if (made.made === 'nothing') return;
    logger.info(
      { names: made.names, ca: made.ca },
      `made a TLS ${made.made}; clients trust it after: berth cert install --host HOST:PORT --ca ${made.ca}`,
    );
  } catch (error) {
    throw new StartError(`The TLS certificate could not be made. ${(error as Error).message}`, { cause: error });
  }
}

export interface CertificateFollowing {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** Lets every listener take the files again. */
  readonly reload: () => void;
}

const DAY_MS = 86_400_000;

/**
 * Says what is wrong with the certificate at start and once a day, measures its end, and reloads when the files change.
 * Runs in the one process that has the metrics of all. Answers how to stop.
 */
export async function followCertificate({ config, logger, metrics, reload }: CertificateFollowing): Promise<() => void> {
  if (config.tls === undefined) return () => undefined;
  const host = externalHostOf(config.externalUrl);
  let pair: ServerCertificatePair | undefined;
  const judge = (): CertificateWarning[] => (pair === undefined ? [] : checkServerCertificate(pair, host));
  const say = () => {
    for (const { code, message } of judge()) logger.warn({ code, certificate: config.tls?.certificate }, message);
  };
  try {
    pair = await readServerCertificate(config.tls);
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    logger.warn({ err: error }, 'the TLS certificate could not be looked at');
  }
  say();
  metrics.gauge(
    'berth_tls_certificate_not_after_seconds',
    'When the TLS certificate in the files ends, as Unix time; 0 when unknown',
    () => (pair?.chain[0]?.notAfter.getTime() ?? 0) / 1000,
  );
  metrics.gauge('berth_tls_certificate_warnings', 'Problems of the TLS certificate that the log names', () => judge().length);
  const watch = watchCertificate(config.tls, {
    onChange: (changed) => {
      pair = changed;
      reload();
      say();
    },
    onError: (error) =>
      logger.error({ err: error }, `the TLS certificate files changed but cannot be used; the pair in use stays. ${error.message}`),
  });
  const daily = setInterval(say, DAY_MS);
  daily.unref();
  return () => {
    watch.close();
    clearInterval(daily);
  };
}
