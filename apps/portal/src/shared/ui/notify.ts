export interface Notice {
  readonly id: number;
  readonly message: string;
}

const SHOWN_MS = 5_000;
let notices: readonly Notice[] = [];
let next = 1;
const listeners = new Set<() => void>();

/** Says that something was done; it goes away by itself. What went wrong stays where it was tried instead. */
export function notifyDone(message: string): void {
  const notice = { id: next, message };
  next += 1;
  show([...notices, notice]);
  setTimeout(() => dismiss(notice.id), SHOWN_MS);
}

export function dismiss(id: number): void {
  show(notices.filter((notice) => notice.id !== id));
}

export function shownNotices(): readonly Notice[] {
  return notices;
}

export function onNotices(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function show(shown: readonly Notice[]): void {
  notices = shown;
  for (const listener of listeners) listener();
}
