import type { z } from 'zod';
import {
  booleanValue,
  databaseUrlValue,
  endpointUrlValue,
  externalUrlValue,
  hostValue,
  keepValue,
  logLevelValue,
  networksValue,
  partSizeValue,
  passwordValue,
  portValue,
  secondsValue,
  secretKeyValue,
  serverSideEncryptionValue,
  storageTypeValue,
  stringValue,
  tlsModeValue,
  upgradeBackupValue,
  workersValue,
} from './values.ts';

/** One setting: its name in the environment and in berth.yml, what it may hold, and the words for a wrong value. */
export interface Key<T = unknown> {
  readonly env: string;
  /** Dotted path in berth.yml; absent where a setting belongs to the environment only. */
  readonly path?: string;
  /** Also read from the file that `<env>_FILE` names, and never shown. */
  readonly secret?: true;
  readonly schema: z.ZodType<T>;
  /** What is right, as the end of a sentence. */
  readonly right: string;
}

const PORT = 'give a port number from 0 to 65535 (0 lets the system choose)';

/** Every setting of the server. README and `berth serve --help` point here; nothing reads a variable that is not in this table. */
export const KEYS = {
  data: { env: 'BERTH_DATA', path: 'data_volume', schema: stringValue, right: 'give a directory' },
  host: { env: 'BERTH_HOST', path: 'host', schema: hostValue, right: 'give an address or name to listen on, such as 127.0.0.1 or 0.0.0.0' },
  httpPort: { env: 'BERTH_HTTP_PORT', path: 'http.port', schema: portValue, right: PORT },
  httpsPort: { env: 'BERTH_HTTPS_PORT', path: 'https.port', schema: portValue, right: PORT },
  tlsMode: {
    env: 'BERTH_TLS',
    path: 'https.mode',
    schema: tlsModeValue,
    right: 'give auto (the server makes its CA and certificate) or files',
  },
  tlsCertificate: {
    env: 'BERTH_TLS_CERT',
    path: 'https.certificate',
    schema: stringValue,
    right: 'give the path of a PEM certificate file',
  },
  tlsKey: { env: 'BERTH_TLS_KEY', path: 'https.private_key', schema: stringValue, right: 'give the path of a PEM private key file' },
  externalUrl: {
    env: 'BERTH_EXTERNAL_URL',
    path: 'external_url',
    schema: externalUrlValue,
    right: 'give scheme, host and port only, such as https://registry.example.com (a registry cannot live below a path)',
  },
  trustedProxies: {
    env: 'BERTH_TRUSTED_PROXIES',
    path: 'trusted_proxies',
    schema: networksValue,
    right: 'give addresses or networks separated by commas, such as 127.0.0.1,10.0.0.0/8',
  },
  workers: { env: 'BERTH_WORKERS', path: 'workers', schema: workersValue, right: 'give a number from 1 to 64' },
  databaseUrl: {
    env: 'BERTH_DATABASE_URL',
    path: 'database.url',
    secret: true,
    schema: databaseUrlValue,
    right: 'give a URL such as postgres://berth:PASSWORD@db.example.com:5432/berth',
  },
  storage: { env: 'BERTH_STORAGE', path: 'storage.type', schema: storageTypeValue, right: 'give disk or s3' },
  s3Endpoint: {
    env: 'BERTH_S3_ENDPOINT',
    path: 'storage.s3.endpoint',
    schema: endpointUrlValue,
    right: 'give an http or https URL, or leave it out for AWS',
  },
  s3Region: { env: 'BERTH_S3_REGION', path: 'storage.s3.region', schema: stringValue, right: 'give a region name such as eu-central-1' },
  s3Bucket: { env: 'BERTH_S3_BUCKET', path: 'storage.s3.bucket', schema: stringValue, right: 'give the name of a bucket' },
  s3Prefix: { env: 'BERTH_S3_PREFIX', path: 'storage.s3.prefix', schema: stringValue, right: 'give a key prefix' },
  s3AccessKeyId: {
    env: 'BERTH_S3_ACCESS_KEY_ID',
    path: 'storage.s3.access_key_id',
    secret: true,
    schema: stringValue,
    right: 'give an access key id',
  },
  s3SecretAccessKey: {
    env: 'BERTH_S3_SECRET_ACCESS_KEY',
    path: 'storage.s3.secret_access_key',
    secret: true,
    schema: stringValue,
    right: 'give a secret access key',
  },
  s3ForcePathStyle: {
    env: 'BERTH_S3_FORCE_PATH_STYLE',
    path: 'storage.s3.force_path_style',
    schema: booleanValue,
    right: 'give true or false',
  },
  s3ServerSideEncryption: {
    env: 'BERTH_S3_SERVER_SIDE_ENCRYPTION',
    path: 'storage.s3.server_side_encryption',
    schema: serverSideEncryptionValue,
    right: 'give AES256, aws:kms or aws:kms:dsse, or leave it to the bucket',
  },
  s3KmsKeyId: { env: 'BERTH_S3_KMS_KEY_ID', path: 'storage.s3.kms_key_id', schema: stringValue, right: 'give the id or ARN of a KMS key' },
  s3StorageClass: {
    env: 'BERTH_S3_STORAGE_CLASS',
    path: 'storage.s3.storage_class',
    schema: stringValue,
    right: 'give a storage class of the store, such as STANDARD_IA',
  },
  s3PartSize: {
    env: 'BERTH_S3_PART_SIZE',
    path: 'storage.s3.part_size',
    schema: partSizeValue,
    right: 'give the MiB of an upload part, from 5 to 1024; a layer can have 10,000 parts',
  },
  s3Redirect: { env: 'BERTH_S3_REDIRECT', path: 'storage.s3.redirect', schema: booleanValue, right: 'give true or false' },
  previousStorage: {
    env: 'BERTH_STORAGE_PREVIOUS',
    path: 'storage.previous.type',
    schema: storageTypeValue,
    right: 'give disk or s3: where the blobs were until now, while they move',
  },
  previousS3Endpoint: {
    env: 'BERTH_PREVIOUS_S3_ENDPOINT',
    path: 'storage.previous.s3.endpoint',
    schema: endpointUrlValue,
    right: 'give an http or https URL, or leave it out for AWS',
  },
  previousS3Region: {
    env: 'BERTH_PREVIOUS_S3_REGION',
    path: 'storage.previous.s3.region',
    schema: stringValue,
    right: 'give a region name such as eu-central-1',
  },
  previousS3Bucket: {
    env: 'BERTH_PREVIOUS_S3_BUCKET',
    path: 'storage.previous.s3.bucket',
    schema: stringValue,
    right: 'give the name of a bucket',
  },
  previousS3Prefix: {
    env: 'BERTH_PREVIOUS_S3_PREFIX',
    path: 'storage.previous.s3.prefix',
    schema: stringValue,
    right: 'give a key prefix',
  },
  previousS3AccessKeyId: {
    env: 'BERTH_PREVIOUS_S3_ACCESS_KEY_ID',
    path: 'storage.previous.s3.access_key_id',
    secret: true,
    schema: stringValue,
    right: 'give an access key id',
  },
  previousS3SecretAccessKey: {
    env: 'BERTH_PREVIOUS_S3_SECRET_ACCESS_KEY',
    path: 'storage.previous.s3.secret_access_key',
    secret: true,
    schema: stringValue,
    right: 'give a secret access key',
  },
  previousS3ForcePathStyle: {
    env: 'BERTH_PREVIOUS_S3_FORCE_PATH_STYLE',
    path: 'storage.previous.s3.force_path_style',
    schema: booleanValue,
    right: 'give true or false',
  },
  adminPassword: {
    env: 'BERTH_ADMIN_PASSWORD',
    path: 'harbor_admin_password',
    secret: true,
    schema: passwordValue,
    right: 'give the first password of admin, 8 to 128 characters',
  },
  secretKey: {
    env: 'BERTH_SECRET_KEY',
    path: 'secret_key',
    secret: true,
    schema: secretKeyValue,
    right: 'give at least 32 random characters, for instance the output of: openssl rand -base64 32',
  },
  metricsEnabled: { env: 'BERTH_METRICS_ENABLED', path: 'metric.enabled', schema: booleanValue, right: 'give true or false' },
  metricsPort: { env: 'BERTH_METRICS_PORT', path: 'metric.port', schema: portValue, right: PORT },
  logLevel: { env: 'BERTH_LOG_LEVEL', path: 'log.level', schema: logLevelValue, right: 'give trace, debug, info, warn, error or fatal' },
  upgradeBackup: {
    env: 'BERTH_UPGRADE_BACKUP',
    path: 'upgrade.backup',
    schema: upgradeBackupValue,
    right: 'give required (no backup, no upgrade), optional (upgrade all the same when it fails) or off',
  },
  upgradeBackupPlace: {
    env: 'BERTH_UPGRADE_BACKUP_PLACE',
    path: 'upgrade.backup_place',
    schema: stringValue,
    right: 'give a folder, or s3://bucket/prefix',
  },
  upgradeBackupKeep: {
    env: 'BERTH_UPGRADE_BACKUP_KEEP',
    path: 'upgrade.backup_keep',
    schema: keepValue,
    right: 'give how many of these backups are kept, from 1 to 999',
  },
  farewellSeconds: {
    env: 'BERTH_FAREWELL_SECONDS',
    path: 'farewell_seconds',
    schema: secondsValue,
    right: 'give the seconds for which a stopping server still takes requests, so that a load balancer can turn away first, from 0 to 9999',
  },
  drainSeconds: {
    env: 'BERTH_DRAIN_SECONDS',
    path: 'drain_seconds',
    schema: secondsValue,
    right: 'give the seconds that uploads get to finish when the server stops, from 0 to 9999',
  },
} as const satisfies Record<string, Key>;

export type KeyName = keyof typeof KEYS;
export type ValueOf<Name extends KeyName> = z.output<(typeof KEYS)[Name]['schema']>;
