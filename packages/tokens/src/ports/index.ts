export * from './failure-counters.ts';
export * from './signing-keys.ts';
