import { workRun } from '@berth/api-contract';
import { useQueryClient } from '@tanstack/react-query';
import { useRunEvents } from '../../shared/work/use-run-events.ts';
import { JOBS_KEY } from './queries.ts';

/** Asks anew for what a page shows of long work when some of it, or the run with this id, moves. Answers whether a stream tells of it. */
export function useWorkEvents(only?: string): boolean {
  const client = useQueryClient();
  return useRunEvents({
    topic: 'work',
    schema: workRun,
    isShown: ({ id }) => only === undefined || only === String(id),
    look: () => void client.invalidateQueries({ queryKey: JOBS_KEY, predicate: ({ queryKey: [, what] }) => what !== 'list' }),
  });
}
