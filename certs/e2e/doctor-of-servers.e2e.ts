import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Pair } from './bad-certificates.ts';
import { useDoctorScene } from './doctor-scene.ts';
import { ADDRESS } from './sandbox.ts';

const scene = useDoctorScene();

describe('certificates that docker refuses', () => {
  test('a common name and no SAN (the first recipe of the handbook)', async () => {
    const pair = await scene.bad.legacyCommonName('cdh1');
    await scene.serve(4431, pair);
    await scene.trust('cdh1:4431', pair.certificate);
    const { check } = await scene.expectQuote('cdh1:4431', 'certificate.name');
    expect(check.docker).toContain('certificate relies on legacy Common Name field, use SANs instead');
  });

  test('valid for cdh1, not harbor.daemon.io', async () => {
    await scene.serve(4432, await scene.bad.signed('cdh1', scene.ca, { extensions: 'subjectAltName=DNS:cdh1' }));
    await scene.trust('harbor.daemon.io:4432', scene.ca.certificate);
    const { check } = await scene.expectQuote('harbor.daemon.io:4432', 'certificate.name');
    expect(check.docker).toContain('certificate is valid for cdh1, not harbor.daemon.io');
  });

  test('an address without IP SAN, and an address given as DNS name', async () => {
    await scene.serve(4433, await scene.bad.signed('noip', scene.ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' }));
    await scene.trust(`${ADDRESS}:4433`, scene.ca.certificate);
    await scene.expectQuote(`${ADDRESS}:4433`, 'certificate.name');
    await scene.serve(4434, await scene.bad.signed('dnsip', scene.ca, { extensions: `subjectAltName=DNS:${ADDRESS}` }));
    await scene.trust(`${ADDRESS}:4434`, scene.ca.certificate);
    const { check } = await scene.expectQuote(`${ADDRESS}:4434`, 'certificate.name');
    expect(check.message).toContain('as a DNS name');
  });

  test('another address in the SAN, and a wildcard over two labels', async () => {
    await scene.serve(4435, await scene.bad.signed('otherip', scene.ca, { extensions: 'subjectAltName=IP:10.1.2.3' }));
    await scene.trust(`${ADDRESS}:4435`, scene.ca.certificate);
    await scene.expectQuote(`${ADDRESS}:4435`, 'certificate.name');
    await scene.serve(4436, await scene.bad.signed('wild', scene.ca, { extensions: 'subjectAltName=DNS:*.io' }));
    await scene.trust('harbor.daemon.io:4436', scene.ca.certificate);
    const { check } = await scene.expectQuote('harbor.daemon.io:4436', 'certificate.name');
    expect(check.message).toContain('wildcard');
  });

  test('no CA installed', async () => {
    await scene.serve(4437, await scene.bad.signed('plain', scene.ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' }));
    const { check } = await scene.expectQuote('harbor.daemon.io:4437', 'certificate.chain');
    expect(check.browser).toBe('NET::ERR_CERT_AUTHORITY_INVALID');
  });

  test('another CA installed, and a CA made again under the same name', async () => {
    await scene.serve(4438, await scene.bad.signed('plain2', scene.ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' }));
    await scene.trust('harbor.daemon.io:4438', (await scene.bad.authority('stranger', '/CN=a stranger')).certificate);
    const first = await scene.expectQuote('harbor.daemon.io:4438', 'certificate.chain');
    expect(first.check.message).toContain('a stranger');
    await scene.trust('harbor.daemon.io:4438', (await scene.bad.authority('twin', '/O=example/CN=example CA')).certificate);
    const second = await scene.expectQuote('harbor.daemon.io:4438', 'certificate.chain');
    expect(second.check.docker).toContain('possibly because of');
  });

  test('expired, and not yet valid', async () => {
    await scene.serve(
      4439,
      await scene.bad.dated('old', scene.ca, { from: '20200101000000Z', to: '20210101000000Z', host: 'harbor.daemon.io' }),
    );
    await scene.trust('harbor.daemon.io:4439', scene.ca.certificate);
    await scene.expectQuote('harbor.daemon.io:4439', 'certificate.dates');
    await scene.serve(
      4440,
      await scene.bad.dated('future', scene.ca, { from: '20990101000000Z', to: '21000101000000Z', host: 'harbor.daemon.io' }),
    );
    await scene.trust('harbor.daemon.io:4440', scene.ca.certificate);
    await scene.expectQuote('harbor.daemon.io:4440', 'certificate.dates');
  });

  test('for clients only; signed with SHA-1; an unknown critical extension', async () => {
    await scene.serve(
      4441,
      await scene.bad.signed('clientonly', scene.ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io\nextendedKeyUsage=clientAuth' }),
    );
    await scene.trust('harbor.daemon.io:4441', scene.ca.certificate);
    await scene.expectQuote('harbor.daemon.io:4441', 'certificate.usage');
    await scene.serve(
      4442,
      await scene.bad.signed('sha1', scene.ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io', args: ['-days', '300', '-sha1'] }),
    );
    await scene.trust('harbor.daemon.io:4442', scene.ca.certificate);
    const { check } = await scene.expectQuote('harbor.daemon.io:4442', 'certificate.chain');
    expect(check.message).toContain('broken');
    await scene.serve(
      4443,
      await scene.bad.signed('critical', scene.ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io\n1.2.3.4.5=critical,ASN1:NULL' }),
    );
    await scene.trust('harbor.daemon.io:4443', scene.ca.certificate);
    await scene.expectQuote('harbor.daemon.io:4443', 'certificate.usage');
  });

  test('the server leaves its intermediate certificate out', async () => {
    const middle = await scene.bad.signed('middle', scene.ca, {
      extensions: 'basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign',
      subject: '/CN=a middle CA',
    });
    await scene.serve(4444, await scene.bad.signed('below', middle, { extensions: 'subjectAltName=DNS:harbor.daemon.io' }));
    await scene.trust('harbor.daemon.io:4444', scene.ca.certificate);
    const { check } = await scene.expectQuote('harbor.daemon.io:4444', 'certificate.chain');
    expect(check.message).toContain('intermediate');
  });

  test('issued under something that is not a CA', async () => {
    const leaf = await scene.bad.signed('notca', scene.ca, {
      extensions: 'basicConstraints=critical,CA:FALSE\nsubjectAltName=DNS:x.y',
      subject: '/CN=no CA at all',
    });
    await scene.serve(4445, await scene.bad.signed('undernotca', leaf, { extensions: 'subjectAltName=DNS:harbor.daemon.io' }));
    await scene.trust('harbor.daemon.io:4445', leaf.certificate);
    await scene.expectQuote('harbor.daemon.io:4445', 'certificate.chain');
  });
});

describe('names, ports and protocols', () => {
  test('a single label without port logs in and then pushes to Docker Hub', async () => {
    await scene.serve(443, await scene.bad.signed('cdh1b', scene.ca, { extensions: 'subjectAltName=DNS:cdh1' }));
    await scene.trust('cdh1', scene.ca.certificate);
    expect((await scene.sandbox.login('cdh1')).code).toBe(0);
    const diagnosis = await scene.diagnose('cdh1');
    expect(diagnosis.code).toBe(1);
    expect(diagnosis.checks.filter((one) => one.status === 'fail').map((one) => one.id)).toEqual(['name']);
    await scene.sandbox.makeImage('cdh1/demo/nginx');
    const push = await scene.sandbox.docker('push', 'cdh1/demo/nginx');
    expect(push.stdout).toContain('[docker.io/cdh1/demo/nginx]');
  });

  test('an unknown name, a refused port, and the port where it does answer', async () => {
    const login = await scene.sandbox.login('nowhere.daemon.io');
    const unknown = await scene.diagnose('nowhere.daemon.io');
    expect(login.stderr).toContain('lookup nowhere.daemon.io');
    expect(unknown.checks.find((one) => one.id === 'resolve')?.status).toBe('fail');
    expect(unknown.code).toBe(1);
    await scene.serve(8443, await scene.bad.signed('refused', scene.ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' }));
    const { check } = await scene.expectQuote('harbor.daemon.io', 'connect');
    expect(check.message).toContain('8443');
    expect(check.fix?.[0]).toContain('harbor.daemon.io:8443');
  });

  test('plain HTTP where docker expects TLS, and TLS that is too old', async () => {
    await scene.serve(8085);
    const plain = await scene.expectQuote('harbor.daemon.io:8085', 'tls');
    expect(plain.check.docker).toContain('server gave HTTP response to HTTPS client');
    const pair = await scene.bad.signed('tls11', scene.ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' });
    const service = await scene.sandbox.start(
      'openssl',
      ['s_server', '-accept', '4446', '-cert', pair.certificate, '-key', pair.key, '-tls1_1', '-cipher', 'ALL:@SECLEVEL=0', '-quiet'],
      4446,
    );
    scene.afterwards(() => service.stop());
    await scene.expectQuote('harbor.daemon.io:4446', 'tls');
  });

  test('a web server that is no registry, and one whose registry is gone', async () => {
    const pair = await scene.bad.signed('web', scene.ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' });
    await scene.trust('harbor.daemon.io:4447', scene.ca.certificate);
    await scene.serveScript(
      4447,
      server(pair, 4447, 'response.writeHead(404, {"content-type":"text/html"}).end("<html>not found</html>")'),
    );
    await scene.expectQuote('harbor.daemon.io:4447', 'api');
    await scene.trust('harbor.daemon.io:4448', scene.ca.certificate);
    await scene.serveScript(
      4448,
      server(pair, 4448, 'response.writeHead(502, {"content-type":"text/html"}).end("<html>bad gateway</html>")'),
    );
    await scene.expectQuote('harbor.daemon.io:4448', 'api');
  });

  test('a token realm on plain HTTP, on localhost, and one that fails', async () => {
    const pair = await scene.bad.signed('realm', scene.ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' });
    const realms = [
      'http://harbor.daemon.io:4449/service/token',
      'https://localhost:4449/service/token',
      'https://harbor.daemon.io:4449/broken',
    ];
    for (const [index, realm] of realms.entries()) {
      const port = 4450 + index;
      await scene.trust(`harbor.daemon.io:${port}`, scene.ca.certificate);
      const answer = `request.url.startsWith("/broken") ? response.writeHead(404).end() : response.writeHead(401, {"docker-distribution-api-version":"registry/2.0","www-authenticate":'Bearer realm="${realm.replace('4449', String(port))}",service="x"'}).end()`;
      await scene.serveScript(port, server(pair, port, answer));
      expect((await scene.sandbox.login(`harbor.daemon.io:${port}`)).code).not.toBe(0);
      const diagnosis = await scene.diagnose(`harbor.daemon.io:${port}`);
      expect(diagnosis.checks.filter((one) => one.status === 'fail').map((one) => one.id)).toEqual(['token']);
    }
  });

  test("a server whose clock is an hour off, and a proxy's limit for uploads", async () => {
    const pair = await scene.bad.signed('clock', scene.ca, { extensions: 'subjectAltName=DNS:harbor.daemon.io' });
    await scene.trust('harbor.daemon.io:4460', scene.ca.certificate);
    await scene.serveScript(
      4460,
      server(
        pair,
        4460,
        'response.sendDate = false; response.writeHead(200, {"docker-distribution-api-version":"registry/2.0", date: new Date(Date.now() - 3600_000).toUTCString()}).end("{}")',
      ),
    );
    const clock = await scene.diagnose('harbor.daemon.io:4460');
    expect(clock.checks.find((one) => one.id === 'clock')).toMatchObject({
      status: 'warn',
      message: expect.stringContaining('60 minutes ahead'),
    });

    await scene.serve(5000);
    const config = join(scene.sandbox.folder, 'nginx.conf');
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${scene.sandbox.folder}/nginx-${name};`)
      .join('');
    await writeFile(
      config,
      `daemon off; user root; pid ${scene.sandbox.folder}/nginx.pid; error_log stderr; events {} http { access_log off; ${temporary} server { listen 4461 ssl; ssl_certificate ${pair.certificate}; ssl_certificate_key ${pair.key}; location / { proxy_pass http://127.0.0.1:5000; proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto https; } } }`,
    );
    const nginx = await scene.sandbox.start('nginx', ['-c', config], 4461);
    scene.afterwards(() => nginx.stop());
    await scene.trust('harbor.daemon.io:4461', scene.ca.certificate);
    const limit = (await scene.diagnose('harbor.daemon.io:4461')).checks.find((one) => one.id === 'upload-limit');
    await scene.sandbox.must('sh', [
      '-c',
      `head -c 3000000 /dev/urandom > ${scene.sandbox.folder}/big && tar -C ${scene.sandbox.folder} -c big | docker import - harbor.daemon.io:4461/demo/big`,
    ]);
    const push = await scene.sandbox.docker('push', 'harbor.daemon.io:4461/demo/big');
    expect(push.code).toBe(1);
    expect(limit?.status).toBe('fail');
    expect(push.stderr.trim()).toBe(limit?.docker);
  });
});

function server(pair: Pair, port: number, body: string): string {
  return `import { createServer } from 'node:https'; import { readFileSync } from 'node:fs';
createServer({ cert: readFileSync('${pair.certificate}'), key: readFileSync('${pair.key}') }, (request, response) => { ${body} }).listen(${port});`;
}
