import { labelOf, parseTarget, type Target } from './targets.ts';

const MOST = 6;

/** What this person opened by the palette in this browser, the latest first; pages of the portal are always offered and not kept. */
export function recentTargets(username: string): Target[] {
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(keyOf(username)) ?? '[]');
    return Array.isArray(kept) ? kept.flatMap((one) => parseTarget(one) ?? []).slice(0, MOST) : [];
  } catch {
    // Somebody else wrote there: it is as if nothing was kept.
    return [];
  }
}

export function keepRecent(username: string, target: Target): void {
  if (target.kind === 'page') return;
  const others = recentTargets(username).filter((one) => labelOf(one) !== labelOf(target));
  window.localStorage.setItem(keyOf(username), JSON.stringify([target, ...others].slice(0, MOST)));
}

function keyOf(username: string): string {
  return `berth-recent-${username}`;
}
