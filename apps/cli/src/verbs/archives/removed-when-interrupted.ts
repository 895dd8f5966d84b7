import { rmSync } from 'node:fs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Removes what is unfinished at `path` also when the command is interrupted, which runs no `finally`. The process then ends by that
 * signal, as whoever called it expects. The answer lets go of the path.
 */
export function removedWhenInterrupted(path: string): () => void {
  const letGo = (): void => {
    for (const signal of SIGNALS) process.off(signal, remove);
  };
  const remove = (signal: NodeJS.Signals): void => {
    letGo();
    rmSync(path, { recursive: true, force: true });
    process.kill(process.pid, signal);
  };
  for (const signal of SIGNALS) process.once(signal, remove);
  return letGo;
}
