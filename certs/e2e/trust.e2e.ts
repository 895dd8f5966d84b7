import { access, readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ADDRESS, Sandbox } from './sandbox.ts';

let sandbox: Sandbox;
const cleanups: (() => Promise<void>)[] = [];

beforeAll(async () => {
  sandbox = await Sandbox.create(['harbor.daemon.io', 'registry.daemon.io']);
  expect(await sandbox.startEngine()).toBe(true);
});
afterAll(() => sandbox?.dispose());
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function serve(port: number, directory: string, host: string): Promise<void> {
  const service = await sandbox.registry(port, { certificate: join(directory, `${host}.crt`), key: join(directory, `${host}.key`) });
  cleanups.push(() => service.stop());
}

async function berth(...args: string[]): Promise<string> {
  const outcome = await sandbox.berth(...args);
  expect(outcome.code, `${args.join(' ')}\n${outcome.stdout}${outcome.stderr}`).toBe(0);
  return outcome.stdout;
}

/** login, push, remove, pull: what a person does first. */
async function roundTrip(host: string): Promise<void> {
  const login = await sandbox.login(host);
  expect(login.code, login.stderr).toBe(0);
  const image = `${host}/demo/nginx:latest`;
  await sandbox.makeImage(image);
  for (const args of [
    ['push', image],
    ['rmi', image],
    ['pull', image],
  ]) {
    const outcome = await sandbox.docker(...args);
    expect(outcome.code, outcome.stderr).toBe(0);
  }
}

describe.each(['rsa-4096', 'ec-p256', 'ec-p384'])('one berth cert server and one berth cert install, %s', (keyType) => {
  test.each([
    ['a name with a dot', 'harbor.daemon.io', 443],
    ['name:port', 'harbor.daemon.io', 8443],
    ['an address', ADDRESS, 443],
    ['address:port', ADDRESS, 8444],
  ])('docker logs in, pushes and pulls: %s', async (_what, name, port) => {
    const directory = join(sandbox.folder, `${keyType}-${name}-${port}`);
    const host = port === 443 ? name : `${name}:${port}`;
    await berth('cert', 'server', name, '--dir', directory, '--key', keyType);
    await serve(port, directory, name);
    expect((await sandbox.berth('doctor', host)).code).toBe(1);
    await berth('cert', 'install', '--host', host, '--ca', join(directory, 'ca.crt'), '--force');
    await roundTrip(host);
    expect((await sandbox.berth('doctor', host)).code).toBe(0);
    const skopeo = await sandbox.run('skopeo', ['inspect', `docker://${host}/demo/nginx:latest`]);
    expect(skopeo.code, skopeo.stderr).toBe(0);
    const curl = await sandbox.run('curl', ['-sS', '--cacert', join(directory, 'ca.crt'), `https://${host}/v2/`]);
    expect(curl.code, curl.stderr).toBe(0);
    const purpose = await sandbox.run('openssl', [
      'verify',
      '-x509_strict',
      '-purpose',
      'sslserver',
      name === ADDRESS ? '-verify_ip' : '-verify_hostname',
      name,
      '-CAfile',
      join(directory, 'ca.crt'),
      join(directory, `${name}.cert`),
    ]);
    expect(purpose.code, purpose.stderr).toBe(0);
    await berth('cert', 'install', '--host', host, '--undo');
    expect((await sandbox.login(host)).code).not.toBe(0);
  });
});

describe('install', () => {
  test('dry run changes nothing; another CA stays; undo leaves what was there; podman directories too', async () => {
    const directory = join(sandbox.folder, 'install');
    await berth('cert', 'server', 'harbor.daemon.io', '--dir', directory, '--key', 'ec-p256');
    const trust = join(sandbox.folder, 'docker/certs.d/harbor.daemon.io');
    expect(await berth('cert', 'install', '--host', 'harbor.daemon.io', '--ca', join(directory, 'ca.crt'), '--dry-run')).toContain(
      'would write',
    );
    await expect(access(trust)).rejects.toThrow();
    const other = join(sandbox.folder, 'other');
    await berth('cert', 'ca', '--dir', other, '--key', 'ec-p256');
    await sandbox.must('sh', ['-c', `mkdir -p ${trust} && cp ${other}/ca.crt ${trust}/ca.crt`]);
    await serve(443, directory, 'harbor.daemon.io');
    await berth('cert', 'install', '--host', 'harbor.daemon.io', '--ca', join(directory, 'ca.crt'));
    expect((await readdir(trust)).length).toBe(2);
    await roundTrip('harbor.daemon.io');
    const toml = await readFile(join(sandbox.folder, 'containerd/certs.d/harbor.daemon.io/hosts.toml'), 'utf8');
    expect(toml).toContain('ca = "/etc/containerd/certs.d/harbor.daemon.io/ca.crt"');
    await berth('cert', 'install', '--host', 'harbor.daemon.io', '--undo');
    expect(await readdir(trust)).toEqual(['ca.crt']);
    expect(await readFile(join(trust, 'ca.crt'), 'utf8')).toBe(await readFile(join(other, 'ca.crt'), 'utf8'));
    await expect(access(join(sandbox.folder, 'containers/certs.d/harbor.daemon.io'))).rejects.toThrow();
  });

  test('from the server itself only with the right fingerprint', async () => {
    const directory = join(sandbox.folder, 'fetch');
    await berth('cert', 'server', 'registry.daemon.io', '--dir', directory, '--key', 'ec-p256');
    await serve(8450, directory, 'registry.daemon.io');
    const refused = await sandbox.berth('cert', 'install', '--host', 'registry.daemon.io:8450');
    expect(refused.code).toBe(1);
    const fingerprint = /--fingerprint ([0-9A-F:]+)/.exec(refused.stderr)?.[1] ?? '';
    const wrong = await sandbox.berth(
      'cert',
      'install',
      '--host',
      'registry.daemon.io:8450',
      '--fingerprint',
      fingerprint.replace(/^../, '00'),
    );
    expect(wrong.code).toBe(1);
    expect((await sandbox.login('registry.daemon.io:8450')).code).not.toBe(0);
    await berth('cert', 'install', '--host', 'registry.daemon.io:8450', '--fingerprint', fingerprint);
    expect((await sandbox.login('registry.daemon.io:8450')).code).toBe(0);
  });
});

describe('Chromium', () => {
  const profile = () => [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    `--user-data-dir=${sandbox.folder}/chromium`,
    '--dump-dom',
    '--virtual-time-budget=5000',
  ];

  test('accepts what is issued once the CA is in its store, and refuses it before', async () => {
    const directory = join(sandbox.folder, 'chromium-tls');
    await berth('cert', 'server', 'harbor.daemon.io', ADDRESS, '--dir', directory);
    const page = `import { createServer } from 'node:https'; import { readFileSync } from 'node:fs'; createServer({ cert: readFileSync('${directory}/harbor.daemon.io.crt'), key: readFileSync('${directory}/harbor.daemon.io.key') }, (q, r) => r.end('<p>the page was shown</p>')).listen(8460);`;
    const service = await sandbox.start(process.execPath, ['--input-type=module', '-e', page], 8460);
    cleanups.push(() => service.stop());
    const before = await sandbox.run('chromium', [...profile(), 'https://harbor.daemon.io:8460/']);
    expect(before.stdout).not.toContain('the page was shown');
    // Chromium's number for ERR_CERT_AUTHORITY_INVALID.
    expect(before.stderr).toContain('net_error -202');
    const store = join(sandbox.home, '.pki/nssdb');
    await sandbox.must('sh', [
      '-c',
      `mkdir -p ${store} && certutil -d sql:${store} -N --empty-password && certutil -d sql:${store} -A -t C,, -n berth -i ${directory}/ca.crt`,
    ]);
    for (const host of ['harbor.daemon.io', ADDRESS])
      expect((await sandbox.run('chromium', [...profile(), `https://${host}:8460/`])).stdout).toContain('the page was shown');
  });
});

describe('files', () => {
  test('keys are 0600 under umask 000, and nothing is replaced without --force', async () => {
    const directory = join(sandbox.folder, 'umask');
    const script = `umask 000 && exec "$0" "$@"`;
    const node = [process.execPath, join(sandbox.folder, 'berth.mjs')];
    const first = await sandbox.run('sh', ['-c', script, ...node, 'cert', 'server', 'a.example', '--dir', directory]);
    expect(first.code, first.stderr).toBe(0);
    for (const name of ['ca.key', 'a.example.key', 'ca.ledger.json']) expect((await stat(join(directory, name))).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    const key = await readFile(join(directory, 'a.example.key'), 'utf8');
    expect((await sandbox.berth('cert', 'server', 'a.example', '--dir', directory)).code).toBe(1);
    expect(await readFile(join(directory, 'a.example.key'), 'utf8')).toBe(key);
  });

  test('a full disk leaves what was there', async () => {
    const directory = join(sandbox.folder, 'full');
    await sandbox.must('sh', ['-c', `mkdir -p ${directory} && mount -t tmpfs -o size=32k tmpfs ${directory}`]);
    const made = await sandbox.run('sh', [
      '-c',
      `"$0" "$@" && head -c 100000 /dev/zero > ${directory}/filler; ls -A ${directory} | sort > ${sandbox.folder}/before; true`,
      process.execPath,
      join(sandbox.folder, 'berth.mjs'),
      'cert',
      'server',
      'a.example',
      '--key',
      'ec-p256',
      '--dir',
      directory,
    ]);
    expect(made.code).toBe(0);
    const failed = await sandbox.berth('cert', 'server', 'b.example', '--key', 'rsa-2048', '--dir', directory);
    expect(failed.code).toBe(1);
    expect(failed.stderr).toMatch(/ENOSPC|no space/i);
    expect(failed.stderr).not.toMatch(/\n\s+at /);
    const after = await sandbox.must('sh', [
      '-c',
      `ls -A ${directory} | sort | diff ${sandbox.folder}/before - && cat ${directory}/ca.ledger.json`,
    ]);
    expect(JSON.parse(after).issued).toHaveLength(1);
  });
});

describe('OCSP and CRL against openssl', () => {
  test('good, revoked and unknown, over HTTP, signature checked', async () => {
    const directory = join(sandbox.folder, 'ocsp');
    await berth('cert', 'ca', '--dir', directory, '--key', 'ec-p384');
    await berth('cert', 'server', 'a.example', '--dir', directory, '--key', 'ec-p256');
    const script = join(sandbox.folder, 'responder.mjs');
    await bundleResponder(script);
    const service = await sandbox.start(process.execPath, [script, directory, '2560'], 2560);
    cleanups.push(() => service.stop());
    const ask = async () =>
      sandbox.must('openssl', [
        'ocsp',
        '-issuer',
        join(directory, 'ca.crt'),
        '-cert',
        join(directory, 'a.example.cert'),
        '-url',
        'http://127.0.0.1:2560/',
        '-CAfile',
        join(directory, 'ca.crt'),
      ]);
    expect(await ask()).toContain('a.example.cert: good');
    await berth('cert', 'revoke', join(directory, 'a.example.crt'), '--dir', directory, '--reason', 'keyCompromise');
    const revoked = await ask();
    expect(revoked).toContain('a.example.cert: revoked');
    expect(revoked).toContain('keyCompromise');
    expect(
      (await sandbox.berth('cert', 'ocsp', join(directory, 'a.example.crt'), '--url', 'http://127.0.0.1:2560/', '--dir', directory)).stdout,
    ).toContain('revoked since');
    await berth('cert', 'crl', '--dir', directory);
    const verified = await sandbox.run('openssl', [
      'verify',
      '-crl_check',
      '-CAfile',
      join(directory, 'ca.crt'),
      '-CRLfile',
      join(directory, 'ca.crl'),
      join(directory, 'a.example.cert'),
    ]);
    expect(verified.stdout + verified.stderr).toContain('certificate revoked');
  });
});

async function bundleResponder(out: string): Promise<void> {
  const { build } = await import('esbuild');
  const code = `import { createServer } from 'node:http';
import { authorityLedger, createOcspResponder, openAuthority } from './src/index.ts';
const ca = await openAuthority(process.argv[2]);
const respond = createOcspResponder(ca, () => authorityLedger(ca));
createServer((request, response) => { const parts = []; request.on('data', (part) => parts.push(part)); request.on('end', async () => response.writeHead(200, { 'content-type': 'application/ocsp-response' }).end(await respond(Buffer.concat(parts)))); }).listen(Number(process.argv[3]));`;
  await build({
    stdin: { contents: code, resolveDir: new URL('../', import.meta.url).pathname, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    outfile: out,
    logLevel: 'error',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
}
