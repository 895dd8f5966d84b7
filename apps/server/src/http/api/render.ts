import { NameTakenError } from '@berth/access';
import { ArchiveRefusedError, ExportRefusedError } from '@berth/archives';
import { type ErrorCode, followedBy, OciError, say, type Sentence, sentenceNameOf } from '@berth/oci';
import { ContentCutShortError, StorageFullError, TooManyFilesError } from '@berth/registry';
import type { ErrorRequestHandler, Response } from 'express';
import { TooManyImportsError } from '../../archives/archives.ts';
import { ApiError, type ApiErrorCode } from './api-error.ts';

/** Renders refusals in Harbor's envelope. What is not a refusal goes on to the application, which logs it and answers 500. */
// eslint-disable-next-line max-params -- express tells error handlers by their four parameters
export const renderApiError: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  const refusal = response.headersSent ? undefined : refusalOf(error);
  if (refusal === undefined) next(error);
  else sendRefusal(response, refusal);
};

/** What an error is answered with. */
export function statusOf(error: unknown): number {
  return refusalOf(error)?.status ?? 500;
}

function sendRefusal(response: Response, error: ApiError): void {
  response
    .status(error.status)
    .set(error.headers)
    .json({ errors: [{ code: error.code, ...told(error.sentence) }] });
}

/** Beside Harbor's message, what other languages need to tell it. */
export function told(sentence: Sentence): { message: string; reason?: string; values?: Sentence['values'] } {
  return { message: sentence.text, ...sentenceNameOf(sentence) };
}

/** The refusal that an error stands for; undefined for a failure of ours. */
export function refusalOf(error: unknown): ApiError | undefined {
  if (error instanceof ApiError) return error;
  if (error instanceof ArchiveRefusedError || error instanceof ExportRefusedError)
    return new ApiError('BAD_REQUEST', error.sentence, { cause: error });
  if (error instanceof TooManyImportsError)
    return new ApiError(
      'TOO_MANY_REQUEST',
      say('too-many-imports')`Too many archives are being imported. Nothing was imported; try again in a minute.`,
      {
        cause: error,
        headers: { 'retry-after': '60' },
      },
    );
  if (error instanceof TooManyFilesError)
    return new ApiError('TOO_MANY_REQUEST', say('too-many-files')`Too many files are being read out of layers. Try again in a moment.`, {
      cause: error,
      headers: { 'retry-after': '5' },
    });
  if (error instanceof ContentCutShortError)
    return new ApiError(
      'BAD_REQUEST',
      say('body-cut-short')`The connection broke off, or was too slow, before the whole body came. Nothing was changed.`,
      {
        cause: error,
      },
    );
  if (error instanceof StorageFullError)
    return new ApiError('INSUFFICIENT_STORAGE', say('storage-full')`The storage of the registry is full. Free space, then try again.`, {
      cause: error,
    });
  if (error instanceof NameTakenError)
    return new ApiError('CONFLICT', followedBy(error.sentence, ' Nothing was changed; choose another.'), { cause: error });
  if (error instanceof OciError) return ociRefusal(error);
  return parserRefusal(error);
}

/** Words of `oci` and of the registry's use cases; those that are not named here are about what the caller sent. */
const CODE_OF: Partial<Readonly<Record<ErrorCode, ApiErrorCode>>> = {
  TOOMANYREQUESTS: 'TOO_MANY_REQUEST',
  NAME_UNKNOWN: 'NOT_FOUND',
  MANIFEST_UNKNOWN: 'NOT_FOUND',
  BLOB_UNKNOWN: 'NOT_FOUND',
  UNSUPPORTED: 'PRECONDITION',
  DENIED: 'FORBIDDEN',
};

function ociRefusal(error: OciError): ApiError | undefined {
  // Our own failures are logged and answered by the application.
  if (error.status >= 500) return undefined;
  const code = error.status === 412 ? 'PRECONDITION' : (CODE_OF[error.code] ?? 'BAD_REQUEST');
  return new ApiError(code, error.sentence, { cause: error, headers: code === 'PRECONDITION' ? {} : error.headers });
}

/** Errors of express and its body parser, known by their status. */
function parserRefusal(error: unknown): ApiError | undefined {
  const status = (error as { status?: unknown } | null)?.status;
  switch (status) {
    case 400:
      return new ApiError(
        'BAD_REQUEST',
        say('unreadable')`The address or the body cannot be read: the body must be JSON. Nothing was changed.`,
        {
          cause: error,
        },
      );
    case 413:
      return new ApiError('REQUEST_ENTITY_TOO_LARGE', say('body-too-large')`The body is too large. Nothing was changed.`, { cause: error });
    case 415:
      return new ApiError(
        'UNSUPPORTED_MEDIA_TYPE',
        say('body-encoding')`The body is in an encoding that is not understood. Nothing was changed.`,
        {
          cause: error,
        },
      );
    default:
      return undefined;
  }
}
