export { createGarbageRecords } from './garbage-records.ts';
