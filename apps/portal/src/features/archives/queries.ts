import { ApiError } from '../../shared/api/api-error.ts';
import { apiUrl, sendFile } from '../../shared/api/fetcher.ts';
import { loadRefusals } from '../../shared/i18n/refusals.ts';
import { type Imported, type ImportProgress, readProgress } from './import-progress.ts';

export interface Import {
  readonly project: string;
  /** Empty: each image goes to the repository that the archive names. */
  readonly repository: string;
  readonly file: Blob;
  readonly signal: AbortSignal;
  readonly onProgress: (sent: number, progress: ImportProgress) => void;
}

/** Images appear when all of it was read and found right, or not at all. */
export async function importArchive({ project, repository, file, signal, onProgress }: Import): Promise<Imported> {
  const url = apiUrl(`/projects/${encodeURIComponent(project)}/archives`, { repository });
  const answer = await sendFile(url, file, { signal, onProgress: (sent, text) => onProgress(sent, readProgress(text)) });
  const { result, failure } = readProgress(answer);
  if (failure !== undefined) {
    await loadRefusals();
    throw new ApiError(failure.message, { status: 400, ...failure });
  }
  if (result === undefined) throw new ApiError('The server did not say how it ended.', { status: 0, code: 'CUT' });
  if (result.warning_sentences.length > 0) await loadRefusals();
  return result;
}
