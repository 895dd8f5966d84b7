import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { KEYS, type KeyName } from './config/keys.ts';
import { describeConfig } from './config/describe.ts';
import { ConfigError, type ConfigFlags, loadConfig } from './config.ts';

const directory = mkdtempSync(join(tmpdir(), 'berth-config-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let files = 0;
function file(content: string): string {
  files += 1;
  const path = join(directory, `file-${files}`);
  writeFileSync(path, content);
  return path;
}

function problemsOf(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

const BEFORE = { BERTH_STORAGE_PREVIOUS: 's3', BERTH_PREVIOUS_S3_BUCKET: 'b' };
/** S3 settings count only with S3 chosen, TLS files only together. */
const BESIDE: Partial<Record<KeyName, Record<string, string>>> = {
  httpsPort: { BERTH_TLS_CERT: '/c', BERTH_TLS_KEY: '/k' },
  tlsMode: { BERTH_TLS_CERT: '/c', BERTH_TLS_KEY: '/k' },
  tlsCertificate: { BERTH_TLS_KEY: '/k' },
  tlsKey: { BERTH_TLS_CERT: '/c' },
  storage: { BERTH_S3_BUCKET: 'b' },
  s3Endpoint: { BERTH_STORAGE: 's3', BERTH_S3_BUCKET: 'b' },
  s3Region: { BERTH_STORAGE: 's3', BERTH_S3_BUCKET: 'b' },
  s3Bucket: { BERTH_STORAGE: 's3' },
  s3Prefix: { BERTH_STORAGE: 's3', BERTH_S3_BUCKET: 'b' },
  s3AccessKeyId: { BERTH_STORAGE: 's3', BERTH_S3_BUCKET: 'b', BERTH_S3_SECRET_ACCESS_KEY: 's' },
  s3SecretAccessKey: { BERTH_STORAGE: 's3', BERTH_S3_BUCKET: 'b', BERTH_S3_ACCESS_KEY_ID: 'a' },
  s3ForcePathStyle: { BERTH_STORAGE: 's3', BERTH_S3_BUCKET: 'b' },
  s3ServerSideEncryption: { BERTH_STORAGE: 's3', BERTH_S3_BUCKET: 'b' },
  s3KmsKeyId: { BERTH_STORAGE: 's3', BERTH_S3_BUCKET: 'b', BERTH_S3_SERVER_SIDE_ENCRYPTION: 'aws:kms' },
  s3StorageClass: { BERTH_STORAGE: 's3', BERTH_S3_BUCKET: 'b' },
  s3PartSize: { BERTH_STORAGE: 's3', BERTH_S3_BUCKET: 'b' },
  s3Redirect: { BERTH_STORAGE: 's3', BERTH_S3_BUCKET: 'b' },
  previousStorage: { BERTH_STORAGE: 's3', BERTH_S3_BUCKET: 'b' },
  previousS3Endpoint: BEFORE,
  previousS3Region: BEFORE,
  previousS3Bucket: { BERTH_STORAGE_PREVIOUS: 's3' },
  previousS3Prefix: BEFORE,
  previousS3AccessKeyId: { ...BEFORE, BERTH_PREVIOUS_S3_SECRET_ACCESS_KEY: 's' },
  previousS3SecretAccessKey: { ...BEFORE, BERTH_PREVIOUS_S3_ACCESS_KEY_ID: 'a' },
  previousS3ForcePathStyle: BEFORE,
};

/** A good value, where it lands, and bad ones. */
const TABLE: Record<KeyName, { good: string; lands: Record<string, unknown>; bad: readonly string[] }> = {
  data: { good: '/srv/berth', lands: { dataDir: '/srv/berth' }, bad: [] },
  host: { good: '0.0.0.0', lands: { host: '0.0.0.0' }, bad: ['not a host', 'http://x'] },
  httpPort: { good: '80', lands: { httpPort: 80 }, bad: ['eighty', '65536', '-1', '8080.5'] },
  httpsPort: { good: '443', lands: { tls: { port: 443, certificate: '/c', key: '/k' } }, bad: ['x', '70000'] },
  tlsMode: { good: 'files', lands: { tls: { port: 8443, certificate: '/c', key: '/k' } }, bad: ['yes', 'AUTO'] },
  tlsCertificate: { good: '/tls/c.crt', lands: { tls: { port: 8443, certificate: '/tls/c.crt', key: '/k' } }, bad: [] },
  tlsKey: { good: '/tls/c.key', lands: { tls: { port: 8443, certificate: '/c', key: '/tls/c.key' } }, bad: [] },
  externalUrl: {
    good: 'https://registry.example.com/',
    lands: { externalUrl: 'https://registry.example.com' },
    bad: ['registry.example.com', 'ftp://x', 'https://x/registry', 'https://user:pw@x', 'https://x/?a=b'],
  },
  trustedProxies: {
    good: '127.0.0.1, 10.0.0.0/8,::1',
    lands: { trustedProxies: ['127.0.0.1', '10.0.0.0/8', '::1'] },
    bad: ['proxy.example.com', '10.0.0.0/33', '10.0.0.0/8/8', '10.0.0.0/'],
  },
  workers: { good: '3', lands: { workers: 3 }, bad: ['0', '65', 'many'] },
  databaseUrl: {
    good: 'postgres://u:secret@db/berth',
    lands: { database: { kind: 'url', url: 'postgres://u:secret@db/berth' } },
    bad: ['mysql://u:secret@db/x', 'secret'],
  },
  storage: { good: 'disk', lands: { storage: { type: 'disk' } }, bad: ['gcs', 'S3'] },
  s3Endpoint: {
    good: 'http://rgw:7480',
    lands: { storage: { s3: { endpoint: 'http://rgw:7480', forcePathStyle: true } } },
    bad: ['rgw:7480'],
  },
  s3Region: { good: 'eu-central-1', lands: { storage: { s3: { region: 'eu-central-1' } } }, bad: [] },
  s3Bucket: { good: 'layers', lands: { storage: { type: 's3', s3: { bucket: 'layers', redirect: true } } }, bad: [] },
  s3Prefix: { good: 'berth/', lands: { storage: { s3: { prefix: 'berth/' } } }, bad: [] },
  s3AccessKeyId: { good: 'AKIA', lands: { storage: { s3: { credentials: { accessKeyId: 'AKIA', secretAccessKey: 's' } } } }, bad: [] },
  s3SecretAccessKey: { good: 'xyz', lands: { storage: { s3: { credentials: { accessKeyId: 'a', secretAccessKey: 'xyz' } } } }, bad: [] },
  s3ForcePathStyle: { good: 'yes', lands: { storage: { s3: { forcePathStyle: true } } }, bad: ['perhaps'] },
  s3ServerSideEncryption: { good: 'AES256', lands: { storage: { s3: { serverSideEncryption: 'AES256' } } }, bad: ['yes', 'aes256'] },
  s3KmsKeyId: { good: 'key-1', lands: { storage: { s3: { kmsKeyId: 'key-1', serverSideEncryption: 'aws:kms' } } }, bad: [] },
  s3StorageClass: { good: 'STANDARD_IA', lands: { storage: { s3: { storageClass: 'STANDARD_IA' } } }, bad: [] },
  s3PartSize: { good: '16', lands: { storage: { s3: { partSize: 16 * 1024 * 1024 } } }, bad: ['4', '1025', '8MiB'] },
  s3Redirect: { good: 'false', lands: { storage: { s3: { redirect: false } } }, bad: ['2'] },
  previousStorage: { good: 'disk', lands: { previousStorage: { type: 'disk' }, storage: { type: 's3' } }, bad: ['gcs', 'S3'] },
  previousS3Endpoint: {
    good: 'http://rgw:7480',
    lands: { previousStorage: { s3: { endpoint: 'http://rgw:7480', forcePathStyle: true } } },
    bad: ['rgw:7480', 'ftp://rgw'],
  },
  previousS3Region: { good: 'eu-central-1', lands: { previousStorage: { s3: { region: 'eu-central-1' } } }, bad: [] },
  previousS3Bucket: { good: 'layers', lands: { previousStorage: { type: 's3', s3: { bucket: 'layers' } } }, bad: [] },
  previousS3Prefix: { good: 'berth/', lands: { previousStorage: { s3: { prefix: 'berth/' } } }, bad: [] },
  previousS3AccessKeyId: { good: 'AKIA', lands: { previousStorage: { s3: { credentials: { accessKeyId: 'AKIA' } } } }, bad: [] },
  previousS3SecretAccessKey: { good: 'xyz', lands: { previousStorage: { s3: { credentials: { secretAccessKey: 'xyz' } } } }, bad: [] },
  previousS3ForcePathStyle: { good: 'yes', lands: { previousStorage: { s3: { forcePathStyle: true } } }, bad: ['perhaps'] },
  adminPassword: { good: 'First-Passw0rd', lands: { adminPassword: 'First-Passw0rd' }, bad: ['Harbor12345', 'x'.repeat(129)] },
  secretKey: { good: 'k'.repeat(32), lands: { secretKey: 'k'.repeat(32) }, bad: ['short'] },
  metricsEnabled: { good: 'off', lands: { metrics: { enabled: false } }, bad: ['maybe'] },
  metricsPort: { good: '9191', lands: { metrics: { port: 9191 } }, bad: ['x'] },
  logLevel: { good: 'warning', lands: { logLevel: 'warn' }, bad: ['loud'] },
  upgradeBackup: { good: 'optional', lands: { upgrade: { backup: 'optional' } }, bad: ['yes', 'OFF'] },
  upgradeBackupPlace: { good: 's3://safe/berth', lands: { upgrade: { place: 's3://safe/berth' } }, bad: [] },
  upgradeBackupKeep: { good: '5', lands: { upgrade: { keep: 5 } }, bad: ['0', '1000', 'all'] },
  farewellSeconds: { good: '5', lands: { farewellSeconds: 5 }, bad: ['-1', 'x'] },
  drainSeconds: { good: '5', lands: { drainSeconds: 5 }, bad: ['-1', 'x'] },
};
const NAMES = Object.keys(KEYS) as KeyName[];
const rows = NAMES.map((name) => ({ name, ...KEYS[name], ...TABLE[name] }));
const badRows = rows.flatMap((row) => row.bad.map((value) => ({ ...row, value })));

/** `a.b.c` and a value as YAML. */
function yaml(path: string, value: string): string {
  const parts = path.split('.');
  return `${parts.map((part, depth) => `${'  '.repeat(depth)}${part}:`).join('\n')} ${JSON.stringify(value)}\n`;
}

describe.each(rows)('$env', (row) => {
  const beside = BESIDE[row.name] ?? {};

  it('is read from the environment', () => {
    expect(loadConfig({}, { ...beside, [row.env]: row.good }).config).toMatchObject(row.lands);
  });

  it('is read from berth.yml, and the environment wins over it', () => {
    const { path } = row;
    const named = { BERTH_CONFIG: file(yaml(path, row.good)) };
    expect(loadConfig({}, { ...beside, ...named }).config).toMatchObject(row.lands);
    if (row.bad[0] === undefined) return;
    const wrongFile = { BERTH_CONFIG: file(yaml(path, row.bad[0])) };
    expect(loadConfig({}, { ...beside, ...wrongFile, [row.env]: row.good }).config).toMatchObject(row.lands);
  });

  it('is won by a flag', () => {
    const flags: ConfigFlags = { values: { [row.name]: { value: row.good, flag: '--flag' } } };
    expect(loadConfig(flags, { ...beside, [row.env]: row.bad[0] ?? 'other' }).config).toMatchObject(row.lands);
  });

  if ('secret' in row)
    it('is read from a file that its _FILE variable names, without the last line break', () => {
      expect(loadConfig({}, { ...beside, [`${row.env}_FILE`]: file(`${row.good}\n`) }).config).toMatchObject(row.lands);
    });

  if ('secret' in row)
    it('is never shown', () => {
      const loaded = loadConfig({}, { ...beside, [row.env]: row.good });
      expect(JSON.stringify(describeConfig(loaded))).not.toContain(row.good);
    });

  it('counts as absent when empty', () => {
    expect(loadConfig({}, { [row.env]: '' }).config).toEqual(loadConfig({}, {}).config);
  });
});

it.each(badRows)('$env refuses $value in a sentence that names the variable', ({ env, value, name, right }) => {
  const [problem = ''] = problemsOf(() => loadConfig({}, { ...BESIDE[name], [env]: value }));
  expect(problem).toContain(env);
  if (value !== 'Harbor12345') expect(problem).toContain(right);
});

it.each(badRows.filter((row) => 'path' in row))('$path refuses $value and names file and key', ({ path, value, name }) => {
  const config = file(yaml(path ?? '', value));
  const [problem = ''] = problemsOf(() => loadConfig({ config }, { ...BESIDE[name] }));
  expect(problem).toContain(path);
  expect(problem).toContain(config);
});

it('never repeats a wrong secret', () => {
  const problems = problemsOf(() => loadConfig({}, { BERTH_SECRET_KEY: 'hunter2', BERTH_DATABASE_URL: 'mysql://root:hunter2@x' }));
  expect(problems).toHaveLength(2);
  expect(problems.join()).not.toContain('hunter2');
});

it('reports every problem at once', () => {
  expect(problemsOf(() => loadConfig({}, { BERTH_HTTP_PORT: 'x', BERTH_LOG_LEVEL: 'x', BERTH_STORAGE: 's3' }))).toHaveLength(3);
});

it('has the defaults of the contract', () => {
  const { config } = loadConfig({}, {});
  expect(config).toMatchObject({
    dataDir: join(process.cwd(), 'data'),
    host: '127.0.0.1',
    httpPort: 8080,
    database: { kind: 'embedded' },
    storage: { type: 'disk' },
    metrics: { enabled: true, port: 9090 },
    logLevel: 'info',
    trustedProxies: [],
  });
  expect(config.tls).toBeUndefined();
  expect(config.externalUrl).toBeUndefined();
  expect(config.adminPassword).toBeUndefined();
});

describe('combinations', () => {
  it.each([{ BERTH_TLS_CERT: '/c' }, { BERTH_TLS_KEY: '/k' }])('half a TLS pair is refused: %o', (env) => {
    expect(problemsOf(() => loadConfig({}, env))[0]).toMatch(/TLS needs both/);
  });

  it.each([{ BERTH_S3_ACCESS_KEY_ID: 'a' }, { BERTH_S3_SECRET_ACCESS_KEY: 's' }])('half a key pair is refused: %o', (env) => {
    expect(problemsOf(() => loadConfig({}, { BERTH_STORAGE: 's3', BERTH_S3_BUCKET: 'b', ...env }))[0]).toMatch(/belong together/);
  });

  it('a secret and its file together are refused', () => {
    const env = { BERTH_SECRET_KEY: 'k'.repeat(32), BERTH_SECRET_KEY_FILE: file('x') };
    expect(problemsOf(() => loadConfig({}, env))[0]).toMatch(/both set/);
  });

  it('a secret file that is missing or empty is refused', () => {
    expect(problemsOf(() => loadConfig({}, { BERTH_ADMIN_PASSWORD_FILE: '/nowhere/x' }))[0]).toMatch(/\/nowhere\/x, which cannot be read/);
    expect(problemsOf(() => loadConfig({}, { BERTH_ADMIN_PASSWORD_FILE: file('\n') }))[0]).toMatch(/is empty/);
  });
});

describe('the file', () => {
  it.each([
    ['a list', '- a\n', /must hold settings/],
    ['broken YAML', 'a: [1\n', /not valid YAML/],
  ])('%s is refused', (_what, content, sentence) => {
    expect(problemsOf(() => loadConfig({ config: file(content) }, {}))[0]).toMatch(sentence);
  });

  it('that was named must exist', () => {
    expect(problemsOf(() => loadConfig({ config: join(directory, 'absent.yml') }, {}))[0]).toMatch(/absent\.yml cannot be read/);
  });

  it('may be empty', () => {
    expect(loadConfig({ config: file('# nothing\n') }, {}).config).toEqual(loadConfig({}, {}).config);
  });

  it('resolves its paths from where it stands', () => {
    expect(loadConfig({ config: file('data_volume: here') }, {}).config.dataDir).toBe(join(directory, 'here'));
  });

  it('takes real YAML numbers, booleans and lists', () => {
    const config = file('http: {port: 81}\nmetric: {enabled: false}\ntrusted_proxies: [10.0.0.1]\n');
    expect(loadConfig({ config }, {}).config).toMatchObject({ httpPort: 81, metrics: { enabled: false }, trustedProxies: ['10.0.0.1'] });
  });

  it('warns of unknown keys', () => {
    const { warnings } = loadConfig({ config: file('htpp: {port: 1}\n') }, {});
    expect(warnings).toEqual([expect.stringContaining('htpp.port')]);
  });
});

describe('unknown variables', () => {
  it('are warned of with the nearest name', () => {
    const { warnings } = loadConfig({}, { BERTH_HTP_PORT: '1', BERTH_ADMIN_PASSWORD_FILES: 'x', BERTH_TEST_DATABASE_URL: 'x' });
    expect(warnings).toEqual([expect.stringContaining('BERTH_HTTP_PORT?'), expect.stringContaining('BERTH_ADMIN_PASSWORD_FILE?')]);
  });
});

describe("Harbor's harbor.yml", () => {
  const HARBOR = `
hostname: registry.example.com
http: {port: 80}
https: {port: 443, certificate: /c.crt, private_key: /c.key}
harbor_admin_password: Own-Passw0rd
database: {password: root123, max_idle_conns: 100, max_open_conns: 900}
data_volume: /data
trivy: {ignore_unfixed: false, timeout: 5m0s}
jobservice: {max_job_workers: 10, job_loggers: [STD_OUTPUT, FILE]}
notification: {webhook_job_max_retry: 3}
log: {level: warning, local: {rotate_count: 50, location: /var/log/harbor}}
_version: 2.15.0
proxy: {http_proxy: , components: [core, jobservice]}
upload_purging: {enabled: true, age: 168h}
cache: {enabled: false, expire_hours: 24}
metric: {enabled: true, port: 9191, path: /metrics}
`;

  it('starts Berth as it is', () => {
    const { config, warnings } = loadConfig({ config: file(HARBOR) }, {});
    expect(config).toMatchObject({
      externalUrl: 'https://registry.example.com',
      httpPort: 80,
      tls: { port: 443, certificate: '/c.crt', key: '/c.key' },
      adminPassword: 'Own-Passw0rd',
      dataDir: '/data',
      logLevel: 'warn',
      metrics: { enabled: true, port: 9191 },
      database: { kind: 'embedded' },
    });
    expect(warnings).toHaveLength(1);
    for (const name of ['trivy', 'jobservice', 'database', 'cache', 'log.local', 'metric.path']) expect(warnings[0]).toContain(`${name} (`);
  });

  it('derives the external URL as Harbor does', () => {
    const url = (text: string): string | undefined => loadConfig({ config: file(text) }, {}).config.externalUrl;
    expect(url('hostname: r.example.com\nhttp: {port: 80}')).toBe('http://r.example.com');
    expect(url('hostname: r.example.com\nhttp: {port: 8085}')).toBe('http://r.example.com:8085');
    expect(url('hostname: r.example.com\nhttps: {port: 8443, certificate: /c, private_key: /k}')).toBe('https://r.example.com:8443');
    expect(url('hostname: r.example.com\nexternal_url: https://other.example.com')).toBe('https://other.example.com');
    expect(url('hostname: reg.mydomain.com')).toBeUndefined();
  });

  it('translates the external database and S3', () => {
    const { config } = loadConfig(
      {
        config: file(`
external_database: {harbor: {host: db, port: 5433, db_name: registry, username: ha rbor, password: "p@ss", ssl_mode: verify-full, max_idle_conns: 2}}
storage_service: {s3: {accesskey: A, secretkey: S, region: eu-west-1, bucket: layers, rootdirectory: /x, v4auth: true}, redirect: {disable: true}}
`),
      },
      {},
    );
    expect(config.database).toEqual({ kind: 'url', url: 'postgres://ha%20rbor:p%40ss@db:5433/registry?sslmode=verify-full' });
    expect(config.storage).toMatchObject({
      s3: { bucket: 'layers', region: 'eu-west-1', prefix: '/x', redirect: false, credentials: { accessKeyId: 'A', secretAccessKey: 'S' } },
    });
  });

  it('translates encryption and storage class of S3, and wants a key to come with its kind', () => {
    const encrypted = file('storage_service: {s3: {bucket: b, region: r, encrypt: true, keyid: k, storageclass: STANDARD_IA}}');
    expect(loadConfig({ config: encrypted }, {}).config.storage).toMatchObject({
      s3: { serverSideEncryption: 'aws:kms', kmsKeyId: 'k', storageClass: 'STANDARD_IA' },
    });
    const keyAlone = { BERTH_STORAGE: 's3', BERTH_S3_BUCKET: 'b', BERTH_S3_KMS_KEY_ID: 'k' };
    expect(problemsOf(() => loadConfig({}, keyAlone))[0]).toMatch(/BERTH_S3_KMS_KEY_ID names a key, but .* set it too/);
  });

  it('refuses a storage that Berth cannot read, since an empty registry would look like loss', () => {
    expect(problemsOf(() => loadConfig({ config: file('storage_service: {gcs: {bucket: x}}') }, {}))[0]).toMatch(/storage_service\.gcs/);
  });

  it("refuses Harbor's default password", () => {
    expect(problemsOf(() => loadConfig({ config: file('harbor_admin_password: Harbor12345') }, {}))[0]).toMatch(/well-known/);
  });
});
