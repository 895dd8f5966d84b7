export { RegistryContentError, RegistryRefusedError, RegistryUnreachableError } from './errors.ts';
export { type ImageReference, parseImageReference } from './image-reference.ts';
export { type BlobToPush, RegistryClient, type RegistryOptions } from './registry-client.ts';
export { storedCredentials } from './stored-credentials.ts';
export type { Credentials } from './tokens.ts';
