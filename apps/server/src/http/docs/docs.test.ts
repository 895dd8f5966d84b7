import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Script } from 'node:vm';
import express from 'express';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DOCS_PAGE, DOCS_SCRIPT } from './docs-page.ts';
import { createDocsRouter } from './docs-router.ts';

let server: Server;
let url = '';
beforeAll(async () => {
  server = createServer(express().use('/api/docs', createDocsRouter()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

it('serves every file that the page names, each with its type', async () => {
  const names = [...DOCS_PAGE.matchAll(/(?:src|href)="(\/api\/docs\/[^"]+)"/g)].map(([, name]) => name);
  expect(names.length).toBe(2);
  for (const name of ['/api/docs', ...names]) {
    const answer = await fetch(url + name);
    expect([answer.status, answer.headers.get('content-type')], name).toEqual([200, expect.stringMatching(/^text\/(html|css|javascript)/)]);
  }
});

it('asks nothing of other hosts, and has no script or style inside, which the policy of pages forbids', () => {
  expect(DOCS_PAGE + DOCS_SCRIPT).not.toMatch(/https?:\/\//);
  expect(DOCS_PAGE).not.toMatch(/<script(?![^>]*src=)|<style|\son\w+=|style=/);
  expect(DOCS_SCRIPT).not.toMatch(/innerHTML|insertAdjacentHTML|eval\(|\.style\b/);
});

it('has a script that can be read', () => {
  expect(() => new Script(`(async () => {${DOCS_SCRIPT}})`)).not.toThrow();
});
