import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../config.ts';
import { importHarborConfig } from './import-harbor.ts';

const folder = mkdtempSync(join(tmpdir(), 'berth-import-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const HARBOR = `
hostname: harbor.example.com
http:
  port: 80
https:
  port: 8443
  certificate: /data/cert/server.crt
  private_key: /data/cert/server.key
harbor_admin_password: Harbor12345
data_volume: /data
external_database:
  harbor:
    host: db.example.com
    port: 5432
    db_name: registry
    username: harbor
    password: s3cret/word
    ssl_mode: require
storage_service:
  s3:
    accesskey: key
    secretkey: hidden
    region: eu-central-1
    bucket: images
  redirect:
    disable: true
trivy:
  ignore_unfixed: false
_version: 2.13.0
`;

it('makes a file that Berth reads to the same effect, and tells what is left out', () => {
  const { text, warnings } = importHarborConfig(write('harbor.yml', HARBOR));
  expect(parse(text)).toMatchObject({
    external_url: 'https://harbor.example.com:8443',
    https: { certificate: '/data/cert/server.crt' },
    storage: { type: 's3', s3: { bucket: 'images', region: 'eu-central-1', redirect: false } },
  });
  const { config, warnings: later } = loadConfig({ config: write('berth.yml', text) }, {});
  expect(later).toEqual([]);
  expect(config).toMatchObject({
    httpPort: 80,
    externalUrl: 'https://harbor.example.com:8443',
    database: { kind: 'url', url: expect.stringContaining('s3cret%2Fword@db.example.com:5432/registry') },
    storage: { type: 's3', s3: { bucket: 'images', redirect: false, credentials: { accessKeyId: 'key' } } },
  });
  expect(config).not.toHaveProperty('adminPassword');
  const said = warnings.join('\n');
  for (const word of ['trivy', 'data_volume', 'well-known default']) expect(said).toContain(word);
  expect(said).not.toMatch(/hidden|s3cret/);
});

it('refuses what cannot be used, all at once, and without a secret in the words', () => {
  const path = write('bad.yml', 'hostname: "not a host"\nhttp:\n  port: many\nsecret_key: hush-hush\n');
  expect(() => importHarborConfig(path)).toThrow(/many/);
  expect(() => importHarborConfig(path)).toThrow(/not a host/);
  const database = write('database.yml', 'external_database:\n  harbor:\n    host: "h o"\n    password: secret\n');
  expect(() => importHarborConfig(database)).toThrow(/"h o".*give a host name/);
  try {
    importHarborConfig(path);
  } catch (error) {
    expect((error as Error).message).not.toContain('hush-hush');
  }
  expect(() => importHarborConfig(join(folder, 'absent.yml'))).toThrow(/cannot be read/);
});
