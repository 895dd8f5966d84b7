import type { ActorKey } from './upload-sessions.ts';

/** Keeps a manifest from policies and from deletions until it is taken off. */
export interface Pin {
  /** Empty when none was given. */
  readonly reason: string;
  /** Of the account; its key where that is gone. */
  readonly pinnedBy: string;
  readonly pinnedAt: Date;
}

export interface Pins {
  /** A pin that is there already gets the new reason and whoever gave it. False when the manifest is gone. */
  pin(manifestId: number, pin: { readonly reason: string; readonly actor: ActorKey }): Promise<boolean>;
  /** False when there was none. */
  unpin(manifestId: number): Promise<boolean>;
}
