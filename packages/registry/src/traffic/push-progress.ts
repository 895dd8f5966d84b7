import type { Digest, RepositoryName } from '@berth/oci';
import type { PushStep, PushSteps } from '../ports/live.ts';
import type { ActorKey, UploadSession } from '../ports/upload-sessions.ts';
import type { TroubleReport } from '../trouble.ts';

/** Twice a second is live enough for people. */
const FLUSH_MS = 500;
/** Parts between two writes; what is beyond is not told: it is only for looking on. */
const MAX_PARTS = 500;

type Step = { -readonly [Key in keyof PushStep]: PushStep[Key] };
type Upload = Pick<UploadSession, 'id' | 'repository' | 'actor'>;

export interface BlobOfPush {
  readonly repository: RepositoryName;
  readonly actor: ActorKey;
  readonly digest: Digest;
  readonly bytes?: number;
}

/**
 * How far the pushes of this process are, for people who look on. Counts in memory and tells in batches, of which nothing is kept when nobody
 * looks; a push never waits for it, and what cannot be told is forgotten.
 */
export class PushProgress {
  readonly #steps: PushSteps;
  readonly #report: TroubleReport;
  readonly #flushMs: number;
  #news = new Map<string, Step>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(steps: PushSteps, options: { readonly report: TroubleReport; readonly flushMs?: number }) {
    this.#steps = steps;
    this.#report = options.report;
    this.#flushMs = options.flushMs ?? FLUSH_MS;
  }

  /** Called for every chunk with all bytes of the upload so far. */
  uploading({ id, repository, actor }: Upload): (bytes: number) => void {
    const step: Step = { repository, part: id, state: 'uploading', actor, bytes: 0 };
    return (bytes) => {
      step.bytes = bytes;
      this.#tell(step);
    };
  }

  stored({ id, repository, actor }: Upload, digest: Digest, bytes: number): void {
    this.#tell({ repository, part: id, state: 'stored', actor, digest, bytes });
  }

  mounted({ repository, actor, digest }: BlobOfPush): void {
    this.#tell({ repository, part: digest, state: 'mounted', actor, digest });
  }

  present({ repository, actor, digest, bytes }: BlobOfPush): void {
    this.#tell({ repository, part: digest, state: 'present', actor, digest, bytes });
  }

  /** `part`: what was refused, as the client named it. */
  refused(repository: RepositoryName, part: string, { actor, problem }: { readonly actor: ActorKey; readonly problem: string }): void {
    this.#tell({ repository, part, state: 'refused', actor, problem });
  }

  /** Tells what is new. Never rejects. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.flush();
    clearTimeout(this.#timer);
  }

  #tell(step: Step): void {
    const key = `${step.repository} ${step.part}`;
    if (this.#news.size >= MAX_PARTS && !this.#news.has(key)) return;
    this.#news.set(key, step);
    if (this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.flush();
    }, this.#flushMs);
    this.#timer.unref();
  }

  async #write(): Promise<void> {
    const news = [...this.#news.values()];
    if (news.length === 0) return;
    this.#news = new Map();
    try {
      await this.#steps.publish(news);
    } catch (error) {
      this.#report(error, 'telling how far pushes are; the pushes go on');
    }
  }
}
