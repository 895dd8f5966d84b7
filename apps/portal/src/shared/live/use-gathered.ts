import { useCallback, useEffect, useRef } from 'react';

/**
 * Answers a function that does `act` a moment after it was called: once for all calls within `ms` milliseconds, and not later where calls
 * never pause. What waits when the page goes is dropped.
 */
export function useGathered(act: () => void, ms: number): () => void {
  const latest = useRef(act);
  latest.current = act;
  const timer = useRef<number | undefined>(undefined);
  useEffect(() => {
    const drop = (): void => {
      window.clearTimeout(timer.current);
      timer.current = undefined;
    };
    return drop;
  }, []);
  return useCallback(() => {
    timer.current ??= window.setTimeout(() => {
      timer.current = undefined;
      latest.current();
    }, ms);
  }, [ms]);
}
