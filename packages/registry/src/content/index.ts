export * from './artifact-type.ts';
export * from './content.ts';
export * from './content-reads.ts';
export * from './fact-reader.ts';
