import { createHash } from 'node:crypto';
import { CertificateError } from '../errors.ts';
import { readInputIfPresent } from '../files/read-input.ts';
import { readServerCertificate, type ServerCertificateFiles, type ServerCertificatePair } from './server-certificate-files.ts';

export interface CertificateWatchHandlers {
  /** A new pair that fits together is there. Hand it to `server.setSecureContext`: open connections stay as they are. */
  readonly onChange: (pair: ServerCertificatePair) => void;
  /** The files changed into something unusable; the pair in use should stay. Said once per change. */
  readonly onError: (error: CertificateError) => void;
}

export interface CertificateWatch {
  /** Looks at once, as on SIGHUP; also when nothing seems to have changed. */
  reload(): Promise<void>;
  close(): void;
}

/** How often the files are looked at, in milliseconds. Polling also sees what notification misses: renames, mounts, Kubernetes secrets. */
export const CERTIFICATE_POLL_MS = 2_000;

/**
 * Watches a server's certificate and key. The two files are replaced one after the other, so a pair that does not fit is looked at again
 * on the next round before it is reported.
 */
export function watchCertificate(
  files: ServerCertificateFiles,
  handlers: CertificateWatchHandlers,
  pollMs = CERTIFICATE_POLL_MS,
): CertificateWatch {
  let current: string | undefined;
  let failedOnce: string | undefined;
  let reported: string | undefined;
  let running: Promise<void> = Promise.resolve();

  const look = async (forced: boolean): Promise<void> => {
    const state = await fingerprintFiles(files);
    if (current === undefined && !forced) {
      current = state;
      return;
    }
    if (state === current && !forced) return;
    try {
      const pair = await readServerCertificate(files);
      current = await fingerprintFiles(files);
      failedOnce = reported = undefined;
      handlers.onChange(pair);
    } catch (error) {
      const failure =
        error instanceof CertificateError ? error : new CertificateError('The certificate files could not be read.', { cause: error });
      if ((failedOnce === state || forced) && reported !== state) {
        reported = state;
        handlers.onError(failure);
      }
      failedOnce = state;
    }
  };
  const queue = (forced: boolean): Promise<void> => {
    running = running.then(() => look(forced));
    return running;
  };
  const timer = setInterval(() => void queue(false), pollMs);
  timer.unref();
  void queue(false);
  return { reload: () => queue(true), close: () => clearInterval(timer) };
}

/** A digest over both files' bytes; an unreadable file counts as a state of its own. */
async function fingerprintFiles(files: ServerCertificateFiles): Promise<string> {
  const hash = createHash('sha256');
  for (const path of [files.certificate, files.key]) {
    const bytes = await readInputIfPresent(path).catch((error: unknown) => Buffer.from(String(error)));
    hash.update(bytes ?? 'absent').update('\0');
  }
  return hash.digest('hex');
}
