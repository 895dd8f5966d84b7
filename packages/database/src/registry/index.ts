export { createBlobRecords, type RecordsOptions } from './blob-records.ts';
export { createManifestRecords, type ManifestRecordsOptions } from './manifest-records.ts';
export { releaseUploadClaims } from './release-claims.ts';
export { createUploadSessions } from './upload-sessions.ts';
