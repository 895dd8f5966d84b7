import { open } from 'node:fs/promises';
import { CertificateError, reasonOf } from '../errors.ts';
import { MAX_INPUT_BYTES } from '../limits.ts';

/**
 * Reads a whole small file.
 * @throws CertificateError when it is missing, unreadable, no regular file, empty, or larger than MAX_INPUT_BYTES (nothing of it is read then).
 */
export async function readInput(path: string): Promise<Buffer> {
  const handle = await open(path, 'r').catch((error: unknown) => {
    throw openFailure(path, error);
  });
  try {
    const stat = await handle.stat();
    if (stat.isDirectory())
      throw new CertificateError(`${path} is a directory: name a file in it.`, {
        reason: 'certificate-file-directory',
        values: { file: path },
      });
    if (stat.size > MAX_INPUT_BYTES)
      throw new CertificateError(
        `${path} is ${Math.ceil(stat.size / 1024 / 1024)} MB large; no certificate, key or store is larger than ${MAX_INPUT_BYTES / 1024 / 1024} MB. It was not read: check that this is the right file.`,
        { reason: 'certificate-file-size', values: { file: path, most: MAX_INPUT_BYTES / 1024 / 1024 } },
      );
    const chunks: Buffer[] = [];
    let total = 0;
    for (;;) {
      const { bytesRead, buffer } = await handle.read({ buffer: Buffer.allocUnsafe(64 * 1024), position: null });
      if (bytesRead === 0) break;
      total += bytesRead;
      if (total > MAX_INPUT_BYTES)
        throw new CertificateError(`${path} gives more than ${MAX_INPUT_BYTES / 1024 / 1024} MB: it is not a certificate, key or store.`, {
          reason: 'certificate-file-size',
          values: { file: path, most: MAX_INPUT_BYTES / 1024 / 1024 },
        });
      chunks.push(buffer.subarray(0, bytesRead));
    }
    if (total === 0) throw new CertificateError(`${path} is empty.`, { reason: 'certificate-file-empty', values: { file: path } });
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof CertificateError) throw error;
    throw unreadable(path, `${path} could not be read`, error);
  } finally {
    await handle.close();
  }
}

/** Like readInput, but undefined when there is no such file. */
export async function readInputIfPresent(path: string): Promise<Buffer | undefined> {
  return readInput(path).catch((error: unknown) => {
    if (error instanceof CertificateError && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return undefined;
    throw error;
  });
}

function openFailure(path: string, cause: unknown): CertificateError {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT')
    return new CertificateError(`There is no file ${path}.`, { cause, reason: 'certificate-file-absent', values: { file: path } });
  if (code === 'EACCES')
    return new CertificateError(`${path} may not be read by this user: run the command as its owner.`, {
      cause,
      reason: 'certificate-file-forbidden',
      values: { file: path },
    });
  return unreadable(path, `${path} could not be opened`, cause);
}

function unreadable(path: string, what: string, cause: unknown): CertificateError {
  const words = reasonOf(cause);
  return new CertificateError(`${what}: ${words}.`, { cause, reason: 'certificate-file-failed', values: { file: path, words } });
}
