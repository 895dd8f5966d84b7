const DAY_MS = 86_400_000;

/** Whole days from one moment to another; negative when the second lies before the first. */
export function daysBetween(from: Date, to: Date): number {
  return Math.floor((to.getTime() - from.getTime()) / DAY_MS);
}
