export * from './blob-records.ts';
export * from './blob-store.ts';
export * from './manifest-records.ts';
export * from './storage-errors.ts';
export * from './upload-sessions.ts';
export * from './content-lists.ts';
export * from './manifest-facts.ts';
