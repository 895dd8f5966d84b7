export * from './blob-store-contract.ts';
export * from './template-database.ts';
