export * from './blob-store-contract.ts';
