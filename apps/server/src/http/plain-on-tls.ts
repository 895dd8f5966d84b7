import type { Server } from 'node:https';
import type { Socket } from 'node:net';

/** First bytes of HTTP methods; a TLS client begins with 0x16 (handshake). */
const METHOD = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE)?/;
const SENTENCE =
  'This port speaks HTTPS, and plain HTTP was sent to it. Use an address that begins with https://, and remove the registry from insecure-registries.';

/**
 * Answers plain HTTP that is spoken to a TLS port in words, instead of ending the connection silently.
 * The first bytes of each connection are looked at and put back; everything that is not an HTTP method goes to TLS as before.
 */
export function answerPlainHttp(server: Server): void {
  const handshake = server.listeners('connection') as ((socket: Socket) => void)[];
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    const ignore = (): void => void socket.destroy();
    socket.once('error', ignore);
    // A client that says nothing is cut as a handshake that never ends would be.
    socket.setTimeout(10_000, ignore);
    socket.once('readable', () => {
      const first = socket.read() as Buffer | null;
      socket.off('error', ignore);
      socket.setTimeout(0);
      socket.off('timeout', ignore);
      if (first === null) {
        socket.destroy();
        return;
      }
      if (METHOD.exec(first.toString('latin1', 0, 8))?.[1] !== undefined) {
        refuse(socket);
        return;
      }
      socket.unshift(first);
      for (const listener of handshake) listener.call(server, socket);
    });
  });
}

function refuse(socket: Socket): void {
  const body = JSON.stringify({ errors: [{ code: 'UNSUPPORTED', message: SENTENCE }] });
  socket.on('error', () => undefined);
  socket.end(
    `HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  socket.resume();
  setTimeout(() => socket.destroy(), 1_000).unref();
}
