export { RegistryContentError, RegistryRefusedError, RegistryUnreachableError } from './errors.ts';
export { type ImageReference, parseImageReference } from './image-reference.ts';
export { readAll } from './read-all.ts';
export { type Refusal, refusalOf } from './refusal.ts';
export { type BlobToPush, RegistryClient } from './registry-client.ts';
export type { RegistryOptions } from './registry-session.ts';
export { storedCredentials } from './stored-credentials.ts';
export type { Credentials, Login } from './tokens.ts';
export { type Outgoing, Transport, type TransportOptions } from './transport.ts';
