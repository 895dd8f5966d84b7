import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { RateGuard } from '../rate-guard.ts';
import { sendStream } from './send-stream.ts';

let server: Server;
let reader: Socket;
let now = 0;
let guard: RateGuard;
/** Asked for and not answered yet. */
let response: ServerResponse;

beforeEach(async () => {
  now = 0;
  guard = new RateGuard(() => now);
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  reader = connect((server.address() as AddressInfo).port, '127.0.0.1');
  reader.on('error', () => undefined);
  reader.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
});
afterEach(async () => {
  reader.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** As much as is asked for, or nothing until `more`; tells when it was given up. */
function endless(more?: Promise<void>): { stream: AsyncGenerator<Uint8Array>; ended: Promise<void> } {
  let tell: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => (tell = resolve));
  async function* stream(): AsyncGenerator<Uint8Array> {
    try {
      await more;
      for (;;) yield new Uint8Array(1024 * 1024);
    } finally {
      tell();
    }
  }
  return { stream: stream(), ended };
}

async function passAMinute(): Promise<void> {
  // What was sent before is judged with the first window.
  for (let window = 0; window < 2; window += 1) {
    now += 61_000;
    guard.tick();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

it('is cut when the reader takes nothing, and lets go of what it reads from', async () => {
  const { stream, ended } = endless();
  reader.pause();
  sendStream(response, stream, guard);
  await expect.poll(() => response.writableNeedDrain).toBe(true);
  await passAMinute();
  await ended;
  expect(response.destroyed).toBe(true);
});

it('is not cut while there is nothing to send', async () => {
  let goOn: () => void = () => undefined;
  const { stream } = endless(new Promise((resolve) => (goOn = resolve)));
  sendStream(response, stream, guard);
  await passAMinute();
  expect(response.destroyed).toBe(false);
  goOn();
  await once(reader, 'data');
});

it('that was never begun is let go of, too', async () => {
  let returned = false;
  const stream: AsyncIterable<string> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: false, value: 'x' }),
      return: async () => {
        returned = true;
        return { done: true, value: undefined };
      },
    }),
  };
  reader.destroy();
  await once(response, 'close');
  sendStream(response, stream, guard);
  await expect.poll(() => returned).toBe(true);
});
