import { setTimeout as delay } from 'node:timers/promises';
import type { Archives, Import } from '../../../archives/archives.ts';
import { refusalOf, told } from '../render.ts';
import { imageView, importView } from './import-archive.ts';

/** How often is told how many bytes came. */
const READING_MILLISECONDS = 500;

/** Progress as lines of JSON (archiveProgress of the contract). Rejects after a failure of ours: the connection breaks, the log has the reason. */
export async function* progressLines(archives: Archives, work: Import): AsyncGenerator<string> {
  const { body } = work;
  const lines: string[] = [];
  let entries = 0;
  let wake: () => void = () => undefined;
  const tell = (event: object): void => {
    lines.push(`${JSON.stringify(event)}\n`);
    wake();
  };
  const watch = {
    entry: () => void (entries += 1),
    placed: ({ digest, size }: { digest: string; size: number }, outcome: string) =>
      tell({ event: 'blob', digest, size, existed: outcome === 'existed' }),
    image: (image: Parameters<typeof imageView>[0]) => tell({ event: 'image', image: imageView(image) }),
  };
  let over = false;
  const importing = archives
    .import({ ...work, watch })
    .then((outcome) => tell({ event: 'done', result: importView(outcome) }))
    .catch((error: unknown) => {
      const refusal = refusalOf(error);
      if (refusal === undefined) throw error;
      tell({ event: 'failed', code: refusal.code, ...told(refusal.sentence) });
    })
    .finally(() => {
      over = true;
      wake();
    });
  importing.catch(() => undefined);
  let toldBytes = -1;
  while (!over || lines.length > 0) {
    yield* lines.splice(0);
    if (over) continue;
    if (body.bytes !== toldBytes) {
      toldBytes = body.bytes;
      yield `${JSON.stringify({ event: 'reading', bytes: toldBytes, ...(body.length === undefined ? {} : { total_bytes: body.length }), entries })}\n`;
    }
    await Promise.race([new Promise<void>((resolve) => (wake = resolve)), delay(READING_MILLISECONDS, undefined, { ref: false })]);
  }
  await importing;
}
