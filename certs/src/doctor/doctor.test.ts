import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { doctorCommand } from '../commands/doctor-command.ts';
import { installCommand } from '../commands/cert-install.ts';
import { parseHostAndPort } from '../inspect/served-certificate.ts';
import { runCert, runCommand, temporaryFolder } from '../testing/run-command.ts';
import { isInsecure } from './check-daemon-json.ts';
import { bypassesProxy } from './check-proxy.ts';
import type { Diagnosis } from './run-doctor.ts';

interface Setup {
  readonly root: string;
  readonly tls: string;
  readonly port: number;
  diagnose(...args: string[]): Promise<Diagnosis & { readonly code: number }>;
  put(path: string, content: string): Promise<void>;
}

const registryLike: RequestListener = (_request, response) => {
  response.writeHead(401, { 'docker-distribution-api-version': 'registry/2.0', 'www-authenticate': 'Basic realm="x"' }).end();
};

/** A machine of files in a folder, and a TLS server on loopback, like a registry unless said otherwise, with a certificate for 127.0.0.1. */
async function setup(listener: RequestListener = registryLike): Promise<Setup> {
  const root = await temporaryFolder();
  const tls = join(root, 'tls');
  expect((await runCert(['server', '127.0.0.1', '--dir', tls, '--key', 'ec-p256'])).code).toBe(0);
  const server: Server = createServer(
    { cert: await readFile(join(tls, '127.0.0.1.crt')), key: await readFile(join(tls, '127.0.0.1.key')) },
    listener,
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
  const environment = { root, home: join(root, 'home'), env: {}, now: () => new Date(), engine: () => Promise.resolve(undefined) };
  const { port } = server.address() as AddressInfo;
  return {
    root,
    tls,
    port,
    put: async (path, content) => {
      await mkdir(dirname(join(root, path)), { recursive: true });
      await writeFile(join(root, path), content);
    },
    diagnose: async (...args) => {
      const outcome = await runCommand((io) => doctorCommand(io, environment), ['doctor', `127.0.0.1:${port}`, '--json', ...args]);
      return { ...(JSON.parse(outcome.stdout) as Diagnosis), code: outcome.code };
    },
  };
}

test('healthy with the CA; without it only a warning, since docker does not verify loopback addresses', async () => {
  const { diagnose, tls } = await setup();
  const good = await diagnose('--ca', join(tls, 'ca.crt'));
  expect(good.checks.filter((one) => one.status !== 'pass')).toEqual([]);
  expect(good.code).toBe(0);
  const without = await diagnose();
  expect(without.checks.find((one) => one.id === 'certificate.chain')).toMatchObject({
    status: 'warn',
    browser: 'NET::ERR_CERT_AUTHORITY_INVALID',
  });
});

test('what stands in certs.d: orphans, a wrong directory, DER, an ignored ending, text', async () => {
  const { diagnose, port, put, root, tls } = await setup();
  const directory = `etc/docker/certs.d/127.0.0.1:${port}`;
  await put('etc/docker/certs.d/127.0.0.1/ca.crt', 'x');
  expect((await diagnose()).checks.find((one) => one.id === 'certs.d')?.message).toMatch(/is not read for/);
  await put(`${directory}/a.key`, 'x');
  await put(`${directory}/b.cert`, 'x');
  await put(`${directory}/c.pem`, 'x');
  await put(`${directory}/d.crt`, 'hello');
  await runCert(['convert', join(tls, 'ca.crt'), '--out', join(root, 'e.der')]);
  await cp(join(root, 'e.der'), join(root, directory, 'e.crt'));
  const messages = (await diagnose()).checks.filter((one) => one.id === 'certs.d').map((one) => `${one.status} ${one.message}`);
  for (const expected of [
    /fail .*a\.key has no a\.cert/,
    /fail .*b\.cert has no b\.key/,
    /warn .*c\.pem is ignored/,
    /fail .*d\.crt.*text without/,
    /fail .*e\.crt is DER/,
  ])
    expect(
      messages.some((one) => expected.test(one)),
      `${String(expected)}\n${messages.join('\n')}`,
    ).toBe(true);
});

test.each([
  ['{ "insecure-registries": ["http://a.b:85"] }', 'warn', /has a scheme/],
  ['{ "insecure-registries": ["ftp://a.b"] }', 'fail', /does not start/],
  ['{ "insecure-registries": ["a.b/path"] }', 'fail', /has a path/],
  ['{ "insecure-registries": "a.b" }', 'fail', /must be a list/],
  ['{ "registry-mirrors": ["a.b"] }', 'fail', /no http:\/\/ or https:\/\//],
  ['{ "registry-mirrors": ["https://127.0.0.1"] }', 'warn', /mirror serves Docker Hub/],
  ['{ "a": 1, }', 'fail', /not valid JSON/],
  ['[]', 'fail', /not a JSON object/],
  ['{}', 'pass', /in order/],
])('daemon.json %s', async (content, status, sentence) => {
  const { diagnose, put } = await setup();
  await put('etc/docker/daemon.json', content);
  const check = (await diagnose()).checks.find((one) => one.id === 'daemon.json');
  expect(check).toMatchObject({ status, message: expect.stringMatching(sentence) });
});

test('insecure registries match by name with port, by network and on loopback; proxies by the rules of Go', () => {
  const target = parseHostAndPort('a.b:85');
  expect(isInsecure(target, ['10.0.0.5'], ['a.b'])).toBe(false);
  expect(isInsecure(target, ['10.0.0.5'], ['a.b:85'])).toBe(true);
  expect(isInsecure(target, ['10.0.0.5'], ['10.0.0.0/8'])).toBe(true);
  expect(isInsecure(target, ['127.0.0.9'], [])).toBe(true);
  for (const [list, expected] of [
    ['b', true],
    ['.b', true],
    ['*.b', true],
    ['a.b:85', true],
    ['a.b:86', false],
    ['xa.b', false],
    ['*', true],
    ['', false],
  ] as const)
    expect(bypassesProxy(target, list), list).toBe(expected);
  expect(bypassesProxy(parseHostAndPort('10.1.2.3:85'), '10.0.0.0/8')).toBe(true);
  expect(bypassesProxy(parseHostAndPort('localhost'), '')).toBe(true);
});

test('what an unknown server answers does not drive the terminal', async () => {
  const { port, root } = await setup((_request, response) =>
    response.writeHead(400).end('HTTPS \u001b]0;hacked\u0007\r\ntoo \u009b2Jlarge'),
  );
  const environment = { root, home: join(root, 'home'), env: {}, now: () => new Date(), engine: () => Promise.resolve(undefined) };
  const { stdout } = await runCommand((io) => doctorCommand(io, environment), ['doctor', `127.0.0.1:${port}`]);
  expect(stdout).toMatch(/spoken to it: HTTPS \ufffd\]0;hacked\ufffd\ntoo \ufffd2Jlarge/);
  expect(stdout).not.toMatch(/[\u001b\u0007\u009b\r]/);
});

describe('install', () => {
  test('an ordinary user writes to his own directories; repeating keeps; undo leaves nothing of ours', async () => {
    const { port, root, tls } = await setup();
    const environment = { root, home: join(root, 'home'), env: {}, isRoot: false };
    const install = (...args: string[]) =>
      runCommand(
        (io) => installCommand(io, environment),
        ['install', '--host', `127.0.0.1:${port}`, '--engine', 'docker', '--engine', 'podman', '--engine', 'containerd', ...args],
      );
    const directory = join(root, 'home/.config/docker/certs.d', `127.0.0.1:${port}`);
    expect((await install('--ca', join(tls, '127.0.0.1.cert'))).stderr).toMatch(/is the server's certificate/);
    expect((await install('--ca', join(tls, 'ca.crt'))).code).toBe(0);
    expect(await readFile(join(directory, 'ca.crt'), 'utf8')).toContain('BEGIN CERTIFICATE');
    expect((await install('--ca', join(tls, 'ca.crt'))).stdout).toMatch(/keep/);
    await writeFile(join(directory, 'mine.crt'), 'mine');
    expect((await install('--undo')).code).toBe(0);
    expect(await readdir(directory)).toEqual(['mine.crt']);
    expect(await readdir(join(root, 'home/.config/containers/certs.d'))).toEqual([]);
  });

  test('--force keeps what someone else wrote, also the second time, and takes the place of an empty file', async () => {
    const { port, put, root, tls } = await setup();
    const path = `etc/docker/certs.d/127.0.0.1:${port}/ca.crt`;
    const install = (...args: string[]) =>
      runCommand(
        (io) => installCommand(io, { root, home: root, env: {}, isRoot: true }),
        ['install', '--host', `127.0.0.1:${port}`, '--engine', 'docker', ...args],
      );
    const other = join(root, 'other');
    expect((await runCert(['ca', '--dir', other, '--key', 'ec-p256'])).code).toBe(0);
    await put(path, 'of someone else');
    for (const ca of [join(other, 'ca.crt'), join(tls, 'ca.crt')]) expect((await install('--ca', ca, '--force')).code).toBe(0);
    expect((await install('--undo')).code).toBe(0);
    expect(await readFile(join(root, path), 'utf8')).toBe('of someone else');
    await put(path, '');
    expect((await install('--ca', join(tls, 'ca.crt'), '--force')).stderr).not.toMatch(/error/);
    expect(await readFile(join(root, path), 'utf8')).toContain('BEGIN CERTIFICATE');
  });

  test('a hosts.toml of someone else is kept and the line to add is said', async () => {
    const { port, put, root, tls } = await setup();
    const path = `etc/containerd/certs.d/127.0.0.1:${port}/hosts.toml`;
    await put(path, 'server = "https://x"\n');
    const outcome = await runCommand(
      (io) => installCommand(io, { root, home: root, env: {}, isRoot: true }),
      ['install', '--host', `127.0.0.1:${port}`, '--ca', join(tls, 'ca.crt')],
    );
    expect(outcome.stdout).toMatch(/manual.*add ca = /);
    expect(await readFile(join(root, path), 'utf8')).toBe('server = "https://x"\n');
  });
});
