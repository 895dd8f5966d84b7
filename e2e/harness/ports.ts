import { createServer } from 'node:net';

/**
 * A loopback port that was free a moment ago. Another process may take it before it is used, which is rare enough for tests;
 * a program that can listen on port 0 and say where does not need this.
 */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP listener has a port.');
  await new Promise((resolve) => server.close(resolve));
  return address.port;
}
