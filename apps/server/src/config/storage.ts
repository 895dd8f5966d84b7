import type { KeyName, ValueOf } from './keys.ts';

export interface S3Config {
  readonly endpoint?: string;
  readonly region: string;
  readonly bucket: string;
  readonly prefix: string;
  /** Absent: the default credential chain of AWS. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly forcePathStyle: boolean;
  /** Absent: as the bucket is set up. */
  readonly serverSideEncryption?: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
  readonly kmsKeyId?: string;
  /** Of layers; absent: the store's standard class. */
  readonly storageClass?: string;
  /** Bytes of an upload part; absent: 8 MiB. */
  readonly partSize?: number;
  /** Send clients to presigned URLs instead of streaming through us. */
  readonly redirect: boolean;
}

export type StorageConfig = { readonly type: 'disk' } | { readonly type: 's3'; readonly s3: S3Config };

/** Where the settings come from. */
interface Source {
  readonly problems: string[];
  get<Name extends KeyName>(name: Name): ValueOf<Name> | undefined;
}

/** Where blobs are kept. */
export function storageOf(reader: Source): StorageConfig {
  if ((reader.get('storage') ?? 'disk') === 'disk') return { type: 'disk' };
  const bucket = reader.get('s3Bucket');
  if (bucket === undefined)
    reader.problems.push('BERTH_STORAGE is s3, but BERTH_S3_BUCKET (storage.s3.bucket in berth.yml) names no bucket.');
  const serverSideEncryption = reader.get('s3ServerSideEncryption');
  const kmsKeyId = reader.get('s3KmsKeyId');
  if (kmsKeyId !== undefined && (serverSideEncryption === undefined || serverSideEncryption === 'AES256')) {
    reader.problems.push(
      'BERTH_S3_KMS_KEY_ID names a key, but BERTH_S3_SERVER_SIDE_ENCRYPTION is not aws:kms or aws:kms:dsse: set it too.',
    );
  }
  const storageClass = reader.get('s3StorageClass');
  const partSize = reader.get('s3PartSize');
  return {
    type: 's3',
    s3: {
      ...placeOf(reader, 's3'),
      bucket: bucket ?? '',
      ...(serverSideEncryption === undefined ? {} : { serverSideEncryption }),
      ...(kmsKeyId === undefined ? {} : { kmsKeyId }),
      ...(storageClass === undefined ? {} : { storageClass }),
      ...(partSize === undefined ? {} : { partSize }),
      redirect: reader.get('s3Redirect') ?? true,
    },
  };
}

/** Where blobs were kept until now, while they move. Encryption and storage class are of what is written, and nothing is written there. */
export function previousStorageOf(reader: Source): { readonly previousStorage?: StorageConfig } {
  const type = reader.get('previousStorage');
  const bucket = reader.get('previousS3Bucket');
  if (type === undefined) {
    if (bucket !== undefined) {
      reader.problems.push(
        'BERTH_PREVIOUS_S3_BUCKET names a bucket, but BERTH_STORAGE_PREVIOUS (storage.previous.type) is not s3: set it too.',
      );
    }
    return {};
  }
  if (type === 'disk') {
    if ((reader.get('storage') ?? 'disk') === 'disk') {
      reader.problems.push(
        'BERTH_STORAGE_PREVIOUS and BERTH_STORAGE are both disk, which is one folder. Move a folder with the server stopped.',
      );
    }
    return { previousStorage: { type } };
  }
  if (bucket === undefined) {
    reader.problems.push(
      'BERTH_STORAGE_PREVIOUS is s3, but BERTH_PREVIOUS_S3_BUCKET (storage.previous.s3.bucket in berth.yml) names no bucket.',
    );
  }
  const redirect = reader.get('s3Redirect') ?? true;
  return { previousStorage: { type, s3: { ...placeOf(reader, 'previousS3'), bucket: bucket ?? '', redirect } } };
}

const VARIABLES = { s3: 'BERTH_S3', previousS3: 'BERTH_PREVIOUS_S3' } as const;

/** What the settings of both storages have alike. */
function placeOf(reader: Source, group: 's3' | 'previousS3'): Omit<S3Config, 'bucket' | 'redirect'> {
  const endpoint = reader.get(`${group}Endpoint`);
  const accessKeyId = reader.get(`${group}AccessKeyId`);
  const secretAccessKey = reader.get(`${group}SecretAccessKey`);
  if ((accessKeyId === undefined) !== (secretAccessKey === undefined)) {
    const variable = VARIABLES[group];
    reader.problems.push(
      `${variable}_ACCESS_KEY_ID and ${variable}_SECRET_ACCESS_KEY belong together: set both, or none to use the credentials AWS finds.`,
    );
  }
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    region: reader.get(`${group}Region`) ?? 'us-east-1',
    prefix: reader.get(`${group}Prefix`) ?? '',
    ...(accessKeyId === undefined || secretAccessKey === undefined ? {} : { credentials: { accessKeyId, secretAccessKey } }),
    forcePathStyle: reader.get(`${group}ForcePathStyle`) ?? endpoint !== undefined,
  };
}
