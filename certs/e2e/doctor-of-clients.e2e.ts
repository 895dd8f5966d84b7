import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Pair } from './bad-certificates.ts';
import { useDoctorScene } from './doctor-scene.ts';

const scene = useDoctorScene();

describe('certs.d', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await scene.bad.signed('fine', scene.ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' });
  });

  test('an orphan key, and an orphan certificate, break every request', async () => {
    await scene.serve(4470, pair);
    const host = 'harbor.daemon.io:4470';
    await scene.trust(host, scene.ca.certificate);
    expect((await scene.diagnose(host)).healthy).toBe(true);
    await scene.trust(host, pair.key, 'harbor.daemon.io.key');
    await scene.expectQuote(host, 'certs.d');
    await rm(join(scene.sandbox.folder, 'docker/certs.d', host, 'harbor.daemon.io.key'));
    await scene.trust(host, pair.certificate, 'harbor.daemon.io.cert');
    await scene.expectQuote(host, 'certs.d');
  });

  test('a pair that does not fit, and the server pair itself', async () => {
    await scene.serve(4471, pair);
    const host = 'harbor.daemon.io:4471';
    await scene.trust(host, scene.ca.certificate);
    await scene.trust(host, pair.certificate, 'client.cert');
    await scene.trust(host, scene.ca.key, 'client.key');
    await scene.expectQuote(host, 'certs.d');
    await scene.trust(host, pair.key, 'client.key');
    expect((await scene.sandbox.login(host)).code).toBe(0);
    const diagnosis = await scene.diagnose(host);
    expect(diagnosis.code).toBe(0);
    expect(diagnosis.checks.find((one) => one.id === 'certs.d' && one.status === 'warn')?.message).toContain("the server's");
  });

  test('the directory lacks the port; the CA is DER; the CA has the wrong ending', async () => {
    await scene.serve(4472, pair);
    const host = 'harbor.daemon.io:4472';
    await scene.trust('harbor.daemon.io', scene.ca.certificate);
    const { diagnosis } = await scene.expectQuote(host, 'certificate.chain');
    const named = diagnosis.checks.find((one) => one.id === 'certs.d' && one.status === 'fail');
    expect(named?.fix?.[0]).toBe(`mv '/etc/docker/certs.d/harbor.daemon.io' '/etc/docker/certs.d/${host}'`);
    await scene.sandbox.must('sh', ['-c', named?.fix?.[0] ?? 'false']);
    expect((await scene.diagnose(host)).code).toBe(0);
    expect((await scene.sandbox.login(host)).code).toBe(0);

    await scene.sandbox.must('openssl', [
      'x509',
      '-in',
      scene.ca.certificate,
      '-outform',
      'der',
      '-out',
      join(scene.sandbox.folder, 'docker/certs.d', host, 'ca.crt'),
    ]);
    const der = await scene.expectQuote(host, 'certificate.chain');
    const fix = der.diagnosis.checks.find((one) => one.message.includes('is DER'))?.fix?.[0] ?? '';
    expect(fix).toContain('berth cert convert');

    await rm(join(scene.sandbox.folder, 'docker/certs.d', host, 'ca.crt'));
    await scene.trust(host, scene.ca.certificate, 'ca.pem');
    const pem = await scene.expectQuote(host, 'certificate.chain');
    expect(pem.diagnosis.checks.some((one) => one.message.includes('ca.pem is ignored'))).toBe(true);
  });
});

describe('daemon.json and proxies', () => {
  test('insecure-registries with a scheme: docker complains in these words', async () => {
    await scene.sandbox.stopEngine();
    expect(await scene.sandbox.startEngine({ 'insecure-registries': ['http://harbor.daemon.io:85'] })).toBe(true);
    const check = (await scene.diagnose('harbor.daemon.io:85')).checks.find((one) => one.id === 'daemon.json' && one.docker !== undefined);
    expect(check?.docker).toBeDefined();
    expect(scene.sandbox.engineLog).toContain(check?.docker);
  });

  test('a mirror without scheme, and a name as mirror: docker does not start, in these words', async () => {
    for (const mirror of ['harbor.daemon.io', 'harbor.daemon.io:85', '192.168.56.121:85']) {
      await scene.sandbox.stopEngine();
      expect(await scene.sandbox.startEngine({ 'registry-mirrors': [mirror] })).toBe(false);
      const check = (await scene.diagnose('harbor.daemon.io:85')).checks.find((one) => one.id === 'daemon.json' && one.status === 'fail');
      expect(check?.docker).toBeDefined();
      expect(scene.sandbox.engineLog.replaceAll('\\"', '"')).toContain(check?.docker);
    }
    await scene.sandbox.stopEngine();
    expect(await scene.sandbox.startEngine({ 'registry-mirrors': ['https://harbor.daemon.io'] })).toBe(true);
    const warned = (await scene.diagnose('harbor.daemon.io:85')).checks.find((one) => one.id === 'daemon.json');
    expect(warned).toMatchObject({ status: 'warn' });
  });

  test('insecure-registries with the right name: docker goes on, and the doctor warns', async () => {
    await scene.serve(8086);
    await scene.sandbox.stopEngine();
    expect(await scene.sandbox.startEngine({ 'insecure-registries': ['harbor.daemon.io:8086'] })).toBe(true);
    expect((await scene.sandbox.login('harbor.daemon.io:8086')).code).toBe(0);
    const diagnosis = await scene.diagnose('harbor.daemon.io:8086');
    expect(diagnosis.code).toBe(0);
    expect(diagnosis.checks.find((one) => one.id === 'tls')?.status).toBe('warn');
  });

  test('a proxy that the engine uses, and one that NO_PROXY exempts', async () => {
    await scene.serve(4480, await scene.bad.signed('proxied', scene.ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' }));
    await scene.trust('harbor.daemon.io:4480', scene.ca.certificate);
    await scene.sandbox.stopEngine();
    await scene.sandbox.startEngine({}, { HTTPS_PROXY: 'http://user:secret@127.0.0.1:9' });
    expect((await scene.sandbox.login('harbor.daemon.io:4480')).stderr).toContain('proxyconnect tcp');
    const outcome = await scene.sandbox.berth('doctor', 'harbor.daemon.io:4480');
    expect(outcome.stdout).toContain('through the proxy http://127.0.0.1:9');
    expect(outcome.stdout).not.toContain('secret');
    await scene.sandbox.stopEngine();
    await scene.sandbox.startEngine({}, { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '.daemon.io' });
    expect((await scene.sandbox.login('harbor.daemon.io:4480')).code).toBe(0);
    expect((await scene.diagnose('harbor.daemon.io:4480')).checks.find((one) => one.id === 'proxy')?.status).toBe('pass');
  });
});
