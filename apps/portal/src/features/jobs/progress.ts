import type { WorkRun } from './queries.ts';

export interface Progress {
  /** 0 to 100; undefined where the end is not known. */
  readonly percent: number | undefined;
  readonly secondsLeft: number | undefined;
  readonly bytesPerSecond: number | undefined;
}

type Measured = Pick<WorkRun, 'status' | 'done' | 'total' | 'bytes' | 'total_bytes' | 'start_time'>;

/** Bytes tell more than things where both are known; a rate over the whole time, which does not jump. `now` in milliseconds. */
export function progressOf(run: Measured, now: number): Progress {
  const share = shareOf(run.bytes, run.total_bytes) ?? shareOf(run.done, run.total);
  const percent = share === undefined ? undefined : Math.min(100, share * 100);
  if (run.status !== 'Running' || run.start_time === undefined) return { percent, secondsLeft: undefined, bytesPerSecond: undefined };
  const seconds = (now - Date.parse(run.start_time)) / 1000;
  const moves = seconds >= 1 && share !== undefined && share > 0;
  return {
    percent,
    secondsLeft: moves ? Math.max(0, (seconds / share) * (1 - share)) : undefined,
    bytesPerSecond: seconds >= 1 && run.bytes > 0 ? run.bytes / seconds : undefined,
  };
}

function shareOf(done: number, total: number | undefined): number | undefined {
  return total === undefined || total <= 0 ? undefined : done / total;
}
