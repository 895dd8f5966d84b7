/** The server cannot start or go on; `message` is for the operator: what is wrong, what was kept, what to do. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
