import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureAutoCertificate } from '@berth/certs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerPlainHttp } from './plain-on-tls.ts';

const folder = mkdtempSync(join(tmpdir(), 'berth-plain-'));
let port = 0;
let server: ReturnType<typeof createServer>;

beforeAll(async () => {
  const files = await ensureAutoCertificate({ directory: join(folder, 'tls') });
  server = createServer({ cert: readFileSync(files.certificate), key: readFileSync(files.key) }, (incoming, response) => {
    incoming.pipe(response);
  });
  answerPlainHttp(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

function ask(send: typeof request | typeof plainRequest, body: Buffer): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const sent = send(
      { host: '127.0.0.1', port, method: 'POST', path: '/v2/', rejectUnauthorized: false, agent: false } as object,
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

it('answers plain HTTP in words', async () => {
  const answer = await ask(plainRequest as typeof request, Buffer.from('x'));
  expect(answer.status).toBe(400);
  expect(answer.body.toString()).toContain('https://');
});

it('lets TLS through whole', async () => {
  const body = Buffer.alloc(300_000, 'b');
  for (let time = 0; time < 20; time += 1) expect((await ask(request, body)).body.equals(body)).toBe(true);
});

it('cuts what is neither, and survives clients that leave at once', async () => {
  for (const bytes of ['', '\u0000\u0001', 'SSH-2.0-x\r\n']) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.end(bytes);
    await new Promise<void>((resolve) => socket.once('close', () => resolve()));
  }
  expect((await ask(request, Buffer.from('still here'))).body.toString()).toBe('still here');
});
