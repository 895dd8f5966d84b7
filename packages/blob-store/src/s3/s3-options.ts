/** Where an S3 store is and how to use it. */
export interface S3BlobStoreOptions {
  /** Base URL of a store that is not Amazon's. */
  readonly endpoint?: string;
  readonly region: string;
  readonly bucket: string;
  /** Put before every object name; `` for none. */
  readonly prefix?: string;
  /** Absent: the default chain of AWS (environment, profile, container, instance). */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string };
  /** `https://host/bucket/name` instead of `https://bucket.host/name`. */
  readonly forcePathStyle?: boolean;
  /** Whether clients may be sent to presigned URLs; true when not given. */
  readonly redirect?: boolean;
  readonly serverSideEncryption?: 'AES256' | 'aws:kms' | 'aws:kms:dsse';
  /** Key for `aws:kms`; the account's default key when not given. */
  readonly kmsKeyId?: string;
  /** Storage class of layers, such as `STANDARD_IA`; short-lived objects stay in the bucket's default. */
  readonly storageClass?: string;
  /** Bytes of an upload part, 5 MiB at least; 8 MiB when not given. A layer can have 10,000 parts. */
  readonly partSize?: number;
  /** Parts that all uploads of this process together may hold in memory; as many as make 160 MiB when not given, 4 at least. */
  readonly partLimit?: number;
  /** Told of what failed without harm to the caller, such as cleaning up after an upload. */
  readonly onTrouble?: (error: Error, doing: string) => void;
}

export const LEAST_PART_BYTES = 5 * 1024 * 1024;
export const DEFAULT_PART_BYTES = 8 * 1024 * 1024;
/** Amazon's limit, which other stores share. */
export const MOST_PARTS = 10_000;
