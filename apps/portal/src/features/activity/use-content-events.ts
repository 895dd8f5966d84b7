import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useEvents } from '../../shared/live/use-events.ts';
import { ACTIVITY_KEY } from './queries.ts';

/** A push tells of several things at once. */
const GATHER_MS = 500;

/** Asks anew for what happened when something does, in a project or anywhere. Answers whether a stream tells of it. */
export function useContentEvents(project: string | undefined): boolean {
  const client = useQueryClient();
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  return useEvents({
    query: { topic: 'content', project },
    on: {
      content: () => {
        window.clearTimeout(timer.current);
        timer.current = window.setTimeout(() => void client.invalidateQueries({ queryKey: ACTIVITY_KEY }), GATHER_MS);
      },
    },
  });
}
