import { retentionEvent } from '@berth/api-contract';
import { useQueryClient } from '@tanstack/react-query';
import { useRunEvents } from '../../shared/work/use-run-events.ts';
import { RUN_KEYS } from './queries.ts';

/** Asks anew for what a page shows of a project's runs when one, or the run with this id, moves. Answers whether a stream tells of it. */
export function useRetentionEvents(project: string, only?: string): boolean {
  const client = useQueryClient();
  return useRunEvents({
    topic: 'retention',
    project,
    schema: retentionEvent,
    isShown: ({ id }) => only === undefined || only === String(id),
    look: () => void Promise.all(RUN_KEYS.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}
