import { archiveProgress } from '@berth/api-contract';
import type { z } from 'zod';

export type ArchiveEvent = z.output<typeof archiveProgress>;
export type Imported = Extract<ArchiveEvent, { event: 'done' }>['result'];

/** What the lines of an answer say so far. */
export interface ImportProgress {
  /** Bytes of the archive that the server has read. */
  readonly read: number;
  readonly blobs: number;
  readonly result: Imported | undefined;
  readonly failure: Omit<Extract<ArchiveEvent, { event: 'failed' }>, 'event'> | undefined;
}

/** Reads lines of JSON; the last one may not be whole yet. */
export function readProgress(answer: string): ImportProgress {
  let progress: ImportProgress = { read: 0, blobs: 0, result: undefined, failure: undefined };
  const lines = answer.split('\n');
  for (const line of lines.slice(0, -1)) progress = after(progress, line);
  return progress;
}

function after(progress: ImportProgress, line: string): ImportProgress {
  if (line.trim() === '') return progress;
  const event = archiveProgress.parse(JSON.parse(line));
  switch (event.event) {
    case 'reading':
      return { ...progress, read: event.bytes };
    case 'blob':
      return { ...progress, blobs: progress.blobs + 1 };
    case 'image':
      return progress;
    case 'done':
      return { ...progress, result: event.result };
    case 'failed':
      return { ...progress, failure: event };
  }
}
