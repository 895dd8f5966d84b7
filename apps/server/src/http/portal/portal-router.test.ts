import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NONCE_PLACE } from './portal-files.ts';
import { createPortalRouter } from './portal-router.ts';

let folder = '';
let server: Server;
let url = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'berth-portal-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), `<script nonce="${NONCE_PLACE}"></script>`);
  await writeFile(join(folder, 'assets', 'app-1234.js'), 'plain');
  await writeFile(join(folder, 'assets', 'app-1234.js.gz'), 'packed');
  await writeFile(join(folder, 'secret.pem'), 'not of the portal');
  url = await listen(folder);
});

afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

async function listen(of: string | undefined): Promise<string> {
  const app = express().use(createPortalRouter(of));
  app.use((_request, response) => void response.status(404).json({}));
  server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> => fetch(url + path, { headers });

it('answers every address of pages with the page, a fresh nonce in it and in the policy', async () => {
  const nonces = new Set<string>();
  for (const path of ['/', '/projects/team', '/projects/a%2Fb?page=2']) {
    const answer = await get(path);
    const nonce = /'nonce-([^']+)'/.exec(answer.headers.get('content-security-policy') ?? '')?.[1] ?? '';
    expect(answer.status).toBe(200);
    expect(await answer.text()).toBe(`<script nonce="${nonce}"></script>`);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('content-security-policy')).not.toContain('unsafe');
    nonces.add(nonce);
  }
  expect(nonces.size).toBe(3);
});

it('leaves the addresses of programs alone', async () => {
  for (const path of ['/v2/', '/api/v2.0/nothing', '/service/other']) expect((await get(path)).status).toBe(404);
});

it('sends hashed files for ever, compressed when the caller can take it', async () => {
  const plain = await get('/assets/app-1234.js', { 'accept-encoding': 'identity' });
  expect(await plain.text()).toBe('plain');
  expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(plain.headers.get('content-type')).toContain('text/javascript');
  const packed = await fetch(`${url}/assets/app-1234.js`, { method: 'HEAD', headers: { 'accept-encoding': 'gzip' } });
  expect(packed.headers.get('content-encoding')).toBe('gzip');
  expect(packed.headers.get('vary')).toBe('accept-encoding');
});

it('answers 404 for a file of another build, and the page for what is not of the portal', async () => {
  expect((await get('/assets/app-0000.js')).status).toBe(404);
  expect(await (await get('/secret.pem')).text()).toContain('<script');
  expect(await (await get('/assets/%2e%2e/secret.pem')).text()).not.toContain('not of the portal');
});
