import { UploadClaimLostError, type UploadSession, type UploadSessions } from '../ports/upload-sessions.ts';
import type { TroubleReport } from '../trouble.ts';

/** A claim lapses after a minute; three renewals may fail before that. */
const RENEW_MILLISECONDS = 15_000;

/** Renews a claim while a request works under it. */
export class ClaimKeeper {
  readonly #sessions: UploadSessions;
  readonly #session: UploadSession;
  readonly #report: TroubleReport;
  readonly #timer: NodeJS.Timeout;
  #lost: UploadClaimLostError | undefined;

  constructor(sessions: UploadSessions, session: UploadSession, report: TroubleReport) {
    this.#sessions = sessions;
    this.#session = session;
    this.#report = report;
    this.#timer = setInterval(() => void this.#renew(), RENEW_MILLISECONDS).unref();
  }

  /** Throws when the claim is known to be lost: whoever writes stops at once. */
  check(): void {
    if (this.#lost !== undefined) throw this.#lost;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #renew(): Promise<void> {
    try {
      await this.#sessions.renew(this.#session);
    } catch (error) {
      if (error instanceof UploadClaimLostError) this.#lost = error;
      // A database that is away for a moment is no reason to stop a body; the final commit is fenced anyway.
      else this.#report(error, 'renewing the claim of an upload');
    }
  }
}
