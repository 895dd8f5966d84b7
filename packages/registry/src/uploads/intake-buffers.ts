/** Large enough that a write call and a hash call cost little beside their work; small enough that hashing one holds nobody up for long. */
export const INTAKE_BUFFER_BYTES = 1024 * 1024;
/** Idle buffers kept for the next upload. */
const MAX_IDLE = 16;
const IDLE_MILLISECONDS = 15_000;

const idle: Buffer[] = [];
let trimming: NodeJS.Timeout | undefined;

/** A buffer of `bytes`; full-size ones are reused. Bounded by the number of running uploads, each of which holds two at most. */
export function takeBuffer(bytes: number): Buffer {
  if (bytes < INTAKE_BUFFER_BYTES) return Buffer.allocUnsafeSlow(bytes);
  return idle.pop() ?? Buffer.allocUnsafeSlow(INTAKE_BUFFER_BYTES);
}

/** Nobody may touch the buffer afterwards. */
export function giveBuffer(buffer: Buffer): void {
  if (buffer.length !== INTAKE_BUFFER_BYTES || idle.length >= MAX_IDLE) return;
  idle.push(buffer);
  trimming ??= setTimeout(() => {
    trimming = undefined;
    idle.length = 0;
  }, IDLE_MILLISECONDS).unref();
}
