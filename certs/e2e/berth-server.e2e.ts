import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ADDRESS, ADMIN_PASSWORD, type Outcome, Sandbox, type Service, until } from './sandbox.ts';

/** The journey of a person with TLS, against Berth itself: one `berth cert server`, one `berth cert install`, and clients of every kind. */
let sandbox: Sandbox;
const cleanups: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  sandbox = await Sandbox.create(['harbor.daemon.io', 'registry.daemon.io']);
  expect(await sandbox.startEngine()).toBe(true);
});
afterAll(() => sandbox?.dispose());
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  for (const engine of ['docker', 'containers', 'containerd'])
    await rm(join(sandbox.folder, engine, 'certs.d'), { recursive: true, force: true });
});

async function serve(name: string, port: number, env: Record<string, string>): Promise<Service> {
  const service = await sandbox.server(name, port, env);
  cleanups.push(() => service.stop());
  return service;
}

async function ok(outcome: Promise<Outcome>): Promise<string> {
  const { code, stdout, stderr } = await outcome;
  expect(code, `${stdout}${stderr}`).toBe(0);
  return stdout + stderr;
}

const berth = (...args: string[]): Promise<string> => ok(sandbox.berth(...args));
const login = (host: string): Promise<Outcome> => sandbox.login(host, 'admin', ADMIN_PASSWORD);

/** Login, push, remove, pull with docker. */
async function roundTrip(host: string): Promise<string> {
  await ok(login(host));
  const image = `${host}/library/nginx:latest`;
  await sandbox.makeImage(image);
  for (const args of [
    ['push', image],
    ['rmi', image],
    ['pull', image],
  ])
    await ok(sandbox.docker(...args));
  return image;
}

describe('one berth cert server and one berth cert install', () => {
  test.each([
    ['a name with a dot', 'harbor.daemon.io', 443],
    ['name:port', 'harbor.daemon.io', 8443],
    ['an address', ADDRESS, 443],
    ['address:port', ADDRESS, 8444],
  ])('docker, podman, skopeo and curl: %s', async (_what, name, port) => {
    const host = port === 443 ? name : `${name}:${port}`;
    const directory = join(sandbox.folder, `tls-${name}-${port}`);
    await berth('cert', 'server', name, '--dir', directory);
    await serve(`data-${name}-${port}`, port, {
      BERTH_TLS_CERT: join(directory, `${name}.crt`),
      BERTH_TLS_KEY: join(directory, `${name}.key`),
    });
    const refused = await login(host);
    expect(refused.stderr).toContain('x509: certificate signed by unknown authority');
    const before = await sandbox.berth('doctor', host);
    expect(before.code).toBe(1);
    expect(before.stdout).toContain(refused.stderr.replace(/^WARNING.*\n/gm, '').trim());

    await berth('cert', 'install', '--host', host, '--ca', join(directory, 'ca.crt'));
    const image = await roundTrip(host);
    await berth('doctor', host);

    const credentials = ['--creds', `admin:${ADMIN_PASSWORD}`];
    await ok(sandbox.run('skopeo', ['inspect', ...credentials, `docker://${image}`]));
    // podman takes at most 50 characters here, and a temporary folder may lie deep.
    const podman = await mkdtemp('/tmp/podman-');
    cleanups.push(() => rm(podman, { recursive: true, force: true }));
    const storage = ['--root', `${podman}/root`, '--runroot', `${podman}/run`, '--storage-driver', 'vfs'];
    await ok(sandbox.run('podman', [...storage, 'pull', ...credentials, image]));
    await ok(sandbox.run('podman', [...storage, 'tag', image, `${host}/library/again:1`]));
    await ok(sandbox.run('podman', [...storage, 'push', ...credentials, `${host}/library/again:1`]));
    const ca = join(directory, 'ca.crt');
    await ok(sandbox.run('curl', ['-fsS', '--cacert', ca, '-u', `admin:${ADMIN_PASSWORD}`, `https://${host}/v2/library/again/tags/list`]));

    await berth('cert', 'install', '--host', host, '--undo');
    expect((await sandbox.docker('pull', image)).stderr).toContain('x509: certificate signed by unknown authority');
  });
});

describe('berth serve --tls auto', () => {
  const HOST = 'registry.daemon.io:8450';

  test('the CA from the server itself, the one-line installer, containerd, an own user, and signing for administrators', async () => {
    const service = await serve('auto', 8450, { BERTH_TLS: 'auto', BERTH_EXTERNAL_URL: `https://${HOST}` });
    const api = `https://${HOST}/api/v2.0/systeminfo/getcert`;
    await ok(sandbox.run('curl', ['-fsSk', api, '-o', `${sandbox.folder}/offered.crt`]));
    expect(await readFile(`${sandbox.folder}/offered.crt`, 'utf8')).toBe(await readFile(`${sandbox.folder}/auto/tls/ca.crt`, 'utf8'));

    // As a person pastes it: the line from a place that is trusted, into a shell of the client.
    const instructions = JSON.parse(
      (await sandbox.run('curl', ['-fsS', '--cacert', `${sandbox.folder}/auto/tls/ca.crt`, `${api}/instructions`])).stdout,
    ) as { readonly ca_fingerprint: string; readonly installer: { readonly command: string } };
    await ok(sandbox.run('sh', ['-c', instructions.installer.command]));
    const image = await roundTrip(HOST);
    await berth('cert', 'install', '--host', HOST, '--undo');
    expect((await login(HOST)).code).not.toBe(0);

    await berth('cert', 'install', '--host', HOST, '--fingerprint', instructions.ca_fingerprint);
    await ok(login(HOST));
    await throughContainerd(image);

    // A user of his own, without root: his trust is in his home.
    const home = join(sandbox.folder, 'someone');
    await mkdir(join(home, '.config/containers'), { recursive: true });
    await sandbox.must('chown', ['-R', '1234:1234', home]);
    for (const engine of ['containers', 'docker']) await rm(join(sandbox.folder, engine, 'certs.d'), { recursive: true });
    const asUser = (...args: string[]): Promise<Outcome> =>
      sandbox.run('setpriv', ['--reuid=1234', '--regid=1234', '--clear-groups', 'env', `HOME=${home}`, ...args]);
    const inspect = ['skopeo', 'inspect', '--creds', `admin:${ADMIN_PASSWORD}`, `docker://${image}`];
    expect((await asUser(...inspect)).stderr).toContain('x509');
    await sandbox.must('chmod', ['644', join(sandbox.folder, 'berth.mjs')]);
    await ok(
      asUser(
        process.execPath,
        join(sandbox.folder, 'berth.mjs'),
        'cert',
        'install',
        '--host',
        HOST,
        '--fingerprint',
        instructions.ca_fingerprint,
      ),
    );
    await ok(asUser(...inspect));

    const signed = join(sandbox.folder, 'signed');
    await writeFile(join(sandbox.folder, 'password'), `${ADMIN_PASSWORD}\n`);
    await writeFile(join(sandbox.folder, 'wrong'), 'Wrong-Password-1\n');
    const trust = ['--from-running', `https://${HOST}`, '--trust', join(sandbox.folder, 'auto/tls/ca.crt')];
    const refused = await sandbox.berth('cert', 'server', 'b.example', '--dir', signed, ...trust, '--password-file', 'wrong');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('does not accept the password')]);
    await berth('cert', 'server', 'b.example', '--dir', signed, ...trust, '--password-file', 'password');
    await ok(
      sandbox.run('openssl', [
        'verify',
        '-x509_strict',
        '-purpose',
        'sslserver',
        '-verify_hostname',
        'b.example',
        '-CAfile',
        `${sandbox.folder}/auto/tls/ca.crt`,
        `${signed}/b.example.cert`,
      ]),
    );

    const url = `http://${ADDRESS}:18450/ocsp`;
    const ocsp = [
      'ocsp',
      '-issuer',
      `${sandbox.folder}/auto/tls/ca.crt`,
      '-CAfile',
      `${sandbox.folder}/auto/tls/ca.crt`,
      '-url',
      url,
      '-cert',
      `${signed}/b.example.cert`,
    ];
    expect(await ok(sandbox.run('openssl', ocsp))).toContain('b.example.cert: good');
    await berth('cert', 'revoke', `${signed}/b.example.crt`, '--dir', join(sandbox.folder, 'auto/tls'));
    expect(await ok(sandbox.run('openssl', ocsp))).toContain('b.example.cert: revoked');
    expect(service.log()).not.toContain(ADMIN_PASSWORD);
  });

  /** Pull and push with a containerd of our own, by the hosts.toml that was installed. */
  async function throughContainerd(image: string): Promise<void> {
    const folder = join(sandbox.folder, 'ctr');
    await mkdir(folder);
    const config = join(folder, 'config.toml');
    await writeFile(
      config,
      `version = 2\nroot = "${folder}/root"\nstate = "${folder}/state"\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\n  address = "${folder}/sock"\n[ttrpc]\n  address = "${folder}/ttrpc"\n`,
    );
    const service = await sandbox.startUntil(
      ['containerd', '--config', config],
      async () => (await sandbox.run('ctr', ['-a', `${folder}/sock`, 'version'])).code === 0,
    );
    cleanups.push(() => service.stop());
    const ctr = (...args: string[]): Promise<Outcome> => sandbox.run('ctr', ['-a', `${folder}/sock`, ...args]);
    const user = ['--user', `admin:${ADMIN_PASSWORD}`];
    expect((await ctr('images', 'pull', '--snapshotter', 'native', ...user, image)).stderr).toContain('x509');
    const hosts = ['--hosts-dir', '/etc/containerd/certs.d'];
    await ok(ctr('images', 'pull', '--snapshotter', 'native', ...hosts, ...user, image));
    await ok(ctr('images', 'tag', image, `${HOST}/library/by-ctr:1`));
    await ok(ctr('images', 'push', ...hosts, ...user, `${HOST}/library/by-ctr:1`));
  }

  test.each(['1', '2'])('takes a renewed certificate while it serves, with %s workers', async (workers) => {
    const port = 8450 + Number(workers);
    const directory = join(sandbox.folder, `renewed-${workers}`);
    await berth('cert', 'server', 'harbor.daemon.io', '--dir', directory, '--key', 'ec-p256');
    const service = await serve(`renewed-data-${workers}`, port, {
      ...{
        BERTH_WORKERS: workers,
        BERTH_TLS_CERT: join(directory, 'harbor.daemon.io.crt'),
        BERTH_TLS_KEY: join(directory, 'harbor.daemon.io.key'),
      },
    });
    const host = `registry.daemon.io:${port}`;
    await berth('cert', 'install', '--host', host, '--ca', join(directory, 'ca.crt'));
    const refused = await login(host);
    expect(refused.stderr).toContain('x509: certificate is valid for harbor.daemon.io, not registry.daemon.io');
    expect((await sandbox.berth('doctor', host)).stdout).toContain(refused.stderr.replace(/^WARNING.*\n/gm, '').trim());
    // A request that is under way all the while: its body comes in slowly, over the connection made before.
    const slow = sandbox.run('curl', [
      ...['-sS', '--cacert', join(directory, 'ca.crt'), '-u', `admin:${ADMIN_PASSWORD}`, '-X', 'POST', '--limit-rate', '20k'],
      ...['-H', 'content-type: application/octet-stream', '--data-binary', `@${await blob(120_000)}`],
      ...[
        '-w',
        '%{http_code}',
        '-o',
        '/dev/null',
        `https://harbor.daemon.io:${port}/v2/library/slow/blobs/uploads/?digest=${await digestOfBlob()}`,
      ],
    ]);
    await berth('cert', 'renew', 'harbor.daemon.io', '--dir', directory, '--add-host', 'registry.daemon.io');
    service.signal('SIGHUP');
    await until(async () => (await login(host)).code === 0, 'the renewed certificate');
    await roundTrip(host);
    expect(await slow).toMatchObject({ code: 0, stdout: '201' });
  });

  async function blob(size: number): Promise<string> {
    const path = join(sandbox.folder, 'blob');
    await writeFile(path, Buffer.alloc(size, 'berth'));
    return path;
  }
  async function digestOfBlob(): Promise<string> {
    return `sha256:${(await sandbox.must('sha256sum', [join(sandbox.folder, 'blob')])).slice(0, 64)}`;
  }
});

describe('plain HTTP while TLS is on', () => {
  test('answers programs in words, on either port, and docker shows them; OCSP and health stay', async () => {
    await serve('plain', 8460, { BERTH_TLS: 'auto' });
    for (const port of [8460, 18_460]) {
      const answer = await sandbox.run('curl', ['-sS', '-w', ' %{http_code}', `http://harbor.daemon.io:${port}/v2/`]);
      expect(answer.stdout).toMatch(/https:\/\/.* 400$/s);
    }
    const page = await sandbox.run('curl', [
      '-sS',
      '-o',
      '/dev/null',
      '-w',
      '%{http_code} %{redirect_url}',
      'http://harbor.daemon.io:18460/',
    ]);
    expect(page.stdout).toBe('308 https://harbor.daemon.io:8460/');
    await ok(sandbox.run('curl', ['-fsS', 'http://harbor.daemon.io:18460/readyz']));
    expect(
      (await sandbox.run('curl', ['-sS', '--tls-max', '1.1', '--ciphers', 'DEFAULT@SECLEVEL=0', '-k', 'https://harbor.daemon.io:8460/']))
        .code,
    ).toBe(35);
    await ok(sandbox.run('curl', ['-fsS', '--tls-max', '1.2', '-k', 'https://harbor.daemon.io:8460/readyz']));
  });
});
