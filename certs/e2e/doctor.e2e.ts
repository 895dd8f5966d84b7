import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { BadCertificates, type Pair } from './bad-certificates.ts';
import { ADDRESS, type Outcome, Sandbox } from './sandbox.ts';

interface Check {
  readonly id: string;
  readonly status: string;
  readonly message: string;
  readonly docker?: string;
  readonly browser?: string;
  readonly fix?: readonly string[];
}
interface Diagnosis {
  readonly healthy: boolean;
  readonly checks: readonly Check[];
  readonly docker: string | null;
}

let sandbox: Sandbox;
let bad: BadCertificates;
let ca: Pair;
const cleanups: (() => Promise<void>)[] = [];

beforeAll(async () => {
  sandbox = await Sandbox.create(['harbor.daemon.io', 'cdh1', 'other.daemon.io']);
  bad = new BadCertificates(sandbox);
  ca = await bad.authority('bad-ca', '/O=example/CN=example CA');
  expect(await sandbox.startEngine()).toBe(true);
});
afterAll(() => sandbox?.dispose());
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
  for (const engine of ['docker', 'containers', 'containerd'])
    await rm(join(sandbox.folder, engine, 'certs.d'), { recursive: true, force: true });
});

async function serve(port: number, pair?: Pair): Promise<void> {
  const service = await sandbox.registry(port, pair);
  cleanups.push(() => service.stop());
}

/** A server of a few lines that answers as the script says; for what a real registry will not do. */
async function serveScript(port: number, script: string): Promise<void> {
  const service = await sandbox.start(process.execPath, ['--input-type=module', '-e', script], port);
  cleanups.push(() => service.stop());
}

async function trust(host: string, file: string, name = 'ca.crt'): Promise<void> {
  const directory = join(sandbox.folder, 'docker', 'certs.d', host);
  await mkdir(directory, { recursive: true });
  await cp(file, join(directory, name));
}

async function diagnose(host: string, ...args: string[]): Promise<Diagnosis & { readonly code: number }> {
  const outcome = await sandbox.berth('doctor', host, '--json', ...args);
  expect(outcome.stderr).toBe('');
  return { ...(JSON.parse(outcome.stdout) as Diagnosis), code: outcome.code };
}

/** The clock moves between docker's attempt and ours; everything else must be equal. */
function stable(text: string | null | undefined): string {
  return (text ?? '').trim().replace(/current time \S+/, 'current time T');
}

/** docker fails, and the doctor quotes it word for word, under the check that is to blame. */
async function expectQuote(
  host: string,
  id: string,
): Promise<{ readonly check: Check; readonly diagnosis: Diagnosis; readonly login: Outcome }> {
  const login = await sandbox.login(host);
  expect(login.code).not.toBe(0);
  const diagnosis = await diagnose(host);
  expect(diagnosis.code).toBe(1);
  expect(stable(diagnosis.docker)).toBe(stable(login.stderr.replace(/^WARNING.*\n/gm, '')));
  const check = diagnosis.checks.find((one) => one.id === id && one.status === 'fail');
  expect(check, JSON.stringify(diagnosis.checks, null, 1)).toBeDefined();
  expect(stable(check?.docker)).toBe(stable(diagnosis.docker));
  expect(check?.fix?.length).toBeGreaterThan(0);
  return { check: check as Check, diagnosis, login };
}

describe('certificates that docker refuses', () => {
  test('a common name and no SAN (the first recipe of the handbook)', async () => {
    const pair = await bad.legacyCommonName('cdh1');
    await serve(4431, pair);
    await trust('cdh1:4431', pair.certificate);
    const { check } = await expectQuote('cdh1:4431', 'certificate.name');
    expect(check.docker).toContain('certificate relies on legacy Common Name field, use SANs instead');
  });

  test('valid for cdh1, not harbor.daemon.io', async () => {
    await serve(4432, await bad.signed('cdh1', ca, { extensions: 'subjectAltName=DNS:cdh1' }));
    await trust('harbor.daemon.io:4432', ca.certificate);
    const { check } = await expectQuote('harbor.daemon.io:4432', 'certificate.name');
    expect(check.docker).toContain('certificate is valid for cdh1, not harbor.daemon.io');
  });

  test('an address without IP SAN, and an address given as DNS name', async () => {
    await serve(4433, await bad.signed('noip', ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' }));
    await trust(`${ADDRESS}:4433`, ca.certificate);
    await expectQuote(`${ADDRESS}:4433`, 'certificate.name');
    await serve(4434, await bad.signed('dnsip', ca, { extensions: `subjectAltName=DNS:${ADDRESS}` }));
    await trust(`${ADDRESS}:4434`, ca.certificate);
    const { check } = await expectQuote(`${ADDRESS}:4434`, 'certificate.name');
    expect(check.message).toContain('as a DNS name');
  });

  test('another address in the SAN, and a wildcard over two labels', async () => {
    await serve(4435, await bad.signed('otherip', ca, { extensions: 'subjectAltName=IP:10.1.2.3' }));
    await trust(`${ADDRESS}:4435`, ca.certificate);
    await expectQuote(`${ADDRESS}:4435`, 'certificate.name');
    await serve(4436, await bad.signed('wild', ca, { extensions: 'subjectAltName=DNS:*.io' }));
    await trust('harbor.daemon.io:4436', ca.certificate);
    const { check } = await expectQuote('harbor.daemon.io:4436', 'certificate.name');
    expect(check.message).toContain('wildcard');
  });

  test('no CA installed', async () => {
    await serve(4437, await bad.signed('plain', ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' }));
    const { check } = await expectQuote('harbor.daemon.io:4437', 'certificate.chain');
    expect(check.browser).toBe('NET::ERR_CERT_AUTHORITY_INVALID');
  });

  test('another CA installed, and a CA made again under the same name', async () => {
    await serve(4438, await bad.signed('plain2', ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' }));
    await trust('harbor.daemon.io:4438', (await bad.authority('stranger', '/CN=a stranger')).certificate);
    const first = await expectQuote('harbor.daemon.io:4438', 'certificate.chain');
    expect(first.check.message).toContain('a stranger');
    await trust('harbor.daemon.io:4438', (await bad.authority('twin', '/O=example/CN=example CA')).certificate);
    const second = await expectQuote('harbor.daemon.io:4438', 'certificate.chain');
    expect(second.check.docker).toContain('possibly because of');
  });

  test('expired, and not yet valid', async () => {
    await serve(4439, await bad.dated('old', ca, { from: '20200101000000Z', to: '20210101000000Z', host: 'harbor.daemon.io' }));
    await trust('harbor.daemon.io:4439', ca.certificate);
    await expectQuote('harbor.daemon.io:4439', 'certificate.dates');
    await serve(4440, await bad.dated('future', ca, { from: '20990101000000Z', to: '21000101000000Z', host: 'harbor.daemon.io' }));
    await trust('harbor.daemon.io:4440', ca.certificate);
    await expectQuote('harbor.daemon.io:4440', 'certificate.dates');
  });

  test('for clients only; signed with SHA-1; an unknown critical extension', async () => {
    await serve(
      4441,
      await bad.signed('clientonly', ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io\nextendedKeyUsage=clientAuth' }),
    );
    await trust('harbor.daemon.io:4441', ca.certificate);
    await expectQuote('harbor.daemon.io:4441', 'certificate.usage');
    await serve(4442, await bad.signed('sha1', ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io', args: ['-days', '300', '-sha1'] }));
    await trust('harbor.daemon.io:4442', ca.certificate);
    const { check } = await expectQuote('harbor.daemon.io:4442', 'certificate.chain');
    expect(check.message).toContain('broken');
    await serve(
      4443,
      await bad.signed('critical', ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io\n1.2.3.4.5=critical,ASN1:NULL' }),
    );
    await trust('harbor.daemon.io:4443', ca.certificate);
    await expectQuote('harbor.daemon.io:4443', 'certificate.usage');
  });

  test('the server leaves its intermediate certificate out', async () => {
    const middle = await bad.signed('middle', ca, {
      extensions: 'basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign',
      subject: '/CN=a middle CA',
    });
    await serve(4444, await bad.signed('below', middle, { extensions: 'subjectAltName=DNS:harbor.daemon.io' }));
    await trust('harbor.daemon.io:4444', ca.certificate);
    const { check } = await expectQuote('harbor.daemon.io:4444', 'certificate.chain');
    expect(check.message).toContain('intermediate');
  });

  test('issued under something that is not a CA', async () => {
    const leaf = await bad.signed('notca', ca, {
      extensions: 'basicConstraints=critical,CA:FALSE\nsubjectAltName=DNS:x.y',
      subject: '/CN=no CA at all',
    });
    await serve(4445, await bad.signed('undernotca', leaf, { extensions: 'subjectAltName=DNS:harbor.daemon.io' }));
    await trust('harbor.daemon.io:4445', leaf.certificate);
    await expectQuote('harbor.daemon.io:4445', 'certificate.chain');
  });
});

describe('names, ports and protocols', () => {
  test('a single label without port logs in and then pushes to Docker Hub', async () => {
    await serve(443, await bad.signed('cdh1b', ca, { extensions: 'subjectAltName=DNS:cdh1' }));
    await trust('cdh1', ca.certificate);
    expect((await sandbox.login('cdh1')).code).toBe(0);
    const diagnosis = await diagnose('cdh1');
    expect(diagnosis.code).toBe(1);
    expect(diagnosis.checks.filter((one) => one.status === 'fail').map((one) => one.id)).toEqual(['name']);
    await sandbox.makeImage('cdh1/demo/nginx');
    const push = await sandbox.docker('push', 'cdh1/demo/nginx');
    expect(push.stdout).toContain('[docker.io/cdh1/demo/nginx]');
  });

  test('an unknown name, a refused port, and the port where it does answer', async () => {
    const login = await sandbox.login('nowhere.daemon.io');
    const unknown = await diagnose('nowhere.daemon.io');
    expect(login.stderr).toContain('lookup nowhere.daemon.io');
    expect(unknown.checks.find((one) => one.id === 'resolve')?.status).toBe('fail');
    expect(unknown.code).toBe(1);
    await serve(8443, await bad.signed('refused', ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' }));
    const { check } = await expectQuote('harbor.daemon.io', 'connect');
    expect(check.message).toContain('8443');
    expect(check.fix?.[0]).toContain('harbor.daemon.io:8443');
  });

  test('plain HTTP where docker expects TLS, and TLS that is too old', async () => {
    await serve(8085);
    const plain = await expectQuote('harbor.daemon.io:8085', 'tls');
    expect(plain.check.docker).toContain('server gave HTTP response to HTTPS client');
    const pair = await bad.signed('tls11', ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' });
    const service = await sandbox.start(
      'openssl',
      ['s_server', '-accept', '4446', '-cert', pair.certificate, '-key', pair.key, '-tls1_1', '-cipher', 'ALL:@SECLEVEL=0', '-quiet'],
      4446,
    );
    cleanups.push(() => service.stop());
    await expectQuote('harbor.daemon.io:4446', 'tls');
  });

  test('a web server that is no registry, and one whose registry is gone', async () => {
    const pair = await bad.signed('web', ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' });
    await trust('harbor.daemon.io:4447', ca.certificate);
    await serveScript(4447, server(pair, 4447, 'response.writeHead(404, {"content-type":"text/html"}).end("<html>not found</html>")'));
    await expectQuote('harbor.daemon.io:4447', 'api');
    await trust('harbor.daemon.io:4448', ca.certificate);
    await serveScript(4448, server(pair, 4448, 'response.writeHead(502, {"content-type":"text/html"}).end("<html>bad gateway</html>")'));
    await expectQuote('harbor.daemon.io:4448', 'api');
  });

  test('a token realm on plain HTTP, on localhost, and one that fails', async () => {
    const pair = await bad.signed('realm', ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' });
    const realms = [
      'http://harbor.daemon.io:4449/service/token',
      'https://localhost:4449/service/token',
      'https://harbor.daemon.io:4449/broken',
    ];
    for (const [index, realm] of realms.entries()) {
      const port = 4450 + index;
      await trust(`harbor.daemon.io:${port}`, ca.certificate);
      const answer = `request.url.startsWith("/broken") ? response.writeHead(404).end() : response.writeHead(401, {"docker-distribution-api-version":"registry/2.0","www-authenticate":'Bearer realm="${realm.replace('4449', String(port))}",service="x"'}).end()`;
      await serveScript(port, server(pair, port, answer));
      expect((await sandbox.login(`harbor.daemon.io:${port}`)).code).not.toBe(0);
      const diagnosis = await diagnose(`harbor.daemon.io:${port}`);
      expect(diagnosis.checks.filter((one) => one.status === 'fail').map((one) => one.id)).toEqual(['token']);
    }
  });

  test("a server whose clock is an hour off, and a proxy's limit for uploads", async () => {
    const pair = await bad.signed('clock', ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' });
    await trust('harbor.daemon.io:4460', ca.certificate);
    await serveScript(
      4460,
      server(
        pair,
        4460,
        'response.sendDate = false; response.writeHead(200, {"docker-distribution-api-version":"registry/2.0", date: new Date(Date.now() - 3600_000).toUTCString()}).end("{}")',
      ),
    );
    const clock = await diagnose('harbor.daemon.io:4460');
    expect(clock.checks.find((one) => one.id === 'clock')).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('60 minutes ahead'),
    });

    await serve(5000);
    const config = join(sandbox.folder, 'nginx.conf');
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${sandbox.folder}/nginx-${name};`)
      .join('');
    await writeFile(
      config,
      `daemon off; user root; pid ${sandbox.folder}/nginx.pid; error_log stderr; events {} http { access_log off; ${temporary} server { listen 4461 ssl; ssl_certificate ${pair.certificate}; ssl_certificate_key ${pair.key}; location / { proxy_pass http://127.0.0.1:5000; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto https; } } }`,
    );
    const nginx = await sandbox.start('nginx', ['-c', config], 4461);
    cleanups.push(() => nginx.stop());
    await trust('harbor.daemon.io:4461', ca.certificate);
    const limit = (await diagnose('harbor.daemon.io:4461')).checks.find((one) => one.id === 'upload-limit');
    await sandbox.must('sh', [
      '-c',
      `head -c 3000000 /dev/urandom > ${sandbox.folder}/big && tar -C ${sandbox.folder} -c big | docker import - harbor.daemon.io:4461/demo/big`,
    ]);
    const push = await sandbox.docker('push', 'harbor.daemon.io:4461/demo/big');
    expect(push.code).toBe(1);
    expect(limit?.status).toBe('fail');
    expect(push.stderr.trim()).toBe(limit?.docker);
  });
});

function server(pair: Pair, port: number, body: string): string {
  return `import { createServer } from 'node:https'; import { readFileSync } from 'node:fs';
createServer({ cert: readFileSync('${pair.certificate}'), key: readFileSync('${pair.key}') }, (request, response) => { ${body} }).listen(${port});`;
}

describe('certs.d', () => {
  let pair: Pair;
  beforeAll(async () => {
    pair = await bad.signed('fine', ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' });
  });

  test('an orphan key, and an orphan certificate, break every request', async () => {
    await serve(4470, pair);
    const host = 'harbor.daemon.io:4470';
    await trust(host, ca.certificate);
    expect((await diagnose(host)).healthy).toBe(true);
    await trust(host, pair.key, 'harbor.daemon.io.key');
    await expectQuote(host, 'certs.d');
    await rm(join(sandbox.folder, 'docker/certs.d', host, 'harbor.daemon.io.key'));
    await trust(host, pair.certificate, 'harbor.daemon.io.cert');
    await expectQuote(host, 'certs.d');
  });

  test('a pair that does not fit, and the server pair itself', async () => {
    await serve(4471, pair);
    const host = 'harbor.daemon.io:4471';
    await trust(host, ca.certificate);
    await trust(host, pair.certificate, 'client.cert');
    await trust(host, ca.key, 'client.key');
    await expectQuote(host, 'certs.d');
    await trust(host, pair.key, 'client.key');
    expect((await sandbox.login(host)).code).toBe(0);
    const diagnosis = await diagnose(host);
    expect(diagnosis.code).toBe(0);
    expect(diagnosis.checks.find((one) => one.id === 'certs.d' && one.status === 'warn')?.message).toContain("the server's");
  });

  test('the directory lacks the port; the CA is DER; the CA has the wrong ending', async () => {
    await serve(4472, pair);
    const host = 'harbor.daemon.io:4472';
    await trust('harbor.daemon.io', ca.certificate);
    const { diagnosis } = await expectQuote(host, 'certificate.chain');
    const named = diagnosis.checks.find((one) => one.id === 'certs.d' && one.status === 'fail');
    expect(named?.fix?.[0]).toBe(`mv '/etc/docker/certs.d/harbor.daemon.io' '/etc/docker/certs.d/${host}'`);
    await sandbox.must('sh', ['-c', named?.fix?.[0] ?? 'false']);
    expect((await diagnose(host)).code).toBe(0);
    expect((await sandbox.login(host)).code).toBe(0);

    await sandbox.must('openssl', [
      'x509',
      '-in',
      ca.certificate,
      '-outform',
      'der',
      '-out',
      join(sandbox.folder, 'docker/certs.d', host, 'ca.crt'),
    ]);
    const der = await expectQuote(host, 'certificate.chain');
    const fix = der.diagnosis.checks.find((one) => one.message.includes('is DER'))?.fix?.[0] ?? '';
    expect(fix).toContain('berth cert convert');

    await rm(join(sandbox.folder, 'docker/certs.d', host, 'ca.crt'));
    await trust(host, ca.certificate, 'ca.pem');
    const pem = await expectQuote(host, 'certificate.chain');
    expect(pem.diagnosis.checks.some((one) => one.message.includes('ca.pem is ignored'))).toBe(true);
  });
});

describe('daemon.json and proxies', () => {
  test('insecure-registries with a scheme: docker complains in these words', async () => {
    await sandbox.stopEngine();
    expect(await sandbox.startEngine({ 'insecure-registries': ['http://harbor.daemon.io:85'] })).toBe(true);
    const check = (await diagnose('harbor.daemon.io:85')).checks.find((one) => one.id === 'daemon.json' && one.docker !== undefined);
    expect(check?.docker).toBeDefined();
    expect(sandbox.engineLog).toContain(check?.docker);
  });

  test('a mirror without scheme, and a name as mirror: docker does not start, in these words', async () => {
    for (const mirror of ['harbor.daemon.io', 'harbor.daemon.io:85', '192.168.56.121:85']) {
      await sandbox.stopEngine();
      expect(await sandbox.startEngine({ 'registry-mirrors': [mirror] })).toBe(false);
      const check = (await diagnose('harbor.daemon.io:85')).checks.find((one) => one.id === 'daemon.json' && one.status === 'fail');
      expect(check?.docker).toBeDefined();
      expect(sandbox.engineLog.replaceAll('\\"', '"')).toContain(check?.docker);
    }
    await sandbox.stopEngine();
    expect(await sandbox.startEngine({ 'registry-mirrors': ['https://harbor.daemon.io'] })).toBe(true);
    const warned = (await diagnose('harbor.daemon.io:85')).checks.find((one) => one.id === 'daemon.json');
    expect(warned).toMatchObject({ status: 'warn' });
  });

  test('insecure-registries with the right name: docker goes on, and the doctor warns', async () => {
    await serve(8086);
    await sandbox.stopEngine();
    expect(await sandbox.startEngine({ 'insecure-registries': ['harbor.daemon.io:8086'] })).toBe(true);
    expect((await sandbox.login('harbor.daemon.io:8086')).code).toBe(0);
    const diagnosis = await diagnose('harbor.daemon.io:8086');
    expect(diagnosis.code).toBe(0);
    expect(diagnosis.checks.find((one) => one.id === 'tls')?.status).toBe('warn');
  });

  test('a proxy that the engine uses, and one that NO_PROXY exempts', async () => {
    await serve(4480, await bad.signed('proxied', ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' }));
    await trust('harbor.daemon.io:4480', ca.certificate);
    await sandbox.stopEngine();
    await sandbox.startEngine({}, { HTTPS_PROXY: 'http://user:secret@127.0.0.1:9' });
    expect((await sandbox.login('harbor.daemon.io:4480')).stderr).toContain('proxyconnect tcp');
    const outcome = await sandbox.berth('doctor', 'harbor.daemon.io:4480');
    expect(outcome.stdout).toContain('through the proxy http://127.0.0.1:9');
    expect(outcome.stdout).not.toContain('secret');
    await sandbox.stopEngine();
    await sandbox.startEngine({}, { HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '.daemon.io' });
    expect((await sandbox.login('harbor.daemon.io:4480')).code).toBe(0);
    expect((await diagnose('harbor.daemon.io:4480')).checks.find((one) => one.id === 'proxy')?.status).toBe('pass');
  });
});
