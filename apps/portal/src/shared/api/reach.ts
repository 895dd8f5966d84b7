/** Does the server answer? Told by every request; while it does not, it is asked until it does. */
let reached = true;
let timer: number | undefined;
const listeners = new Set<() => void>();

const AGAIN_MS = 3_000;
const TIMEOUT_MS = 10_000;
const ALIVE = '/api/v2.0/ping';

export function isReached(): boolean {
  return reached;
}

export function onReach(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Called with what became of a request: any answer, or none. */
export function tellReach(answered: boolean): void {
  if (answered === reached) return;
  reached = answered;
  window.clearTimeout(timer);
  if (!answered) timer = window.setTimeout(() => void askAgain(), AGAIN_MS);
  for (const listener of listeners) listener();
}

async function askAgain(): Promise<void> {
  try {
    await fetch(ALIVE, { signal: AbortSignal.timeout(TIMEOUT_MS), cache: 'no-store' });
    tellReach(true);
  } catch {
    timer = window.setTimeout(() => void askAgain(), AGAIN_MS);
  }
}
