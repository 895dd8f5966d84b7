import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { inspectServedCertificate } from '../inspect/served-certificate.ts';
import { MAX_NAMES } from '../limits.ts';
import { runCert, temporaryFolder } from '../testing/run-command.ts';
import { ensureAutoCertificate } from './auto-certificate.ts';
import { checkServerCertificate, readServerCertificate } from './server-certificate-files.ts';
import { watchCertificate } from './watch-certificate.ts';

async function made(host = 'a.example'): Promise<{ certificate: string; key: string; folder: string }> {
  const folder = await temporaryFolder();
  expect((await runCert(['server', host, '--dir', folder, '--key', 'ec-p256'])).code).toBe(0);
  return { folder, certificate: join(folder, `${host}.crt`), key: join(folder, `${host}.key`) };
}

test('a key that does not fit, and a chain that begins with the CA, are refused with their reason', async () => {
  const files = await made();
  await expect(readServerCertificate({ ...files, key: join(files.folder, 'ca.key') })).rejects.toThrow(/belongs to a later certificate/);
  const other = await made();
  await expect(readServerCertificate({ ...files, key: other.key })).rejects.toThrow(/is not the private key of/);
  await expect(readServerCertificate({ ...files, key: join(files.folder, 'absent') })).rejects.toThrow(/no file/);
});

test('warnings: exposed key, a name that is not covered, the last 30 days, expiry', async () => {
  const files = await made();
  const fine = await readServerCertificate(files);
  expect(checkServerCertificate(fine, 'a.example')).toEqual([]);
  await chmod(files.key, 0o644);
  const codes = (pair: typeof fine, host?: string, now?: Date) => checkServerCertificate(pair, host, now).map((one) => one.code);
  expect(codes(await readServerCertificate(files), 'b.example')).toEqual(['key-exposed', 'name-mismatch']);
  const end = fine.chain[0]?.notAfter.getTime() ?? 0;
  expect(codes(fine, undefined, new Date(end - 29 * 86_400_000))).toEqual(['expires-soon']);
  expect(codes(fine, undefined, new Date(end - 31 * 86_400_000))).toEqual([]);
  expect(codes(fine, undefined, new Date(end + 1000))).toEqual(['expired']);
});

test('auto: made once, kept, and made again when a name is missing; the CA stays', async () => {
  const directory = join(await temporaryFolder(), 'tls');
  const first = await ensureAutoCertificate({ directory });
  expect(first.made).toBe('authority and certificate');
  expect(first.names).toEqual(expect.arrayContaining(['DNS:localhost', 'IP:127.0.0.1', 'IP:::1']));
  const ca = await readFile(first.ca, 'utf8');
  expect((await ensureAutoCertificate({ directory })).made).toBe('nothing');
  const second = await ensureAutoCertificate({ directory, hosts: ['registry.example.com'] });
  expect(second.made).toBe('certificate');
  expect(await readFile(second.ca, 'utf8')).toBe(ca);
  expect((await ensureAutoCertificate({ directory })).made).toBe('nothing');
  expect(checkServerCertificate(await readServerCertificate(second), 'registry.example.com')).toEqual([]);
});

test('auto: a host with other names at every start stays below the most names of a certificate; those of now are all in it', async () => {
  const directory = join(await temporaryFolder(), 'tls');
  const hosts = (start: number) => Array.from({ length: 90 }, (_, index) => `pod-${start}-${index}.example`);
  for (const start of [1, 2, 3]) {
    const { made, names } = await ensureAutoCertificate({ directory, hosts: hosts(start) });
    expect(made).not.toBe('nothing');
    expect(names).toEqual(expect.arrayContaining([...hosts(start).map((one) => `DNS:${one}`), 'DNS:localhost', 'IP:127.0.0.1']));
    expect(names.length).toBeLessThanOrEqual(MAX_NAMES);
  }
  expect((await ensureAutoCertificate({ directory, hosts: hosts(3) })).made).toBe('nothing');
});

test('a changed pair is served to new connections while an open one stays; a broken pair is said once and not used', async () => {
  const files = await made();
  const server = createServer({ ...(await readServerCertificate(files)) }, (_request, response) => response.end('x'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const errors: string[] = [];
  const watch = watchCertificate(
    files,
    { onChange: (pair) => server.setSecureContext({ cert: pair.cert, key: pair.key }), onError: (error) => errors.push(error.message) },
    20,
  );
  onTestFinished(() => {
    watch.close();
    server.closeAllConnections();
    server.close();
  });
  const serial = async () => (await inspectServedCertificate(`127.0.0.1:${port}`)).chain[0]?.serial;
  const before = await serial();
  const open = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await new Promise<void>((resolve) => open.once('secureConnect', resolve));
  expect((await runCert(['renew', 'a.example', '--dir', files.folder, '--new-key'])).code).toBe(0);
  await vi.waitFor(async () => expect(await serial()).not.toBe(before), { timeout: 20_000 });
  open.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
  const answer = await new Promise<string>((resolve) => open.once('data', (chunk: Buffer) => resolve(chunk.toString())));
  expect(answer).toContain('200 OK');
  const renewed = await serial();
  await writeFile(files.certificate, 'broken');
  await vi.waitFor(() => expect(errors.length).toBe(1), { timeout: 20_000 });
  expect(errors[0]).toContain(files.certificate);
  expect(await serial()).toBe(renewed);
  await rm(files.key);
});
