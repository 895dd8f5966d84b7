import type { Config, LoadedConfig } from '../config.ts';
import { KEYS, type KeyName } from './keys.ts';

/** One line of `berth admin check-config`. */
export interface SettingLine {
  readonly variable: string;
  /** Dotted path in berth.yml, where it has one. */
  readonly path?: string;
  /** In force; secrets are only said to be set. Undefined: not set, and nothing stands in for it. */
  readonly value?: string;
  /** `default`, or the flag, variable or key it came from. */
  readonly from: string;
}

/** Every setting with the value in force and where it came from. Holds no secret. */
export function describeConfig({ config, origins }: LoadedConfig): readonly SettingLine[] {
  return (Object.keys(KEYS) as KeyName[]).map((name) => {
    const key = KEYS[name];
    const value = 'secret' in key ? (origins[name] === undefined ? undefined : '(secret)') : VALUES[name]?.(config);
    return {
      variable: key.env,
      ...('path' in key ? { path: key.path } : {}),
      ...(value === undefined ? {} : { value: String(value) }),
      from: origins[name] ?? 'default',
    };
  });
}

type Value = string | number | boolean | undefined;

const VALUES: Readonly<Partial<Record<KeyName, (config: Config) => Value>>> = {
  data: (config) => config.dataDir,
  host: (config) => config.host,
  httpPort: (config) => config.httpPort,
  httpsPort: (config) => config.tls?.port,
  tlsMode: (config) => (config.tls === undefined ? undefined : config.tls.auto ? 'auto' : 'files'),
  tlsCertificate: (config) => config.tls?.certificate,
  tlsKey: (config) => config.tls?.key,
  externalUrl: (config) => config.externalUrl,
  trustedProxies: (config) => (config.trustedProxies.length === 0 ? undefined : config.trustedProxies.join(',')),
  workers: (config) => config.workers,
  storage: (config) => config.storage.type,
  s3Endpoint: ({ storage }) => (storage.type === 's3' ? storage.s3.endpoint : undefined),
  s3Region: ({ storage }) => (storage.type === 's3' ? storage.s3.region : undefined),
  s3Bucket: ({ storage }) => (storage.type === 's3' ? storage.s3.bucket : undefined),
  s3Prefix: ({ storage }) => (storage.type === 's3' ? storage.s3.prefix : undefined),
  s3ForcePathStyle: ({ storage }) => (storage.type === 's3' ? storage.s3.forcePathStyle : undefined),
  s3ServerSideEncryption: ({ storage }) => (storage.type === 's3' ? storage.s3.serverSideEncryption : undefined),
  s3KmsKeyId: ({ storage }) => (storage.type === 's3' ? storage.s3.kmsKeyId : undefined),
  s3StorageClass: ({ storage }) => (storage.type === 's3' ? storage.s3.storageClass : undefined),
  s3PartSize: ({ storage }) => (storage.type === 's3' && storage.s3.partSize !== undefined ? storage.s3.partSize / 1024 ** 2 : undefined),
  s3Redirect: ({ storage }) => (storage.type === 's3' ? storage.s3.redirect : undefined),
  previousStorage: ({ previousStorage }) => previousStorage?.type,
  previousS3Endpoint: ({ previousStorage: from }) => (from?.type === 's3' ? from.s3.endpoint : undefined),
  previousS3Region: ({ previousStorage: from }) => (from?.type === 's3' ? from.s3.region : undefined),
  previousS3Bucket: ({ previousStorage: from }) => (from?.type === 's3' ? from.s3.bucket : undefined),
  previousS3Prefix: ({ previousStorage: from }) => (from?.type === 's3' ? from.s3.prefix : undefined),
  previousS3ForcePathStyle: ({ previousStorage: from }) => (from?.type === 's3' ? from.s3.forcePathStyle : undefined),
  metricsEnabled: (config) => config.metrics.enabled,
  metricsPort: (config) => config.metrics.port,
  logLevel: (config) => config.logLevel,
  farewellSeconds: (config) => config.farewellSeconds,
  drainSeconds: (config) => config.drainSeconds,
};
