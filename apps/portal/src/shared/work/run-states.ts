/** Harbor's words. */
export const RUN_STATES = ['Pending', 'Running', 'Success', 'Error', 'Stopped'] as const;
export type RunState = (typeof RUN_STATES)[number];

/** How often a page looks again while something is under way. */
export const LOOK_AGAIN_MS = 2_000;

export function isUnderWay(status: string): boolean {
  return status === 'Running' || status === 'Pending';
}
