/** A backup cannot be written, is not whole, or cannot be restored here; the message is a sentence for the operator. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
