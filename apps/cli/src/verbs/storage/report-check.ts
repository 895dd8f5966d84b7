import type { Administration } from '@berth/server';
import { EXIT } from '../../exit.ts';
import { message, printData } from '../../output.ts';

type Found = Parameters<Parameters<Administration['fsck']>[0]['found']>[0];
type Summary = Awaited<ReturnType<Administration['fsck']>>;

/** Problems as they are found, one a line, then what was looked at. With problems the exit code is 1. */
export async function reportCheck(
  json: boolean,
  work: (tools: { found(problem: Found): void; stopping: AbortSignal }) => Promise<Summary>,
): Promise<void> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const found = (problem: Found): void => printData(json ? JSON.stringify(problem) : lineOf(problem));
    const { objects, bytes, problems } = await work({ found, stopping: stop.signal });
    const ending = stop.signal.aborted ? 'Interrupted' : 'Done';
    if (json) printData(JSON.stringify({ objects, bytes, problems, complete: !stop.signal.aborted }));
    else message(`${ending}: ${objects} blobs with ${bytes} bytes looked at, ${problems} problems.`);
    if (problems > 0 || stop.signal.aborted) process.exitCode = EXIT.failure;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function lineOf({ problem, digest, key, done }: Found): string {
  const what = digest === undefined ? `object ${key} that no blob has` : `${digest}: ${problem}`;
  return `${what} (${done})`;
}
