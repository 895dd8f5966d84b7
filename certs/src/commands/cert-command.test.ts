import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectSentence, ok, openssl } from '../testing/outcomes.ts';
import { runCert, temporaryFolder } from '../testing/run-command.ts';

describe('wrong usage leaves with 2 and writes nothing', () => {
  test.each([
    [['server', 'IP:cdh1'], /is a name, not an IP address/],
    [['server', 'a.b', '--days', '0'], /whole number of days/],
    [['server', 'a.b', '--days', 'x'], /not a number of days/],
    [['server', 'a.b', '--key', 'dsa'], /not a key type/],
    [['server', 'a.b', '--name', '../x'], /base name/],
    [['csr', 'a.b', '--name', '../x'], /base name/],
    [['server', 'a.b', '--c', 'China'], /two letters/],
    [['server'], /missing required argument/],
    [['nonsense'], /unknown command/],
    [['server', 'a.b', '--nonsense'], /unknown option/],
    [['convert', 'x', '--out', 'x.unknown'], /not a format/],
    [['install', '--host', 'https://a.b'], /is a URL/],
    [['install', '--host', '../../etc'], /path|not a host/],
  ])('%j', async (args, sentence) => {
    const folder = await temporaryFolder();
    const withDirectory = args[0] === 'server' || args[0] === 'csr' ? [...args, '--dir', join(folder, 'tls')] : args;
    expectSentence(await runCert(withDirectory), 2, sentence);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('server', () => {
  test('one command makes the CA, the key and the certificate, and says what is next', async () => {
    const directory = join(await temporaryFolder(), 'tls');
    const outcome = await ok('server', 'harbor.daemon.io', '192.168.56.121', 'fd00::1', '--dir', directory, '--key', 'ec-p256', '--json');
    const json = JSON.parse(outcome.stdout) as { certificate: { names: { dns: string[]; ip: string[] }; extendedKeyUsage: string[] } };
    expect(json.certificate.names).toMatchObject({ dns: ['harbor.daemon.io'], ip: ['192.168.56.121', 'fd00::1'] });
    expect(json.certificate.extendedKeyUsage).toEqual(['serverAuth']);
    expect((await readdir(directory)).sort()).toEqual([
      'ca.crt',
      'ca.key',
      'ca.ledger.json',
      'harbor.daemon.io.cert',
      'harbor.daemon.io.crt',
      'harbor.daemon.io.key',
    ]);
    const leaf = new X509Certificate(await readFile(join(directory, 'harbor.daemon.io.crt')));
    const ca = new X509Certificate(await readFile(join(directory, 'ca.crt')));
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.checkPrivateKey(createPrivateKey(await readFile(join(directory, 'harbor.daemon.io.key'))))).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(ca.ca).toBe(true);
    expect(outcome.stderr).toContain('berth cert install --host harbor.daemon.io');
  });

  test('nothing is overwritten without --force, and with it only the server files', async () => {
    const directory = join(await temporaryFolder(), 'tls');
    await ok('server', 'a.b', '--dir', directory, '--key', 'ec-p256');
    const ca = await readFile(join(directory, 'ca.key'), 'utf8');
    const key = await readFile(join(directory, 'a.b.key'), 'utf8');
    expectSentence(await runCert(['server', 'a.b', '--dir', directory, '--key', 'ec-p256']), 1, /exist already and (was|were) kept/);
    expect(await readFile(join(directory, 'a.b.key'), 'utf8')).toBe(key);
    await ok('server', 'a.b', '--dir', directory, '--key', 'ec-p256', '--force');
    expect(await readFile(join(directory, 'a.b.key'), 'utf8')).not.toBe(key);
    expect(await readFile(join(directory, 'ca.key'), 'utf8')).toBe(ca);
  });

  test('a key that is not the CA certificate’s is refused', async () => {
    const folder = await temporaryFolder();
    await ok('ca', '--dir', join(folder, 'a'), '--key', 'ec-p256');
    await ok('ca', '--dir', join(folder, 'b'), '--key', 'ec-p256');
    await writeFile(join(folder, 'a', 'ca.key'), await readFile(join(folder, 'b', 'ca.key')));
    expectSentence(await runCert(['server', 'a.b', '--dir', join(folder, 'a')]), 1, /is not the key of/);
  });

  test('an encrypted CA key asks for its password, from a file or standard input and never a flag', async () => {
    const directory = join(await temporaryFolder(), 'tls');
    const made = await runCert(['ca', '--dir', directory, '--key', 'ec-p256', '--encrypt-key', '--password-stdin'], 'secret word\n');
    expect(made.code).toBe(0);
    expect(await readFile(join(directory, 'ca.key'), 'utf8')).toContain('ENCRYPTED PRIVATE KEY');
    expectSentence(await runCert(['server', 'a.b', '--dir', directory, '--key', 'ec-p256']), 1, /password/i);
    expectSentence(
      await runCert(['server', 'a.b', '--dir', directory, '--key', 'ec-p256', '--password-stdin'], 'wrong\n'),
      1,
      /password is wrong/,
    );
    expect((await runCert(['server', 'a.b', '--dir', directory, '--key', 'ec-p256', '--password-stdin'], 'secret word\n')).code).toBe(0);
  });

  test('warnings: a single label before anything is written, 826 days, the end of the CA', async () => {
    const directory = join(await temporaryFolder(), 'tls');
    const label = await ok('server', 'cdh1', '--dir', directory, '--key', 'ec-p256', '--days', '826');
    expect(label.stderr).toMatch(/warning: "cdh1" has no dot.*docker\.io/);
    expect(label.stderr).toMatch(/825 days/);
    const short = join(directory, 'short');
    await ok('ca', '--dir', short, '--key', 'ec-p256', '--days', '10');
    const capped = await ok('server', 'a.b', '--dir', short, '--key', 'ec-p256');
    expect(capped.stderr).toMatch(/ends with its CA/);
  });

  test('the SAN is critical exactly when the subject is empty', async () => {
    const directory = join(await temporaryFolder(), 'tls');
    const read = async (args: string[]) =>
      (
        JSON.parse((await ok('server', 'a.b', '--dir', directory, '--key', 'ec-p256', '--force', '--json', ...args)).stdout) as {
          certificate: { subject: string; names: { critical: boolean } };
        }
      ).certificate;
    expect(await read([])).toMatchObject({ subject: 'CN=a.b', names: { critical: false } });
    expect(await read(['--empty-subject'])).toMatchObject({ subject: '(empty)', names: { critical: true } });
  });
});

describe('what a CA consists of is not written over by its certificates', () => {
  test('a CA below another keeps its certificate when its file has Windows line ends', async () => {
    const folder = await temporaryFolder();
    const [root, own] = [join(folder, 'root'), join(folder, 'own')];
    await ok('ca', '--dir', root, '--key', 'ec-p256', '--cn', 'root');
    await ok('ca', '--dir', own, '--key', 'ec-p256', '--cn', 'below');
    const request = join(own, 'below.csr');
    openssl('req', '-new', '-key', join(own, 'ca.key'), '-subj', '/CN=below', '-out', request);
    await writeFile(join(own, 'extensions'), 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n');
    const signing = ['-CA', join(root, 'ca.crt'), '-CAkey', join(root, 'ca.key'), '-set_serial', '1', '-days', '900'];
    openssl('x509', '-req', '-in', request, ...signing, '-extfile', join(own, 'extensions'), '-out', join(own, 'below.crt'));
    await rm(join(own, 'ca.ledger.json'));
    const both = (await readFile(join(own, 'below.crt'), 'utf8')) + (await readFile(join(root, 'ca.crt'), 'utf8'));
    const windows = both.replaceAll('\n', '\r\n');
    await writeFile(join(own, 'ca.crt'), windows);
    await ok('server', 'a.b', '--dir', own, '--key', 'ec-p256');
    await ok('server', 'a.b', '--dir', own, '--key', 'ec-p256', '--force');
    await ok('renew', 'a.b', '--dir', own);
    expect(await readFile(join(own, 'ca.crt'), 'utf8')).toBe(windows);
    await ok('verify', join(own, 'a.b.crt'), '--ca', join(root, 'ca.crt'));
  });

  test('a CA in --dir stays when another one issues, with --force too', async () => {
    const folder = await temporaryFolder();
    const [own, other] = [join(folder, 'own'), join(folder, 'other')];
    await ok('server', 'a.b', '--dir', own, '--key', 'ec-p256');
    await ok('ca', '--dir', other, '--key', 'ec-p256');
    const before = await readFile(join(own, 'ca.crt'), 'utf8');
    const elsewhere = ['--dir', own, '--ca-dir', other];
    expectSentence(await runCert(['server', 'c.d', ...elsewhere, '--key', 'ec-p256', '--force']), 1, /are another CA/);
    expectSentence(await runCert(['renew', 'a.b', ...elsewhere]), 1, /are another CA/);
    expect(await readFile(join(own, 'ca.crt'), 'utf8')).toBe(before);
    expect(await readdir(own)).not.toContain('c.d.key');
  });

  test('the name of its files is refused for others, with --force too', async () => {
    const folder = await temporaryFolder();
    await ok('ca', '--dir', folder, '--key', 'ec-p256');
    await ok('csr', 'a.b', '--dir', folder, '--key', 'ec-p256');
    const files = async () => Promise.all(['ca.key', 'ca.crt'].map((name) => readFile(join(folder, name), 'utf8')));
    const before = await files();
    for (const args of [
      ['csr', 'a.b', '--name', 'ca'],
      ['csr', 'ca'],
      ['sign', join(folder, 'a.b.csr'), '--name', 'CA'],
    ])
      expectSentence(await runCert([...args, '--dir', folder, '--force']), 2, /cannot be the base name/);
    expect(await files()).toEqual(before);
  });
});

describe('csr, sign, renew', () => {
  test('a request with a key that browsers refuse is not signed', async () => {
    const folder = await temporaryFolder();
    await ok('ca', '--dir', folder, '--key', 'ec-p256');
    const request = join(folder, 'weak.csr');
    openssl('req', '-new', '-newkey', 'rsa:1024', '-nodes', '-subj', '/CN=a.b', '-keyout', join(folder, 'weak'), '-out', request);
    expectSentence(await runCert(['sign', request, '--dir', folder]), 1, /1024 bits of RSA.*Nothing was issued/);
    expect(await readdir(folder)).not.toContain('weak.crt');
  });

  test('a request is signed with its own key and names; one that was changed is refused', async () => {
    const folder = await temporaryFolder();
    await ok('ca', '--dir', folder, '--key', 'ec-p256');
    await ok('csr', 'a.b', '10.0.0.1', '--dir', folder, '--key', 'ec-p256');
    await ok('sign', join(folder, 'a.b.csr'), '--dir', folder);
    const leaf = new X509Certificate(await readFile(join(folder, 'a.b.crt')));
    expect(leaf.subjectAltName).toBe('DNS:a.b, IP Address:10.0.0.1');
    const bytes = Buffer.from((await readFile(join(folder, 'a.b.csr'), 'utf8')).replace(/-----[^-]+-----/g, ''), 'base64');
    bytes[bytes.indexOf('a.b')] = 'z'.charCodeAt(0);
    await writeFile(join(folder, 'forged.csr'), bytes);
    expectSentence(await runCert(['sign', join(folder, 'forged.csr'), '--dir', folder]), 1, /signature is wrong/);
  });

  test('renew keeps key, names and subject, adds and removes names, and keeps the file before', async () => {
    const folder = await temporaryFolder();
    await ok('server', 'a.b', '10.0.0.1', '--dir', folder, '--key', 'ec-p256', '--o', 'example');
    const before = new X509Certificate(await readFile(join(folder, 'a.b.crt')));
    await ok('renew', 'a.b', '--dir', folder, '--add-host', 'c.d', '--remove-host', '10.0.0.1');
    const after = new X509Certificate(await readFile(join(folder, 'a.b.crt')));
    expect(after.subjectAltName).toBe('DNS:a.b, DNS:c.d');
    expect(after.subject).toBe(before.subject);
    expect(after.publicKey.equals(before.publicKey)).toBe(true);
    expect(after.serialNumber).not.toBe(before.serialNumber);
    const kept = (await readdir(folder)).find((name) => name.endsWith('.old.crt')) ?? '';
    expect(new X509Certificate(await readFile(join(folder, kept))).serialNumber).toBe(before.serialNumber);
    await ok('renew', join(folder, 'a.b.crt'), '--new-key');
    const renewed = new X509Certificate(await readFile(join(folder, 'a.b.crt')));
    expect(renewed.publicKey.equals(before.publicKey)).toBe(false);
    expect(renewed.checkPrivateKey(createPrivateKey(await readFile(join(folder, 'a.b.key'))))).toBe(true);
    expectSentence(await runCert(['renew', 'a.b', '--dir', folder, '--remove-host', 'x.y']), 2, /does not hold/);
  });
});

describe('revoke, crl, ocsp', () => {
  test('numbers grow, a revoked certificate is listed once, OCSP says good, revoked, unknown', async () => {
    const folder = await temporaryFolder();
    await ok('server', 'a.b', '--dir', folder, '--key', 'ec-p256');
    expect((await runCert(['ocsp', join(folder, 'a.b.crt'), '--dir', folder])).stdout).toBe('good\n');
    await ok('revoke', join(folder, 'a.b.crt'), '--dir', folder, '--reason', 'keyCompromise');
    expect((await ok('revoke', join(folder, 'a.b.crt'), '--dir', folder)).stdout).toContain('was revoked before');
    const asked = await runCert(['ocsp', join(folder, 'a.b.crt'), '--dir', folder, '--json']);
    expect(asked.code).toBe(1);
    expect(JSON.parse(asked.stdout)).toMatchObject({ status: 'revoked', reason: 'keyCompromise' });
    for (const number of ['1', '2']) {
      const list = JSON.parse((await ok('crl', '--dir', folder, '--json')).stdout) as { crl: { number: string; revoked: unknown[] } };
      expect(list.crl).toMatchObject({ number, revoked: [{ reason: 'keyCompromise' }] });
    }
    const stranger = join(folder, 'stranger');
    await ok('server', 'x.y', '--dir', stranger, '--key', 'ec-p256');
    expectSentence(await runCert(['revoke', join(stranger, 'x.y.crt'), '--dir', join(folder)]), 1, /has not issued/);
  });

  test('twenty certificates at once all stand in the ledger', async () => {
    const folder = await temporaryFolder();
    await ok('ca', '--dir', folder, '--key', 'ec-p256');
    const hosts = Array.from({ length: 20 }, (_, index) => `h${index}.example`);
    await Promise.all(hosts.map((host) => ok('server', host, '--dir', folder, '--key', 'ec-p256')));
    const ledger = JSON.parse(await readFile(join(folder, 'ca.ledger.json'), 'utf8')) as { issued: { name: string }[] };
    expect(ledger.issued.map((one) => one.name).sort()).toEqual(hosts.sort());
  });
});
