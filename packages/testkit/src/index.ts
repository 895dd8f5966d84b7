export * from './blob-records-contract.ts';
export * from './blob-store-contract.ts';
export * from './ceph-rgw.ts';
export * from './manifest-listings-contract.ts';
export * from './manifest-records-contract.ts';
export * from './records-under-test.ts';
export * from './template-database.ts';
export * from './upload-sessions-contract.ts';
