/** Harbor's words. */
export const RUN_STATES = ['Pending', 'Running', 'Success', 'Error', 'Stopped'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** How often a page looks again while something is under way. */
export const LOOK_AGAIN_MS = 2_000;

/** Beside a stream of events, which tells at once: in case that it lost something. */
export const LOOK_BESIDE_EVENTS_MS = 30_000;

/** How often a page asks again by itself for what is, or is not, under way. `isLive`: a stream tells of it. */
export function lookAgainMs(underWay: boolean, isLive: boolean): number | false {
  if (!underWay) return false;
  return isLive ? LOOK_BESIDE_EVENTS_MS : LOOK_AGAIN_MS;
}

export function isUnderWay(status: string): boolean {
  return status === 'Running' || status === 'Pending';
}
