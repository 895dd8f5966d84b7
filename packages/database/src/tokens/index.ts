export { createFailureCounters } from './failure-counters.ts';
export { createSigningKeys } from './signing-keys.ts';
