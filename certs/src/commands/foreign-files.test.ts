import { spawnSync } from 'node:child_process';
import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { chmod, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectSentence, ok, openssl } from '../testing/outcomes.ts';
import { hasTool, runCert, temporaryFolder } from '../testing/run-command.ts';

describe('input that is not what it should be', () => {
  test('100 MB, empty, a directory, no file, text, a mismatched key', async () => {
    const folder = await temporaryFolder();
    const path = (name: string) => join(folder, name);
    await writeFile(path('big'), '');
    await truncate(path('big'), 100 * 1024 * 1024);
    await writeFile(path('empty'), '');
    await writeFile(path('text'), 'hello world\n');
    expectSentence(await runCert(['inspect', path('big')]), 1, /100 MB large/);
    expectSentence(await runCert(['inspect', path('empty')]), 1, /is empty/);
    expectSentence(await runCert(['inspect', folder]), 1, /is a directory/);
    expectSentence(await runCert(['inspect', path('absent')]), 1, /no file/);
    expectSentence(await runCert(['inspect', path('text')]), 1, /text without a "-----BEGIN" line/);
    await ok('server', 'a.b', '--dir', folder, '--key', 'ec-p256');
    const mismatch = await runCert(['inspect', path('a.b.crt'), '--key', path('ca.key')]);
    expect(mismatch.code).toBe(1);
    expect(mismatch.stdout).toContain('DOES NOT BELONG TO IT');
    for (const command of [
      ['verify', path('a.b.crt'), '--ca', path('ca.crt')],
      ['inspect', path('a.b.crt')],
    ])
      expectSentence(await runCert([...command, '--key', path('ca.crt')]), 1, /ca\.crt holds no private key/);
    expectSentence(
      await runCert(['convert', path('a.b.cert'), '--key', path('ca.key'), '--out', path('x.p12'), '--out-password-file', path('text')]),
      1,
      /No certificate given belongs to the private key/,
    );
  });

  test.skipIf(process.getuid?.() === 0)('a file that may not be read', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'secret'), 'x');
    await chmod(join(folder, 'secret'), 0);
    expectSentence(await runCert(['inspect', join(folder, 'secret')]), 1, /may not be read/);
  });
});

test.runIf(hasTool('openssl'))('verify refuses keys and signatures that OpenSSL makes and docker does not know', async () => {
  const folder = await temporaryFolder();
  const path = (name: string) => join(folder, name);
  await ok('ca', '--dir', folder, '--key', 'ec-p256');
  await writeFile(path('extensions'), 'subjectAltName=DNS:a.b\nextendedKeyUsage=serverAuth\n');
  const verify = async (key: string[], digest: string) => {
    openssl('genpkey', ...key, '-out', path('key'));
    openssl('req', '-new', '-key', path('key'), '-subj', '/CN=a.b', '-out', path('csr'));
    const signing = ['-CA', path('ca.crt'), '-CAkey', path('ca.key'), '-set_serial', '1', '-days', '30', '-extfile', path('extensions')];
    openssl('x509', '-req', digest, '-in', path('csr'), ...signing, '-out', path('crt'));
    return runCert(['verify', path('crt'), '--ca', path('ca.crt')]);
  };
  const curve = (name: string) => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${name}`];
  for (const known of [curve('P-256'), curve('P-521'), ['-algorithm', 'ED25519']]) expect((await verify(known, '-sha256')).code).toBe(0);
  for (const unknown of [curve('secp256k1'), ['-algorithm', 'ED448']])
    expect(await verify(unknown, '-sha256')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/handshake failure.*do not know keys/),
    });
  expect(await verify(curve('P-256'), '-sha224')).toMatchObject({ code: 1, stdout: expect.stringMatching(/algorithm unimplemented/) });
});

test.runIf(hasTool('openssl'))('addresses in a certificate do not drive the terminal of who inspects it', async () => {
  const folder = await temporaryFolder();
  const path = (name: string) => join(folder, name);
  const address = 'URI:http://a/\u001b]0;hacked\u0007';
  await writeFile(
    path('conf'),
    `[req]\ndistinguished_name=n\n[n]\n[v]\nauthorityInfoAccess=OCSP;${address}\ncrlDistributionPoints=${address}\n`,
  );
  const self = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', '/CN=x', '-extensions', 'v'];
  openssl('req', ...self, '-config', path('conf'), '-keyout', path('k'), '-out', path('c.crt'));
  const { stdout } = await ok('inspect', path('c.crt'));
  expect(stdout).toMatch(/OCSP: +http:\/\/a\/\ufffd\]0;hacked\ufffd\n.*CRL: +http/);
  expect((await runCert(['ocsp', path('c.crt'), '--ca', path('c.crt')])).stderr).not.toMatch(/[\u001b\u0007]/);
});

test('a PKCS#12 opens with a password that is not ASCII, made here or by OpenSSL, new and legacy', async () => {
  const folder = await temporaryFolder();
  const path = (name: string) => join(folder, name);
  await writeFile(path('password'), '密码-ü\n');
  await ok('server', 'a.b', '--dir', folder, '--key', 'ec-p256');
  const pair = [path('a.b.crt'), '--key', path('a.b.key'), '--out-password-file', path('password')];
  await ok('convert', ...pair, '--out', path('new.p12'));
  await ok('convert', ...pair, '--out', path('old.p12'), '--legacy');
  const files = ['-in', path('a.b.crt'), '-inkey', path('a.b.key'), '-passout', `file:${path('password')}`];
  if (hasTool('openssl')) openssl('pkcs12', '-export', ...files, '-out', path('openssl.p12'));
  for (const store of (await readdir(folder)).filter((name) => name.endsWith('.p12'))) {
    await ok('convert', path(store), '--password-file', path('password'), '--out', path(`${store}.key`));
    expect(await readFile(path(`${store}.key`), 'utf8')).toBe(await readFile(path('a.b.key'), 'utf8'));
  }
});

describe.each(['rsa-2048', 'ec-p256', 'ec-p384'])('every conversion keeps the DER, %s', (keyType) => {
  test('PEM, DER, PKCS#7, PKCS#12, JKS and back', async () => {
    const folder = await temporaryFolder();
    const path = (name: string) => join(folder, name);
    await writeFile(path('password'), 'secret1\n');
    await ok('server', 'a.b', '--dir', folder, '--key', keyType);
    const leaf = new X509Certificate(await readFile(path('a.b.crt'))).fingerprint256;
    const ca = new X509Certificate(await readFile(path('ca.crt'))).fingerprint256;
    const publicKey = createPublicKey(createPrivateKey(await readFile(path('a.b.key')))).export({ type: 'spki', format: 'der' });
    const fingerprints = async (file: string) =>
      ((await readFile(file, 'utf8')).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []).map(
        (pem) => new X509Certificate(pem).fingerprint256,
      );
    for (const store of ['store.p12', 'store.pfx', 'store.jks', 'legacy.p12']) {
      await ok(
        'convert',
        path('a.b.crt'),
        '--key',
        path('a.b.key'),
        '--out',
        path(store),
        '--out-password-file',
        path('password'),
        ...(store.startsWith('legacy') ? ['--legacy'] : []),
      );
      await ok('convert', path(store), '--password-file', path('password'), '--out', path('back.pem'), '--force');
      expect(await fingerprints(path('back.pem'))).toEqual([leaf, ca]);
      expect(createPublicKey(createPrivateKey(await readFile(path('back.pem')))).export({ type: 'spki', format: 'der' })).toEqual(
        publicKey,
      );
      if (hasTool('keytool'))
        expect(spawnSync('keytool', ['-list', '-keystore', path(store), '-storepass', 'secret1'], { encoding: 'utf8' }).stdout).toMatch(
          /PrivateKeyEntry/,
        );
    }
    for (const store of ['chain.p7b', 'chain.p7c']) {
      await ok('convert', path('a.b.crt'), '--out', path(store));
      await ok('convert', path(store), '--out', path('back.crt'), '--force');
      expect(await fingerprints(path('back.crt'))).toEqual([leaf, ca]);
      if (hasTool('openssl'))
        expect(openssl('pkcs7', '-in', path(store), '-inform', store.endsWith('b') ? 'pem' : 'der', '-print_certs')).toContain(
          'subject=CN = a.b',
        );
    }
    for (const der of ['one.der', 'one.cer']) {
      await ok('convert', path('a.b.cert'), '--out', path(der));
      expect(new X509Certificate(await readFile(path(der))).fingerprint256).toBe(leaf);
    }
    if (hasTool('openssl')) {
      expect(
        openssl('verify', '-x509_strict', '-purpose', 'sslserver', '-verify_hostname', 'a.b', '-CAfile', path('ca.crt'), path('a.b.cert')),
      ).toContain('OK');
      for (const legacy of [[], ['-legacy']]) {
        openssl(
          'pkcs12',
          '-export',
          ...legacy,
          '-in',
          path('a.b.crt'),
          '-inkey',
          path('a.b.key'),
          '-passout',
          'pass:secret1',
          '-out',
          path('openssl.p12'),
        );
        await ok('convert', path('openssl.p12'), '--password-file', path('password'), '--out', path('back.pem'), '--force');
        expect(await fingerprints(path('back.pem'))).toContain(leaf);
      }
    }
  });
});
