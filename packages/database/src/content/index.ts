export { createContentLists } from './content-lists.ts';
export { createManifestFactRecords } from './manifest-fact-records.ts';
