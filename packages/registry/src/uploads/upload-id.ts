import { randomUUID } from 'node:crypto';
import { OciError } from '@berth/oci';
import type { UploadId } from '../ports/upload-sessions.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function newUploadId(): UploadId {
  return randomUUID() as UploadId;
}

/** Throws BLOB_UPLOAD_UNKNOWN: a session name that Berth never gives out is the same to a client as one that is over. */
export function parseUploadId(text: string): UploadId {
  if (UUID.test(text)) return text as UploadId;
  throw unknownUpload();
}

export function unknownUpload(): OciError {
  return new OciError('BLOB_UPLOAD_UNKNOWN', 'This upload does not exist: it was finished, cancelled or has expired. Start a new upload.');
}
