import { X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureAutoCertificate } from '@berth/certs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Config, loadConfig } from '../config.ts';
import { Metrics } from '../http/metrics.ts';
import { createLogger } from '../logging.ts';
import { StartError } from './start-error.ts';
import { followCertificate, makeCertificate, tlsDirectory } from './tls-certificate.ts';

interface LogRecord {
  readonly level: string;
  readonly code?: string;
  readonly msg: string;
}

let folder: string;
let records: LogRecord[];
let unfollow: () => void;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'berth-tls-'));
  records = [];
  unfollow = () => undefined;
});
afterEach(() => {
  unfollow();
  rmSync(folder, { recursive: true });
});

const logger = createLogger({ level: 'info', destination: { write: (line) => void records.push(JSON.parse(line) as LogRecord) } });

/** As `berth serve --tls auto` is configured. */
function autoConfig(env: Readonly<Record<string, string>> = {}): Config {
  return loadConfig({}, { BERTH_DATA: folder, BERTH_TLS: 'auto', ...env }).config;
}

async function follow(config: Config): Promise<{ metrics: Metrics; reloads: () => number }> {
  const metrics = new Metrics();
  let reloads = 0;
  unfollow = await followCertificate({ config, logger, metrics, reload: () => (reloads += 1) });
  return { metrics, reloads: () => reloads };
}

async function gauge(metrics: Metrics, name: string): Promise<number> {
  const line = (await metrics.registry.metrics()).split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.split(' ')[1]);
}

const warned = () => records.filter(({ level }) => level === 'warn').map(({ code }) => code);

describe('--tls auto', () => {
  it('makes CA and certificate for the names of the host and the external URL at the first start, and keeps them at the next', async () => {
    const config = autoConfig({ BERTH_EXTERNAL_URL: 'https://hub.example:8443' });
    await makeCertificate(config, logger);
    const { certificate = '', key = '' } = config.tls ?? {};
    const made = new X509Certificate(readFileSync(certificate));
    expect(made.subjectAltName).toMatch(/DNS:hub\.example.*DNS:localhost.*IP Address:127\.0\.0\.1/);
    expect(made.verify(new X509Certificate(readFileSync(join(tlsDirectory(config), 'ca.crt'))).publicKey)).toBe(true);
    expect(statSync(key).mode & 0o777).toBe(0o600);
    expect(records.map(({ msg }) => msg).join()).toContain('berth cert install');
    records = [];
    await makeCertificate(config, logger);
    expect(new X509Certificate(readFileSync(certificate)).fingerprint256).toBe(made.fingerprint256);
    expect(records).toEqual([]);
  });

  it('makes the certificate again under the same CA when the external URL has another name', async () => {
    await makeCertificate(autoConfig(), logger);
    const ca = readFileSync(join(tlsDirectory({ dataDir: folder }), 'ca.crt'), 'utf8');
    const config = autoConfig({ BERTH_EXTERNAL_URL: 'https://hub.example' });
    await makeCertificate(config, logger);
    expect(new X509Certificate(readFileSync(config.tls?.certificate ?? '')).checkHost('hub.example')).toBe('hub.example');
    expect(readFileSync(join(tlsDirectory(config), 'ca.crt'), 'utf8')).toBe(ca);
  });

  it('makes nothing without it, and refuses to start in a sentence when it cannot write', async () => {
    await makeCertificate(loadConfig({}, { BERTH_DATA: folder }).config, logger);
    expect(existsSync(join(folder, 'tls'))).toBe(false);
    writeFileSync(join(folder, 'tls'), 'a file in the way');
    const failure = await makeCertificate(autoConfig(), logger).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StartError);
    expect((failure as Error).message).toMatch(/^The TLS certificate could not be made\. .+/);
  });
});

describe('warnings at start', () => {
  it('are none for a good pair, whose end is measured', async () => {
    const config = autoConfig();
    await makeCertificate(config, logger);
    const { metrics } = await follow(config);
    expect(warned()).toEqual([]);
    expect(await gauge(metrics, 'berth_tls_certificate_warnings')).toBe(0);
    const end = Date.parse(new X509Certificate(readFileSync(config.tls?.certificate ?? '')).validTo) / 1000;
    expect(await gauge(metrics, 'berth_tls_certificate_not_after_seconds')).toBe(end);
  });

  it('name a key that others may read and a host that is not covered, each with the command that mends it', async () => {
    const config = autoConfig();
    await makeCertificate(config, logger);
    chmodSync(config.tls?.key ?? '', 0o644);
    const { metrics } = await follow({ ...config, externalUrl: 'https://hub.example' });
    expect(warned()).toEqual(['key-exposed', 'name-mismatch']);
    expect(records.filter(({ level }) => level === 'warn').every(({ msg }) => msg.includes('Run: '))).toBe(true);
    expect(await gauge(metrics, 'berth_tls_certificate_warnings')).toBe(2);
  });

  it('say that a pair cannot be looked at, and the end is then unknown', async () => {
    const config = autoConfig();
    const { metrics } = await follow(config);
    expect(records.map(({ level, msg }) => `${level}: ${msg}`)).toEqual(['warn: the TLS certificate could not be looked at']);
    expect(await gauge(metrics, 'berth_tls_certificate_not_after_seconds')).toBe(0);
  });
});

describe('when the files change', () => {
  it('reloads a pair that fits; keeps the old one and says why when it does not', { timeout: 60_000 }, async () => {
    const config = autoConfig();
    await makeCertificate(config, logger);
    const { metrics, reloads } = await follow(config);
    const other = await ensureAutoCertificate({ directory: join(folder, 'other'), hosts: ['other.example'] });
    const before = await gauge(metrics, 'berth_tls_certificate_not_after_seconds');
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    writeFileSync(config.tls?.certificate ?? '', readFileSync(other.certificate));
    await vi.waitFor(() => expect(records.some(({ level }) => level === 'error')).toBe(true), { timeout: 20_000 });
    expect(records.find(({ level }) => level === 'error')?.msg).toContain('the pair in use stays');
    expect(reloads()).toBe(0);
    expect(await gauge(metrics, 'berth_tls_certificate_not_after_seconds')).toBe(before);
    writeFileSync(config.tls?.key ?? '', readFileSync(other.key));
    await vi.waitFor(() => expect(reloads()).toBe(1), { timeout: 20_000 });
  });
});
