import type { Logger } from '../logging.ts';

/**
 * Logs what nobody caught. After an exception the state of the process is unknown: `giveUp`. A rejection that nobody waited for belongs
 * to one request, whose client is told by a broken connection; ending the whole registry for it would let one defect stop all pushes.
 */
export function watchDefects(logger: Logger, giveUp: () => void): void {
  process.on('uncaughtException', (error: unknown) => {
    logger.fatal({ err: error }, 'a defect: an error that was not caught; this process ends');
    giveUp();
  });
  process.on('unhandledRejection', (error: unknown) => {
    logger.error({ err: error }, 'a defect: a failure that nobody waited for; please report it');
  });
}
