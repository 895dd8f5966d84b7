import { setTimeout as delay } from 'node:timers/promises';
import { type Digest, digestAlgorithm, type DigestAlgorithm, OciError, type RepositoryName } from '@berth/oci';
import { ContentCutShortError } from '../byte-source.ts';
import { QuotaExceededError } from '../policy/quota-exceeded-error.ts';
import {
  type ActorKey,
  UploadClaimLostError,
  type UploadId,
  type UploadProgress,
  type UploadSession,
  type UploadTarget,
} from '../ports/upload-sessions.ts';
import type { QuotaRoom } from '../ports/blob-records.ts';
import type { RegistryPorts } from '../registry-ports.ts';
import { type TakenContent, type UploadContent, UploadBytes } from './upload-bytes.ts';
import { ClaimKeeper } from './claim-keeper.ts';
import { newUploadId, unknownUpload } from './upload-id.ts';
import { UploadSealing } from './upload-sealing.ts';

export interface UploadStatus {
  readonly id: UploadId;
  readonly repository: RepositoryName;
  /** Bytes held durably. */
  readonly offset: number;
}

export interface UploadStart {
  readonly repository: RepositoryName;
  readonly actor: ActorKey;
  readonly algorithm: DigestAlgorithm;
}

export interface BlobPush {
  readonly repository: RepositoryName;
  readonly actor: ActorKey;
  readonly digest: Digest;
}

export interface PushedBlob {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
}

interface Finish {
  readonly digest: Digest;
  readonly content: UploadContent;
  readonly keeper: ClaimKeeper;
}

/** A request that finds the session taken waits this long: a client that reconnects is often faster than our notice of its old connection's end. */
const BUSY_WAITS_MILLISECONDS = [50, 100, 200, 400, 800, 1000];

/** Uploads of blobs: start, append, status, finish, cancel, and the whole in one request (distribution-spec end-4 to end-6, end-13, end-14). */
export class Uploads {
  readonly #ports: RegistryPorts;
  readonly #bytes: UploadBytes;
  readonly #sealing: UploadSealing;

  constructor(ports: RegistryPorts) {
    this.#ports = ports;
    this.#bytes = new UploadBytes(ports.blobStore.pending, ports.recentConfigs);
    this.#sealing = new UploadSealing(ports);
  }

  async start(start: UploadStart): Promise<UploadStatus> {
    const session = await this.#ports.uploadSessions.create({ ...start, id: newUploadId(), key: this.#ports.blobStore.pending.newKey() });
    return statusOf(session, 0);
  }

  /** Throws BLOB_UPLOAD_UNKNOWN. */
  async status(target: UploadTarget): Promise<UploadStatus> {
    const session = await this.#ports.uploadSessions.find(target);
    if (session === undefined) throw unknownUpload();
    return statusOf(session, session.checkpoint.offset);
  }

  /**
   * Appends one chunk, or a stream when `content` names no range, and makes it durable. Throws BLOB_UPLOAD_UNKNOWN,
   * BLOB_UPLOAD_INVALID with 416 when the chunk does not start at the offset, SIZE_INVALID when it is not as long as it says.
   * Content that breaks off is kept up to where it broke, for a resume.
   */
  async append(target: UploadTarget, content: UploadContent): Promise<UploadStatus> {
    const session = await this.#claim(target);
    const { cutShort, checkpoint } = await this.#holding(session, async (keeper) => {
      requireInOrder(session, content);
      const room = await this.#room(session, content);
      const onBytes = this.#ports.progress?.uploading(session);
      const taken = await this.#bytes.take(session, {
        ...{ content, algorithm: session.algorithm, room, onBytes, check: () => keeper.check() },
      });
      await this.#ports.uploadSessions.release(session, taken);
      return taken;
    });
    if (cutShort !== undefined) throw cutShort;
    return statusOf(session, checkpoint.offset);
  }

  /**
   * Ends an upload: takes the last bytes, compares the digest, seals, and links the blob (law 1). Throws like {@link append}, and
   * DIGEST_INVALID when the content is not what `digest` says: the upload is dropped then, since no retry could mend it.
   */
  async finish(target: UploadTarget, digest: Digest, content: UploadContent): Promise<PushedBlob> {
    const session = await this.#claim(target, digest);
    const finished = await this.#holding(session, async (keeper) => {
      const taken = await this.#takeLast(session, { digest, content, keeper });
      if (taken.cutShort === undefined) return this.#complete(session, taken, { digest, keeper });
      await this.#ports.uploadSessions.release(session, savable(taken, session.algorithm));
      return taken.cutShort;
    });
    if (finished instanceof ContentCutShortError) throw finished;
    return finished;
  }

  /** The whole blob in one request (end-4b). Throws like {@link finish}. */
  async push(push: BlobPush, content: UploadContent): Promise<PushedBlob> {
    const { repository, actor, digest } = push;
    const key = this.#ports.blobStore.pending.newKey();
    const named = { id: newUploadId(), repository, actor, key, algorithm: digestAlgorithm(digest) };
    const session = await this.#ports.uploadSessions.create({ ...named, sealing: digest });
    return this.#holding(session, async (keeper) => {
      const taken = await this.#takeWhole(session, { digest, content, keeper });
      return this.#complete(session, taken, { digest, keeper });
    });
  }

  /** Throws BLOB_UPLOAD_UNKNOWN. */
  async cancel(target: UploadTarget): Promise<void> {
    const session = await this.#claim(target);
    await this.#holding(session, () => this.#drop(session));
  }

  /** The last content of an upload, or all of it. */
  async #takeLast(session: UploadSession, { digest, content, keeper }: Finish): Promise<TakenContent> {
    requireInOrder(session, content);
    const room = await this.#room(session, content, digest);
    const onBytes = this.#ports.progress?.uploading(session);
    return this.#bytes.take(session, {
      ...{ content, algorithm: digestAlgorithm(digest), last: true, room, onBytes, check: () => keeper.check() },
    });
  }

  /** Asked only when bytes come: the commit has the last word anyway. */
  async #room({ repository }: UploadSession, { source }: UploadContent, digest?: Digest): Promise<QuotaRoom | undefined> {
    return source.length === 0 ? undefined : this.#ports.blobRecords.room(repository, digest);
  }

  /** Content that comes in one request. Nobody knows the session's name, so nobody could resume it: what fails is dropped at once. */
  async #takeWhole(session: UploadSession, finish: Finish): Promise<TakenContent> {
    try {
      const taken = await this.#takeLast(session, finish);
      if (taken.cutShort !== undefined) throw taken.cutShort;
      return taken;
    } catch (error) {
      if (!(error instanceof UploadClaimLostError)) await this.#dropAfter(session, error);
      throw error;
    }
  }

  /** Compares the digest, then bytes before rows (law 1). A failure after that leaves the session to a retry or to expiry. */
  async #complete(session: UploadSession, taken: TakenContent, { digest, keeper }: Omit<Finish, 'content'>): Promise<PushedBlob> {
    const { checkpoint } = taken;
    const actual = taken.prefixDigest ?? (await this.#bytes.digestOf(session, checkpoint, digestAlgorithm(digest)));
    keeper.check();
    if (actual !== digest) {
      await this.#drop({ ...session, checkpoint });
      throw wrongDigest(digest, actual);
    }
    try {
      await this.#sealing.seal(session, { key: session.key, digest, size: checkpoint.offset }, checkpoint);
    } catch (error) {
      if (error instanceof QuotaExceededError) await this.#dropAfter({ ...session, sealing: digest, checkpoint }, error);
      throw error;
    }
    this.#bytes.forget(session);
    this.#ports.traffic?.received(session.repository, checkpoint.offset);
    this.#ports.progress?.stored(session, digest, checkpoint.offset);
    return { digest, size: checkpoint.offset };
  }

  async #claim(target: UploadTarget, sealing?: Digest): Promise<UploadSession> {
    for (let attempt = 0; ; attempt += 1) {
      const claim = await this.#ports.uploadSessions.claim(target, sealing);
      if (claim.outcome === 'claimed') return claim.session;
      if (claim.outcome === 'unknown') throw unknownUpload();
      const wait = BUSY_WAITS_MILLISECONDS[attempt];
      if (wait === undefined) throw busyUpload();
      await delay(wait);
    }
  }

  /** Runs `work` under the claim. When it fails, the claim ends at once instead of lapsing, and the upload stands where it stood. */
  async #holding<Result>(session: UploadSession, work: (keeper: ClaimKeeper) => Promise<Result>): Promise<Result> {
    const keeper = new ClaimKeeper(this.#ports.uploadSessions, session, this.#ports.report);
    try {
      return await work(keeper);
    } catch (error) {
      if (error instanceof UploadClaimLostError) throw lostUpload(error);
      if (error instanceof QuotaExceededError) await this.#refused(session, error);
      await this.#letGo(session, error);
      throw error;
    } finally {
      keeper.stop();
    }
  }

  /** Nobody goes on with an upload that does not fit: what was taken of it is dropped at once. */
  async #refused(session: UploadSession, error: QuotaExceededError): Promise<void> {
    try {
      await this.#ports.blobRecords.noteQuotaRefusal(error.refusal);
      await this.#drop(session);
    } catch (second) {
      if (!(second instanceof UploadClaimLostError)) this.#ports.report(second, 'dropping an upload that the quota refused');
    }
  }

  async #letGo(session: UploadSession, error: unknown): Promise<void> {
    try {
      await this.#ports.uploadSessions.release(session);
    } catch (second) {
      // Also when the row is gone, as after a dropped upload. A claim that cannot be ended lapses within a minute.
      if (!(second instanceof UploadClaimLostError)) this.#ports.report(second, `releasing an upload after: ${String(error)}`);
    }
  }

  /** Dropping after a failure must not hide it: what cannot be dropped now expires. */
  async #dropAfter(session: UploadSession, failure: unknown): Promise<void> {
    try {
      await this.#drop(session);
    } catch (second) {
      this.#ports.report(second, `dropping an upload after: ${String(failure)}`);
    }
  }

  /** Bytes before the row, so that a crash between the two leaves a row that expires, not bytes that nobody knows. */
  async #drop(session: UploadSession): Promise<void> {
    this.#bytes.forget(session);
    const { pending, sealed } = this.#ports.blobStore;
    await pending.discard(session.key, session.checkpoint);
    // A finish that got as far as sealing but not to its commit, such as when the database was away.
    if (session.sealing !== undefined) await sealed.remove({ key: session.key, digest: session.sealing, size: session.checkpoint.offset });
    await this.#ports.uploadSessions.remove(session);
  }
}

function statusOf(session: UploadSession, offset: number): UploadStatus {
  return { id: session.id, repository: session.repository, offset };
}

/** A chunk that does not begin where the upload stands (416). Carries where it does, so that the client can go on. */
export class UploadOutOfOrderError extends OciError {
  readonly upload: UploadStatus;

  constructor(start: number, upload: UploadStatus) {
    const { offset } = upload;
    super('BLOB_UPLOAD_INVALID', `This chunk starts at byte ${start}, but the upload continues at byte ${offset}.`, {
      status: 416,
      detail: { offset },
    });
    this.name = 'UploadOutOfOrderError';
    this.upload = upload;
  }
}

/** distribution-spec: "Chunks MUST be uploaded in order ... the registry MUST respond with a 416". */
function requireInOrder(session: UploadSession, content: UploadContent): void {
  const { offset } = session.checkpoint;
  if (content.range !== undefined && content.range.start !== offset) {
    throw new UploadOutOfOrderError(content.range.start, statusOf(session, offset));
  }
}

/** A prefix digest is saved only in the session's algorithm, which is all that its reader expects. */
function savable({ checkpoint, prefixDigest }: UploadProgress, algorithm: DigestAlgorithm): UploadProgress {
  const fits = prefixDigest !== undefined && digestAlgorithm(prefixDigest) === algorithm;
  return { checkpoint, prefixDigest: fits ? prefixDigest : undefined };
}

function wrongDigest(named: Digest, computed: Digest): OciError {
  return new OciError(
    'DIGEST_INVALID',
    'The uploaded content has another digest than the request names. Nothing was kept; upload it again.',
    {
      detail: { named, computed },
    },
  );
}

function busyUpload(): OciError {
  return new OciError('TOOMANYREQUESTS', 'Another request is writing to this upload. Its bytes are kept; try again in a moment.', {
    headers: { 'retry-after': '1' },
  });
}

function lostUpload(cause: UploadClaimLostError): OciError {
  return new OciError('BLOB_UPLOAD_UNKNOWN', 'This upload was cancelled or taken over by another request while its content arrived.', {
    cause,
  });
}
