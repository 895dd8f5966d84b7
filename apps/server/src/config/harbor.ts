import { ConfigError } from './config-error.ts';
import { type FileValue, find } from './tree.ts';

/** Settings of harbor.yml that have no counterpart here, with the reason given to the operator. */
export const HARBOR_IGNORED: readonly (readonly [path: string, reason: string])[] = [
  ['_version', 'the file needs no version'],
  ['internal_tls', 'there is one process, so nothing inside to encrypt'],
  ['ip_family', 'host decides what is listened on'],
  ['https.strong_ssl_ciphers', 'TLS 1.2 and up with strong ciphers always'],
  ['strong_ssl_ciphers', 'TLS 1.2 and up with strong ciphers always'],
  ['database', 'the embedded database needs no password or pool settings; for a server of your own set database.url'],
  ['external_database.harbor.max_idle_conns', 'the pool sizes itself'],
  ['external_database.harbor.max_open_conns', 'the pool sizes itself'],
  ['redis', 'there is no Redis'],
  ['external_redis', 'there is no Redis'],
  ['jobservice', 'jobs run in the database'],
  ['notification', 'webhooks are set in the portal'],
  ['trivy', 'scanners are set in the portal'],
  ['uaa', 'not supported'],
  ['proxy', 'set HTTPS_PROXY and NO_PROXY'],
  ['trace', 'tracing is off'],
  ['cache', 'caching needs no setting'],
  ['core', 'there is one process'],
  ['upload_purging', 'abandoned uploads expire by themselves'],
  ['log.local', 'logs go to the standard output'],
  ['log.external_endpoint', 'logs go to the standard output; forward them from there'],
  ['metric.path', 'metrics are at /metrics'],
  ['storage_service.ca_bundle', 'set NODE_EXTRA_CA_CERTS'],
  ['storage_service.filesystem', 'blobs live in data_volume'],
];

interface HarborValues {
  readonly values: ReadonlyMap<string, FileValue>;
  /** Paths of the file that were understood. */
  readonly used: ReadonlySet<string>;
  readonly warnings: readonly string[];
}

/** The stores Harbor can use and Berth cannot: starting on an empty disk instead would look like lost images. */
const FOREIGN_STORES = ['azure', 'gcs', 'swift', 'oss'];

/** Harbor's S3 settings -> ours. */
const S3_NAMES: Readonly<Record<string, string>> = {
  accesskey: 'access_key_id',
  secretkey: 'secret_access_key',
  region: 'region',
  regionendpoint: 'endpoint',
  bucket: 'bucket',
  rootdirectory: 'prefix',
  forcepathstyle: 'force_path_style',
  storageclass: 'storage_class',
  keyid: 'kms_key_id',
};

/** Translates the settings of harbor.yml whose shape differs from ours. */
export function fromHarbor(tree: Record<string, unknown>, file: string): HarborValues {
  const values = new Map<string, FileValue>();
  const used = new Set<string>();
  const warnings: string[] = [];
  const put = (path: string, value: unknown, from: string): void => {
    values.set(path, { value, label: `${from} in ${file}` });
  };

  const hostname = find(tree, 'hostname');
  if (hostname !== undefined) {
    used.add('hostname');
    if (hostname === 'reg.mydomain.com') warnings.push(`hostname in ${file} is still Harbor's example, ${hostname}; it was ignored.`);
    else put('external_url', originOf(tree, String(hostname)), 'hostname');
  }

  for (const name of ['host', 'port', 'db_name', 'username', 'password', 'ssl_mode']) used.add(`external_database.harbor.${name}`);
  const database = find(tree, 'external_database.harbor') as Record<string, unknown> | undefined;
  if (database?.host !== undefined) put('database.url', databaseUrl(database, file), 'external_database.harbor');

  for (const store of FOREIGN_STORES) {
    if (find(tree, `storage_service.${store}`) !== undefined) {
      throw new ConfigError([
        `storage_service.${store} in ${file}: Berth stores blobs on disk or in S3 and cannot read this storage. ` +
          'Copy the images over to one of these (for instance with skopeo sync) and remove the setting.',
      ]);
    }
  }
  const s3 = find(tree, 'storage_service.s3') as Record<string, unknown> | undefined;
  if (s3 !== undefined) {
    put('storage.type', 's3', 'storage_service.s3');
    for (const [name, value] of Object.entries(s3)) {
      const ours = S3_NAMES[name];
      if (ours === undefined) continue;
      used.add(`storage_service.s3.${name}`);
      put(`storage.s3.${ours}`, value, `storage_service.s3.${name}`);
    }
    used.add('storage_service.s3.encrypt');
    if (s3['encrypt'] === true) {
      put('storage.s3.server_side_encryption', s3['keyid'] === undefined ? 'AES256' : 'aws:kms', 'storage_service.s3.encrypt');
    }
  }
  const disabled = find(tree, 'storage_service.redirect.disable');
  used.add('storage_service.redirect.disable');
  if (typeof disabled === 'boolean') put('storage.s3.redirect', !disabled, 'storage_service.redirect.disable');
  return { values, used, warnings };
}

/** Harbor derives its URL from hostname and ports; the default port of the scheme is not written. */
function originOf(tree: Record<string, unknown>, hostname: string): string {
  const tls = find(tree, 'https.certificate') !== undefined;
  const port = find(tree, tls ? 'https.port' : 'http.port') ?? (tls ? 8443 : 8080);
  const host = hostname.includes(':') && !hostname.startsWith('[') ? `[${hostname}]` : hostname;
  return `${tls ? 'https' : 'http'}://${host}:${String(port)}`;
}

function databaseUrl(database: Record<string, unknown>, file: string): string {
  const text = (name: string, fallback: string): string => String(database[name] ?? fallback);
  const address = `postgres://${text('host', '')}:${text('port', '5432')}/${encodeURIComponent(text('db_name', 'registry'))}`;
  if (!URL.canParse(address)) {
    throw new ConfigError([
      `external_database.harbor in ${file} names the host ${JSON.stringify(text('host', ''))} and the port ${JSON.stringify(text('port', '5432'))}: give a host name and a port number.`,
    ]);
  }
  const url = new URL(address);
  url.username = encodeURIComponent(text('username', 'postgres'));
  url.password = encodeURIComponent(text('password', ''));
  const mode = text('ssl_mode', 'disable');
  if (mode !== 'disable') url.searchParams.set('sslmode', mode);
  return url.href;
}
