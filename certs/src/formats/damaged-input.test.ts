import { createPublicKey } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { createRevocationList } from '../authority/revocation-list.ts';
import { CertificateError } from '../errors.ts';
import { createCertificateAuthority } from '../issue/certificate-authority.ts';
import { issueServerCertificate } from '../issue/server-certificate.ts';
import { createSigningRequest } from '../issue/signing-request.ts';
import { generatePrivateKey, privateKeyDer, privateKeyPem } from '../keys/private-key.ts';
import { parseAltNames } from '../names/subject-name.ts';
import { writePem } from '../pem.ts';
import { describeCertificate } from '../inspect/describe.ts';
import { writeJks } from './jks.ts';
import { openBundle } from './open-bundle.ts';
import { writePkcs12 } from './pkcs12-write.ts';
import { writePkcs7 } from './pkcs7.ts';

const PASSWORD = 'secret1';
const files: Record<string, Buffer> = {};

beforeAll(async () => {
  const caKey = await generatePrivateKey('ec-p256');
  const ca = await createCertificateAuthority({ key: caKey, subject: { organization: 'x', commonName: 'ca' }, days: 10 });
  const key = await generatePrivateKey('ec-p256');
  const issuer = { certificate: ca, key: caKey, above: [] };
  const { certificate } = await issueServerCertificate(issuer, {
    names: parseAltNames(['a.b', '10.0.0.1', 'fd00::1']),
    publicKey: createPublicKey(key),
    days: 9,
    urls: { ocspUrl: 'http://a/o', crlUrl: 'http://a/c' },
  });
  const entry = { alias: 'a', key: privateKeyDer(key), certificates: [certificate.der, ca.der] };
  files['cert.der'] = certificate.der;
  files['cert.pem'] = Buffer.from(writePem('CERTIFICATE', certificate.der));
  files['key.der'] = privateKeyDer(key);
  files['key.pem'] = Buffer.from(privateKeyPem(key));
  files['public.der'] = createPublicKey(key).export({ type: 'spki', format: 'der' });
  files['public.pem'] = Buffer.from(writePem('PUBLIC KEY', files['public.der']));
  files['encrypted.pem'] = Buffer.from(privateKeyPem(key, PASSWORD));
  files['request.der'] = await createSigningRequest({ names: parseAltNames(['a.b']), key });
  files['list.der'] = await createRevocationList(issuer, {
    number: 3,
    days: 3,
    revoked: [{ serial: certificate.serial, revokedAt: new Date().toISOString(), reason: 'superseded' }],
  });
  files['store.p7c'] = writePkcs7([certificate.der, ca.der]);
  files['store.p12'] = writePkcs12([entry], PASSWORD, 'legacy');
  files['store.jks'] = writeJks([entry], PASSWORD);
});

const NAMES = [
  'cert.der',
  'cert.pem',
  'key.der',
  'key.pem',
  'encrypted.pem',
  'request.der',
  'list.der',
  'store.p7c',
  'store.p12',
  'store.jks',
];

async function open(bytes: Buffer, password = PASSWORD): Promise<'read' | CertificateError> {
  try {
    const bundle = await openBundle(bytes, 'the file', () => Promise.resolve(password));
    for (const certificate of bundle.certificates) describeCertificate(certificate);
    return 'read';
  } catch (error) {
    if (error instanceof CertificateError) return error;
    throw error;
  }
}

test.each(NAMES)('%s whole is read; cut off at any place it is a sentence that names the file', async (name) => {
  const whole = files[name] ?? Buffer.alloc(0);
  expect(await open(whole)).toBe('read');
  const step = Math.max(1, Math.floor(whole.length / 60));
  for (let length = 1; length < whole.length - 2; length += step) {
    const result = await open(whole.subarray(0, length));
    expect(result, `cut at ${length}`).toBeInstanceOf(CertificateError);
    expect((result as CertificateError).message).toContain('the file');
  }
});

test.each(NAMES)('%s with any byte changed is read or is a sentence, never another error', async (name) => {
  const whole = files[name] ?? Buffer.alloc(0);
  // A PKCS#12 derives a key at each attempt, so it gets fewer.
  const step = Math.max(1, Math.floor(whole.length / (name.endsWith('p12') ? 60 : 250)));
  for (let at = 0; at < whole.length; at += step) {
    const changed = Buffer.from(whole);
    changed[at] = (changed[at] ?? 0) ^ (1 << (at % 8));
    await open(changed);
    changed[at] = 0xff;
    await open(changed);
  }
});

test.each(['store.p12', 'store.jks', 'encrypted.pem'])(
  '%s with a wrong password is refused with a sentence about the password',
  async (name) => {
    const result = await open(files[name] ?? Buffer.alloc(0), 'wrong!');
    expect(String(result)).toMatch(/password is wrong/);
  },
);

test('random bytes and hostile lengths', async () => {
  for (const bytes of [
    Buffer.from([0x30, 0x84, 0xff, 0xff, 0xff, 0xff]),
    Buffer.from([0x30, 0x80, 0, 0]),
    Buffer.alloc(5000, 0x30),
    Buffer.from('feedfeed00000002ffffffff', 'hex'),
    Buffer.from('hello'),
  ])
    expect(await open(bytes)).toBeInstanceOf(CertificateError);
});
