/** One system call of `strace -f -y`; start and end are line numbers, since a call of one thread may end among another's. */
export interface SystemCall {
  readonly name: string;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly succeeded: boolean;
}

/** Reads strace's output, joining `<unfinished ...>` with `<... resumed>`; a call that never returned is left out. */
export function parseTrace(output: string): SystemCall[] {
  const calls: SystemCall[] = [];
  const open = new Map<string, { name: string; text: string; start: number }>();
  for (const [number, line] of output.split('\n').entries()) {
    const parts = /^(\d+)\s+(.*)$/.exec(line);
    if (parts === null) continue;
    const [, thread = '', rest = ''] = parts;
    const resumed = /^<\.\.\. (\w+) resumed>(.*)$/.exec(rest);
    if (resumed !== null) {
      const begun = open.get(thread);
      open.delete(thread);
      if (begun !== undefined)
        calls.push({ ...begun, text: begun.text + (resumed[2] ?? ''), end: number, succeeded: succeeded(resumed[2] ?? '') });
      continue;
    }
    const name = /^(\w+)\(/.exec(rest)?.[1];
    if (name === undefined) continue;
    if (rest.endsWith('<unfinished ...>')) open.set(thread, { name, text: rest, start: number });
    else calls.push({ name, text: rest, start: number, end: number, succeeded: succeeded(rest) });
  }
  return calls.sort((a, b) => a.start - b.start);
}

function succeeded(text: string): boolean {
  return /\)\s+= \d+/.test(text);
}
