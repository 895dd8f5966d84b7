import { createPrivateKey, X509Certificate } from 'node:crypto';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { certificateStatus, certificateWithKey, issuedCertificate } from '@berth/api-contract';
import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { cert, messageOf, type Served, type TlsAnswer, useTlsServers } from '../testing/tls-servers.ts';

const { serve, ask, main } = useTlsServers();
const PATH = '/api/v2.0/system/certificates';

type WithKey = z.output<typeof certificateWithKey>;
type Issued = z.output<typeof issuedCertificate>;
type Status = z.output<typeof certificateStatus>;

const read = <T>(answer: TlsAnswer): T => JSON.parse(answer.text) as T;
const issue = (body: object, to?: Served): Promise<TlsAnswer> =>
  ask(`${PATH}/with-key`, { method: 'POST', as: 'admin', body, ...(to === undefined ? {} : { to }) });
const listed = async (query = ''): Promise<Issued[]> => read(await ask(`${PATH}${query}`, { as: 'admin' }));

describe('POST /system/certificates/with-key', () => {
  it('answers a key and its certificate, which the CA that clients trust has issued, and keeps the key nowhere', async () => {
    const answer = await issue({ names: ['Web.Example', '192.0.2.7', '*.web.example'], key_type: 'ec-p384', days: 90 });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    const { certificate, private_key: key, serial, warnings } = read<WithKey>(answer);
    expect(warnings).toEqual([]);
    const leaf = new X509Certificate(certificate);
    const ca = new X509Certificate((await ask('/api/v2.0/systeminfo/getcert')).bytes);
    expect(leaf.verify(ca.publicKey) && leaf.checkIssued(ca)).toBe(true);
    expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(leaf.subjectAltName).toBe('DNS:web.example, IP Address:192.0.2.7, DNS:*.web.example');
    expect(leaf.serialNumber.toLowerCase().replace(/^0+/, '')).toBe(serial);
    expect(answer.headers['location']).toBe(`${PATH}/${serial}`);
    expect(readFileSync(join(main().tls, 'ca.ledger.json'), 'utf8')).not.toContain('PRIVATE');
  });

  it.each([
    [['IP:cdh1'], /is a name, not an IP address/],
    [['registry.example:8443'], /has a port/],
    [['10.0.0.0/8'], /each host on its own/],
    [['a b.example'], /is not a DNS name/],
    [['registry.example', '300.1.1.1'], /looks like an IPv4 address/],
    [[], /names cannot be used/],
    [['x'.repeat(301)], /names.0 cannot be used/],
    [Array.from({ length: 201 }, (_, index) => `h${index}.example`), /names cannot be used/],
  ])('refuses %j with the reason, and records nothing', async (names, reason) => {
    const before = readFileSync(join(main().tls, 'ca.ledger.json'), 'utf8');
    const answer = await issue({ names });
    expect(answer.status).toBe(400);
    expect(messageOf(answer)).toMatch(reason);
    expect(messageOf(answer)).toMatch(/Nothing was (issued|changed)\.$/);
    expect(readFileSync(join(main().tls, 'ca.ledger.json'), 'utf8')).toBe(before);
  });

  it('warns of a name that docker takes for Docker Hub', async () => {
    expect(read<WithKey>(await issue({ names: ['cdh1'] })).warnings[0]).toContain('docker.io');
  });

  it('says in words that the key of the CA is encrypted, without its password', async () => {
    const locked = await serve('locked');
    await cert('convert', join(locked.tls, 'ca.key'), '--out', join(locked.tls, 'ca.pkcs8.key'), ...encryptedWith(locked));
    writeFileSync(join(locked.tls, 'ca.key'), readFileSync(join(locked.tls, 'ca.pkcs8.key')));
    const answer = await issue({ names: ['x.example'] }, locked);
    expect(answer.status).toBe(400);
    expect(messageOf(answer)).toContain('is encrypted');
    const status = read<Status>(await ask(`${PATH}/status`, { to: locked, as: 'admin' }));
    expect(status.authority.problem).toContain('is encrypted');
    expect(status.authority.certificate?.subject).toContain('Berth CA');
  });

  function encryptedWith(served: Served): string[] {
    const file = join(served.tls, 'password');
    writeFileSync(file, 'Secret-Word-1\n');
    chmodSync(file, 0o600);
    return ['--out-password-file', file];
  }
});

describe('what was issued', () => {
  it('is listed by name, a page at a time, the latest first, and told of one by one', async () => {
    for (const name of ['one.list.example', 'two.list.example']) await issue({ names: [name, '198.51.100.4'] });
    const found = await listed('?q=name%3D~list.example');
    expect(found.map(({ name }) => name)).toEqual(['two.list.example', 'one.list.example']);
    expect(found[0]?.names).toEqual(['DNS:two.list.example', 'IP:198.51.100.4']);
    expect((await listed('?q=name%3D~198.51.100.4&page_size=1&page=2')).map(({ name }) => name)).toEqual(['one.list.example']);
    const one = await ask(`${PATH}/${found[0]?.serial}`, { as: 'admin' });
    expect(read<Issued>(one)).toEqual(found[0]);
    expect((await ask(`${PATH}/0a`, { as: 'admin' })).status).toBe(404);
    expect((await ask(`${PATH}/zz`, { as: 'admin' })).status).toBe(422);
  });

  it('is revoked once, with a reason, and OCSP says so at once', async () => {
    const { certificate, serial } = read<WithKey>(await issue({ names: ['gone.example'] }));
    const file = join(main().tls, 'gone.crt');
    writeFileSync(file, certificate);
    const query = () => cert('ocsp', file, '--url', `http://127.0.0.1:${main().http}/ocsp`, '--dir', main().tls);
    expect(await query()).toContain('good');
    const revoke = (reason: string) => ask(`${PATH}/${serial}/revocation`, { method: 'POST', as: 'admin', body: { reason } });
    expect((await revoke('because')).status).toBe(400);
    const answer = await revoke('keyCompromise');
    expect(answer.status, answer.text).toBe(200);
    expect(read<Issued>(answer)).toMatchObject({ serial, revocation_reason: 'keyCompromise' });
    await expect(query()).rejects.toThrow(/revoked since/);
    expect(read<Issued>(await revoke('superseded')).revocation_reason).toBe('keyCompromise');
    expect((await ask(`${PATH}/0a/revocation`, { method: 'POST', as: 'admin', body: {} })).status).toBe(404);
  });

  it('is in the audit log by its serial number, and the key is not', async () => {
    const { serial } = read<WithKey>(await issue({ names: ['audited.example'] }));
    const log = await ask('/api/v2.0/auditlog-exts?page_size=100', { as: 'admin' });
    expect(log.text).toContain(`/system/certificates/${serial}`);
    expect(log.text).not.toContain('PRIVATE KEY');
  });
});

describe('GET /system/certificates/status', () => {
  it('shows the chain, and nothing to hold against it where the name fits', async () => {
    const host = `127.0.0.1:${main().https}`;
    const status = read<Status>(await ask(`${PATH}/status`, { as: 'admin', headers: { host } }));
    expect(status).toMatchObject({ source: 'files', host, warnings: [], refusals: [], ca_directory: main().tls });
    expect(status.chain[0]?.names).toContain('DNS:registry.example');
    expect(status.chain.at(-1)?.self_signed).toBe(true);
    expect(status.authority.problem).toBeUndefined();
    expect(status.authority.certificate?.sha256).toBe(status.chain.at(-1)?.sha256);
  });

  it("tells docker's and the browser's own words where the external URL's name is not covered", async () => {
    const served = await serve('misnamed', { externalUrl: 'https://hub.example:8443' });
    const status = read<Status>(await ask(`${PATH}/status`, { to: served, as: 'admin' }));
    expect(status.host).toBe('hub.example:8443');
    expect(status.warnings.map(({ code }) => code)).toEqual(['name-mismatch']);
    expect(status.refusals).toMatchObject([
      {
        client: 'docker',
        message: expect.stringContaining('Get "https://hub.example:8443/v2/": tls: failed to verify certificate: x509: '),
      },
      { client: 'browser', message: 'NET::ERR_CERT_COMMON_NAME_INVALID' },
    ]);
  });

  it('says what to do without TLS, and with files that cannot be used', async () => {
    const none = await serve('no-tls', {}, false);
    const status = read<Status>(await ask(`${PATH}/status`, { to: none, plain: true, as: 'admin' }));
    expect(status).toMatchObject({ source: 'none', chain: [], warnings: [] });
    expect(status.authority.problem).toContain(`berth cert ca --dir ${none.tls}`);
    expect(await read(await ask(PATH, { to: none, plain: true, as: 'admin' }))).toEqual([]);
    const broken = await serve('broken');
    rmSync(broken.config.tls?.key ?? '');
    const second = read<Status>(await ask(`${PATH}/status`, { to: broken, as: 'admin' }));
    expect(second).toMatchObject({ source: 'files', chain: [], warnings: [{ code: 'unusable' }] });
  });
});

describe('GET /systeminfo/getcert?format=der', () => {
  it('is the same CA in other clothes', async () => {
    const der = await ask('/api/v2.0/systeminfo/getcert?format=der');
    expect(der.headers['content-disposition']).toBe('attachment; filename="ca.cer"');
    expect(der.bytes[0]).toBe(0x30);
    expect(new X509Certificate(der.bytes).fingerprint256).toBe(
      new X509Certificate((await ask('/api/v2.0/systeminfo/getcert')).bytes).fingerprint256,
    );
    expect((await ask('/api/v2.0/systeminfo/getcert?format=pfx')).status).toBe(422);
  });
});
