import type { Schema } from '../api/fetcher.ts';
import { typed, useEvents } from '../live/use-events.ts';
import { useGathered } from '../live/use-gathered.ts';

/** A run tells several times a second how far it is; a page looks at it so often at most. */
const GATHER_MS = 500;

export interface WatchedRuns<Run> {
  /** Of `/events`; its events have the same name. */
  readonly topic: 'work' | 'collection' | 'retention';
  /** Only those of this project. */
  readonly project?: string;
  readonly schema: Schema<Run>;
  /** Whether the page shows it. */
  readonly isShown: (run: Run) => boolean;
  /** Asks anew for what the page shows of runs. */
  readonly look: () => void;
}

/** Looks again when a run that the page shows moves. Answers whether a stream tells of it: without one the page must ask by itself. */
export function useRunEvents<Run>({ topic, project, schema, isShown, look }: WatchedRuns<Run>): boolean {
  const gathered = useGathered(look, GATHER_MS);
  return useEvents({
    query: { topic, project },
    on: {
      // Runs that moved before the stream stood, or while it was away, are not told again.
      ready: gathered,
      [topic]: typed(schema, (run) => {
        if (isShown(run)) gathered();
      }),
    },
  });
}
