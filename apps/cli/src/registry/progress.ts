const REFRESH_MILLISECONDS = 200;

/** One line at the terminal that tells how far a long work is; silent where standard error is no terminal. */
export class Progress {
  readonly #shown = process.stderr.isTTY === true;
  #last = 0;

  show(text: string): void {
    if (!this.#shown || Date.now() - this.#last < REFRESH_MILLISECONDS) return;
    this.#last = Date.now();
    process.stderr.write(`\r\u001b[K${text}`);
  }

  /** Makes room for a message. */
  clear(): void {
    if (this.#shown) process.stderr.write('\r\u001b[K');
  }
}

/** `1.5 GB`, as docker shows sizes. */
export function sizeInWords(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(1, bytes)) / 3), units.length - 1);
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power]}`;
}
