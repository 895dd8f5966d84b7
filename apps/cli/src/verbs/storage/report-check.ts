import type { Administration } from '@berth/server';
import { EXIT } from '../../exit.ts';
import { message, printData } from '../../output.ts';

type Found = Parameters<Parameters<Administration['fsck']>[0]['found']>[0];
type Summary = Awaited<ReturnType<Administration['fsck']>>;

const UNREADABLE =
  'What is unreadable was not hidden, since it may be read later. Until then its pulls fail, and docker does not push it again, since it is there. To give it up, delete its object, which has the key in its name, and call berth storage fsck --mend: then the next push heals it.';

/** Problems as they are found, one a line, then what was looked at. With problems the exit code is 1. */
export async function reportCheck(
  json: boolean,
  work: (tools: { found(problem: Found): void; stopping: AbortSignal }) => Promise<Summary>,
): Promise<void> {
  const stop = new AbortController();
  const interrupt = (): void => stop.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    let unreadable = 0;
    const found = (problem: Found): void => {
      if (problem.problem === 'unreadable') unreadable += 1;
      printData(json ? JSON.stringify(problem) : lineOf(problem));
    };
    const { objects, bytes, problems } = await work({ found, stopping: stop.signal });
    const ending = stop.signal.aborted ? 'Interrupted' : 'Done';
    if (json) printData(JSON.stringify({ objects, bytes, problems, complete: !stop.signal.aborted }));
    else message(`${ending}: ${objects} blobs with ${bytes} bytes looked at, ${problems} problems.`);
    if (unreadable > 0 && !json) message(UNREADABLE);
    if (problems > 0 || stop.signal.aborted) process.exitCode = EXIT.failure;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function lineOf({ problem, digest, key, done }: Found): string {
  const what = digest === undefined ? `object ${key} that no blob has` : `${digest}: ${problem}`;
  // The object of what cannot be read is for its administrator to find.
  return problem === 'unreadable' ? `${what} (${done}, key ${key})` : `${what} (${done})`;
}
