const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

/** Whether `host[:port]` is the machine itself, whoever asks: no other machine comes by it, and docker takes plain HTTP there. */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host.replace(/:\d+$/, ''));
}
