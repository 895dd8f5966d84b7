import { execFile } from 'node:child_process';
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cert, messageOf, type Served, useTlsServers } from '../testing/tls-servers.ts';

const { folder, serve, ask, main } = useTlsServers();

describe('GET /systeminfo/getcert', () => {
  it('answers the CA, under which the very connection is proved', async () => {
    const answer = await ask('/api/v2.0/systeminfo/getcert');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toMatch(/^application\/x-x509-ca-cert/);
    expect(answer.headers['content-disposition']).toBe('attachment; filename="ca.crt"');
    expect(new X509Certificate(answer.bytes).fingerprint256).toBe(
      new X509Certificate(readFileSync(join(main().tls, 'ca.crt'))).fingerprint256,
    );
    expect((await ask('/api/v2.0/systeminfo/getcert', { ca: answer.bytes })).status).toBe(200);
    const stranger = await serve('stranger');
    await expect(ask('/api/v2.0/systeminfo/getcert', { ca: readFileSync(join(stranger.tls, 'ca.crt')) })).rejects.toThrow(
      /self-signed|signature|issuer/,
    );
  });

  it('never offers a key, and finds the CA at the end of the chain where ca.crt is elsewhere', async () => {
    const served = await serve('chain');
    const chain = readFileSync(served.config.tls?.certificate ?? '', 'utf8') + readFileSync(join(served.tls, 'ca.crt'), 'utf8');
    const ca = readFileSync(join(served.tls, 'ca.crt'));
    writeFileSync(served.config.tls?.certificate ?? '', chain);
    rmSync(join(served.tls, 'ca.crt'));
    const answer = await ask('/api/v2.0/systeminfo/getcert', { to: served, ca });
    expect(new X509Certificate(answer.bytes).fingerprint256).toBe(new X509Certificate(ca).fingerprint256);
    expect(answer.text).not.toContain('PRIVATE KEY');
  });

  it('offers no CA that did not issue what is served, and a ca.crt that cannot be read fails nothing', async () => {
    const served = await serve('beside');
    const file = join(served.tls, 'ca.crt');
    const ca = readFileSync(file);
    const stranger = readFileSync(join((await serve('unrelated')).tls, 'ca.crt'));
    for (const content of ['', 'no certificate', stranger]) {
      writeFileSync(file, content);
      const answer = await ask('/api/v2.0/systeminfo/getcert', { to: served, ca });
      expect(new X509Certificate(answer.bytes).fingerprint256).toBe(new X509Certificate(ca).fingerprint256);
      expect((await ask('/api/v2.0/systeminfo', { to: served, ca })).status).toBe(200);
      const status = await ask('/api/v2.0/system/certificates/status', { to: served, ca, as: 'admin' });
      expect(status.status, status.text).toBe(200);
      expect((JSON.parse(status.text) as { refusals: object[] }).refusals).toEqual([]);
    }
    const certificate = served.config.tls?.certificate ?? '';
    writeFileSync(certificate, new X509Certificate(readFileSync(certificate)).toString());
    expect((await ask('/api/v2.0/systeminfo/getcert', { to: served, ca })).status).toBe(404);
  });

  it('says so where there is no CA', async () => {
    const none = await serve('none', {}, false);
    for (const path of ['getcert', 'getcert/installer', 'getcert/instructions']) {
      const answer = await ask(`/api/v2.0/systeminfo/${path}`, { to: none, plain: true });
      expect(answer.status).toBe(404);
      expect(messageOf(answer)).toContain('no CA of its own');
    }
  });
});

const HAVE_SHELL = ['curl', 'sha256sum', 'mktemp'].every((name) =>
  (process.env['PATH'] ?? '').split(delimiter).some((directory) => existsSync(join(directory, name))),
);

describe('the one-line installer', () => {
  interface Instructions {
    readonly host: string;
    readonly ca_fingerprint: string;
    readonly ca_url: string;
    readonly installer: { readonly url: string; readonly sha256: string; readonly command: string };
    readonly manual: string;
  }
  const instructions = async (headers: Record<string, string> = {}): Promise<Instructions> =>
    JSON.parse((await ask('/api/v2.0/systeminfo/getcert/instructions', { headers })).text) as Instructions;

  /** Runs the line as an ordinary user who has docker and containerd, in a home of its own. */
  function run(command: string, home: string): Promise<{ code: number; output: string }> {
    const stubs = join(home, 'stubs');
    mkdirSync(stubs, { recursive: true });
    for (const [name, text] of [
      ['id', 'echo 1000'],
      ['docker', 'true'],
      ['containerd', 'true'],
    ] as const) {
      writeFileSync(join(stubs, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(stubs, name), 0o755);
    }
    const env = { PATH: `${stubs}${delimiter}${process.env['PATH'] ?? ''}`, HOME: home, TMPDIR: home };
    return new Promise((resolve) => {
      execFile('sh', ['-c', command], { env }, (error, stdout, stderr) =>
        resolve({ code: error === null ? 0 : Number(error.code), output: stdout + stderr }),
      );
    });
  }

  it('names the host as the caller typed it, or the external URL, and its checksum is that of the script', async () => {
    const shown = await instructions({ host: 'registry.example:8443' });
    expect(shown.host).toBe('registry.example:8443');
    expect(shown.ca_url).toBe('https://registry.example:8443/api/v2.0/systeminfo/getcert');
    expect(shown.ca_fingerprint).toBe(new X509Certificate(readFileSync(join(main().tls, 'ca.crt'))).fingerprint256);
    expect(shown.installer.command).toContain(shown.installer.sha256);
    expect(shown.manual).toContain(shown.ca_fingerprint);
    expect(shown.manual).toContain('/etc/docker/certs.d/registry.example:8443/ca.crt');
    const script = await ask('/api/v2.0/systeminfo/getcert/installer', { headers: { host: 'registry.example:8443' } });
    expect(script.headers['content-type']).toMatch(/^text\/x-shellscript/);
    expect(createHash('sha256').update(script.bytes).digest('hex')).toBe(shown.installer.sha256);
    const external = await serve('external', { externalUrl: 'https://hub.example' });
    const answer = await ask('/api/v2.0/systeminfo/getcert/instructions', { to: external, headers: { host: 'evil.example' } });
    expect((JSON.parse(answer.text) as Instructions).host).toBe('hub.example');
  });

  it.each(["a';id;'.example", 'a$(id).example', 'x:0', 'x:99999', '`id`'])('refuses the Host %s in words', async (host) => {
    for (const path of ['installer', 'instructions']) {
      const answer = await ask(`/api/v2.0/systeminfo/getcert/${path}`, { headers: { host } });
      expect(answer.status).toBe(400);
      expect(messageOf(answer)).toContain('Host header');
    }
  });

  it.runIf(HAVE_SHELL)('writes the trust of docker and containerd after checking the checksum; again, it changes nothing', async () => {
    const home = mkdtempSync(join(folder, 'home-'));
    const host = `127.0.0.1:${main().https}`;
    const { installer } = await instructions({ host });
    for (const round of [1, 2]) {
      const { code, output } = await run(installer.command, home);
      expect(code, `${round}: ${output}`).toBe(0);
      expect(output).not.toContain('was replaced');
    }
    const ca = readFileSync(join(home, '.config/docker/certs.d', host, 'ca.crt'), 'utf8');
    expect((await ask('/api/v2.0/ping', { ca })).status).toBe(200);
    const toml = readFileSync(join(home, '.config/containerd/certs.d', host, 'hosts.toml'), 'utf8');
    expect(toml).toContain(`[host."https://${host}"]`);
    expect(toml).toContain(`ca = "${home}/.config/containerd/certs.d/${host}/ca.crt"`);
  });

  it.runIf(HAVE_SHELL)('keeps what someone else wrote beside the new file', async () => {
    const home = mkdtempSync(join(folder, 'home-'));
    const host = `127.0.0.1:${main().https}`;
    const directory = join(home, '.config/docker/certs.d', host);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, 'ca.crt'), 'of someone else\n');
    const { code, output } = await run((await instructions({ host })).installer.command, home);
    expect(code, output).toBe(0);
    expect(readFileSync(join(directory, 'ca.crt.before-berth'), 'utf8')).toBe('of someone else\n');
  });

  it.runIf(HAVE_SHELL)('runs nothing when the script is another one than the checksum says', async () => {
    const home = mkdtempSync(join(folder, 'home-'));
    const { installer } = await instructions({ host: `127.0.0.1:${main().https}` });
    const { code } = await run(installer.command.replace(installer.sha256, '0'.repeat(64)), home);
    expect(code).not.toBe(0);
    expect(existsSync(join(home, '.config'))).toBe(false);
  });
});

describe('POST /system/certificates', () => {
  const path = '/api/v2.0/system/certificates';
  const csrOf = async (name: string): Promise<string> => {
    const directory = mkdtempSync(join(folder, 'csr-'));
    await cert('csr', name, '--dir', directory, '--key', 'ec-p256');
    return readFileSync(join(directory, `${name}.csr`), 'utf8');
  };

  it('signs for an administrator, under the CA that getcert offers', async () => {
    const answer = await ask(path, { method: 'POST', as: 'admin', body: { csr: await csrOf('build.example'), days: 30 } });
    expect(answer.status, answer.text).toBe(201);
    const signed = new X509Certificate((JSON.parse(answer.text) as { certificate: string }).certificate);
    const ca = new X509Certificate(readFileSync(join(main().tls, 'ca.crt')));
    expect(signed.verify(ca.publicKey) && signed.checkIssued(ca)).toBe(true);
    expect(signed.subjectAltName).toBe('DNS:build.example');
    expect(signed.ca).toBe(false);
    expect(Math.round((Date.parse(signed.validTo) - Date.now()) / 86_400_000)).toBe(30);
  });

  it('refuses others, wrong requests, and long lives, and signs nothing then', async () => {
    const csr = await csrOf('other.example');
    const ledger = () => readFileSync(join(main().tls, 'ca.ledger.json'), 'utf8');
    const before = ledger();
    expect((await ask(path, { method: 'POST', body: { csr } })).status).toBe(401);
    expect((await ask(path, { method: 'POST', as: 'plain', body: { csr } })).status).toBe(403);
    expect((await ask(path, { method: 'POST', as: 'admin', body: { csr, days: 826 } })).status).toBe(400);
    const forged = csr.replace(/\n.{20}/, (line) => line.replace(/[a-z]/, 'A').replace(/.$/, '/'));
    for (const wrong of ['none', csr.slice(0, 300), forged, readFileSync(join(main().tls, 'ca.crt'), 'utf8')]) {
      const answer = await ask(path, { method: 'POST', as: 'admin', body: { csr: wrong } });
      expect(answer.status, answer.text).toBe(400);
      expect(messageOf(answer)).toMatch(/Nothing was signed\.$/);
      expect(answer.text).not.toContain(' at ');
    }
    expect(ledger()).toBe(before);
  });

  it('says how to get a CA where there is none', async () => {
    const none = await serve('no-authority', {}, false);
    const answer = await ask(path, { to: none, plain: true, method: 'POST', as: 'admin', body: { csr: await csrOf('x.example') } });
    expect(answer.status).toBe(400);
    expect(messageOf(answer)).toContain('--tls auto');
  });
});

describe('/ocsp', () => {
  const type = { 'content-type': 'application/ocsp-request' };
  const statusOf = (output: string): string | undefined => /good|revoked since|unknown/.exec(output)?.[0];

  it('tells good from revoked at once, over plain HTTP as certificates name it', async () => {
    const directory = main().tls;
    await cert('server', 'leaf.example', '--dir', directory, '--key', 'ec-p256');
    const url = `http://127.0.0.1:${main().http}/ocsp`;
    const query = () => cert('ocsp', join(directory, 'leaf.example.crt'), '--url', url, '--dir', directory);
    expect(statusOf(await query())).toBe('good');
    await cert('revoke', join(directory, 'leaf.example.crt'), '--dir', directory, '--reason', 'keyCompromise');
    await expect(query()).rejects.toThrow(/expected 1 to be/);
    expect(await query().catch((error: Error) => statusOf(error.message))).toBe('revoked since');
  });

  it('answers the same question by POST and by GET, over TLS and plain HTTP: unknown is what it never issued', async () => {
    const question = await oneQuestion();
    const answers = [
      await ask('/ocsp', { method: 'POST', body: question, headers: type }),
      await ask('/ocsp', { method: 'POST', body: question, headers: type, plain: true }),
      await ask(`/ocsp/${encodeURIComponent(question.toString('base64'))}`, { plain: true }),
      await ask(`/ocsp/${question.toString('base64')}`),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('application/ocsp-response');
      // OCSPResponse ::= SEQUENCE { responseStatus ENUMERATED successful(0), ... }
      expect(answer.bytes.indexOf(Buffer.from('0a0100', 'hex'))).toBeLessThan(6);
      // CertStatus ::= CHOICE { ..., unknown [2] IMPLICIT NULL }
      expect(answer.bytes.includes(Buffer.from('8200', 'hex'))).toBe(true);
    }
  });

  it('refuses what is no request, in words or in the protocol', async () => {
    expect((await ask('/ocsp', { method: 'POST', body: { a: 1 } })).status).toBe(415);
    const malformed = await ask('/ocsp', { method: 'POST', body: Buffer.from('nonsense'), headers: type });
    expect(malformed.bytes.toString('hex')).toBe('30030a0101');
    expect((await ask('/ocsp', { method: 'POST', body: Buffer.alloc(17_000), headers: type })).status).toBe(413);
    for (const path of ['/ocsp/%ff', '/ocsp/a b'.replace(' ', '%20'), '/ocsp/%']) expect((await ask(path)).status).toBe(400);
    const none = await serve('no-responder', {}, false);
    const answer = await ask('/ocsp', { to: none, plain: true, method: 'POST', body: Buffer.from('x'), headers: type });
    expect(answer.status).toBe(404);
    expect(messageOf(answer)).toContain('no certificate authority');
  });

  it('answers in words where the key of the CA is encrypted, and does not fail', async () => {
    const served = await serve('encrypted');
    const file = join(served.tls, 'ca.key');
    const key = createPrivateKey(readFileSync(file));
    writeFileSync(file, key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' }));
    const answer = await ask('/ocsp', { to: served, plain: true, method: 'POST', body: await oneQuestion(), headers: type });
    expect([answer.status, messageOf(answer)]).toEqual([404, expect.stringContaining('can sign')]);
  });

  /** An OCSP request for serial 1 of an unknown issuer, by hand: RFC 6960 4.1.1. */
  async function oneQuestion(): Promise<Buffer> {
    const hash = Buffer.concat([Buffer.from('0414', 'hex'), Buffer.alloc(20, 0xfb)]);
    const algorithm = Buffer.from('300906052b0e03021a0500', 'hex');
    const certId = sequence(algorithm, hash, hash, Buffer.from('020101', 'hex'));
    return sequence(sequence(sequence(sequence(certId))));
  }
  function sequence(...parts: Buffer[]): Buffer {
    const content = Buffer.concat(parts);
    return Buffer.concat([Buffer.from([0x30, content.length]), content]);
  }
});

describe('GET /systeminfo', () => {
  interface Info {
    readonly has_ca_root?: boolean;
    readonly certificate?: { readonly names: string[]; readonly warnings: { readonly code: string }[] };
  }
  const info = async (to: Served, as?: string): Promise<Info> =>
    JSON.parse((await ask('/api/v2.0/systeminfo', { to, ...(as === undefined ? {} : { as }) })).text) as Info;

  it('shows the certificate to who signed in, and nothing of it to others', async () => {
    const { certificate, has_ca_root } = await info(main(), 'plain');
    expect(has_ca_root).toBe(true);
    expect(certificate?.names).toContain('DNS:registry.example');
    expect(certificate?.warnings).toEqual([]);
    expect(await info(main())).not.toHaveProperty('certificate');
  });

  it('warns of a name that is not covered, a key that all may read, and a near end', async () => {
    const served = await serve('warned', { externalUrl: 'https://hub.example' });
    const { tls } = served;
    await cert('server', 'short.example', '127.0.0.1', '--dir', tls, '--days', '10', '--key', 'ec-p256');
    const pair = { certificate: join(tls, 'short.example.crt'), key: join(tls, 'short.example.key') };
    chmodSync(pair.key, 0o644);
    writeFileSync(served.config.tls?.certificate ?? '', readFileSync(pair.certificate));
    writeFileSync(served.config.tls?.key ?? '', readFileSync(pair.key));
    chmodSync(served.config.tls?.key ?? '', 0o644);
    const codes = (await info(served, 'admin')).certificate?.warnings.map(({ code }) => code).sort();
    expect(codes).toEqual(['expires-soon', 'key-exposed', 'name-mismatch']);
  });

  it('says what is wrong when the files cannot be used', async () => {
    const served = await serve('unusable');
    const ca = readFileSync(join(served.tls, 'ca.crt'));
    writeFileSync(served.config.tls?.certificate ?? '', 'broken');
    const answer = await ask('/api/v2.0/systeminfo', { to: served, as: 'admin', ca });
    expect((JSON.parse(answer.text) as Info).certificate?.warnings.map(({ code }) => code)).toEqual(['unusable']);
  });
});
