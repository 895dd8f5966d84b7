import type { LivingSubject } from '@berth/access';
import type { RepositoryName } from '@berth/oci';

/** What a bearer token opens, as bits, so that asking costs nothing. */
export const PULL = 1;
export const PUSH = 2;
export const DELETE = 4;

export type ScopeAction = 'pull' | 'push' | 'delete';
export const ACTION_BIT: Readonly<Record<ScopeAction, number>> = { pull: PULL, push: PUSH, delete: DELETE };

/** A granted scope. The token only narrows: what the actor may do is asked again at every use. */
export interface RepositoryGrant {
  readonly repository: RepositoryName;
  readonly actions: readonly ScopeAction[];
  /** The project's id when the token was made; undefined when the project did not exist yet. A recreated project has another id. */
  readonly projectId: number | undefined;
}

/** Whom a token speaks for: nobody, or an account under one version of its credentials. */
export type TokenSubject = { readonly kind: 'anonymous' } | LivingSubject;

export interface TokenGrants {
  readonly repositories: readonly RepositoryGrant[];
  readonly catalog: boolean;
}

/** A token whose signature and claims were checked. */
export interface VerifiedToken {
  readonly subject: TokenSubject;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
  readonly catalog: boolean;
  readonly repositories: ReadonlyMap<RepositoryName, { readonly bits: number; readonly projectId: number | undefined }>;
}
