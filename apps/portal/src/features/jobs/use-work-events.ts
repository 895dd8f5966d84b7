import { workRun } from '@berth/api-contract';
import { useQueryClient } from '@tanstack/react-query';
import { typed, useEvents } from '../../shared/live/use-events.ts';
import { useGathered } from '../../shared/live/use-gathered.ts';
import { JOBS_KEY } from './queries.ts';

/** Work tells several times a second; a page looks at it so often at most. */
const GATHER_MS = 500;

/** Asks anew for what a page shows of long work when some of it, or the run with this id, moves. Answers whether a stream tells of it. */
export function useWorkEvents(only?: string): boolean {
  const client = useQueryClient();
  const look = useGathered(
    () => void client.invalidateQueries({ queryKey: JOBS_KEY, predicate: ({ queryKey: [, what] }) => what !== 'list' }),
    GATHER_MS,
  );
  return useEvents({
    query: { topic: 'work' },
    on: {
      work: typed(workRun, (run) => {
        if (only === undefined || only === String(run.id)) look();
      }),
    },
  });
}
