import type { IncomingMessage } from 'node:http';
import type { Actor } from '@berth/access';
import type { RepositoryName } from '@berth/oci';
import type { CatalogScope } from '@berth/registry';

/** What a /v2 route needs, decided by the route table before its handler runs. */
export type Need =
  /** `GET /v2/`: any valid credential. */
  | { readonly action: 'enter' }
  /** `GET /v2/_catalog`: any valid credential; the scope limits what is listed. */
  | { readonly action: 'catalog' }
  | { readonly action: RepositoryAction; readonly repository: RepositoryName };

/** Actions of the token scope `repository:<name>:<action>`. */
export type RepositoryAction = 'pull' | 'push' | 'delete';

/** A caller let through, and what else handlers may ask about it. Live rights, never the token's alone (laws 2 and 9). */
export interface Admitted {
  readonly actor: Actor;
  /** True when the credential (token scope and live rights) also allows pushing to the needed repository: HEAD then renews leases (law 4). */
  readonly mayPush: boolean;
  /** May this caller pull from another repository? For mounts. Decided on live rights. */
  mayPull(repository: RepositoryName): Promise<boolean>;
  /** What `_catalog` may show. */
  catalogScope(): Promise<CatalogScope>;
}

/**
 * Lets a request through or throws OciError: UNAUTHORIZED (401 with the `www-authenticate: Bearer realm,service,scope` challenge) without a
 * usable credential or when a token lacks the scope; DENIED (403) with a sentence for a known actor without the right;
 * NAME_UNKNOWN (404) where the caller may not know that it exists. A push to an absent project creates it when settings and rights allow.
 * Answers synchronously when everything is cached, so that the hot path never waits for a microtask.
 */
export interface Gate {
  admit(request: IncomingMessage, need: Need): Admitted | Promise<Admitted>;
}
