import { useQueryClient } from '@tanstack/react-query';
import { useEvents } from '../../shared/live/use-events.ts';
import { useGathered } from '../../shared/live/use-gathered.ts';
import { ACTIVITY_KEY } from './queries.ts';

/** A push tells of several things at once. */
const GATHER_MS = 500;

/** Asks anew for what happened when something does, in a project or anywhere. Answers whether a stream tells of it. */
export function useContentEvents(project: string | undefined): boolean {
  const client = useQueryClient();
  const look = useGathered(() => void client.invalidateQueries({ queryKey: ACTIVITY_KEY }), GATHER_MS);
  return useEvents({ query: { topic: 'content', project }, on: { content: look } });
}
