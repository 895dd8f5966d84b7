import type { ListedRights, RightSet } from '../rights.ts';
import type { Page, PageRequest } from './page.ts';
import type { RobotPermission } from './robots.ts';

/** A secret that speaks for a user, beside the password. */
export interface AccessToken {
  readonly id: number;
  readonly userId: number;
  readonly name: string;
  /** undefined: everything its owner may do. */
  readonly permissions: readonly RobotPermission[] | undefined;
  readonly expiresAt: Date | undefined;
  readonly lastUsedAt: Date | undefined;
  readonly createdAt: Date;
}

export interface NewAccessToken {
  readonly userId: number;
  readonly name: string;
  readonly secretHash: string;
  /** undefined for never. */
  readonly durationDays: number | undefined;
  readonly permissions: readonly ListedRights[] | undefined;
}

export interface LivingAccessToken {
  readonly id: number;
  readonly userId: number;
  readonly limit: RightSet | undefined;
}

export interface AccessTokens {
  /** Throws {@link NameTakenError}. `too many` beyond 100 of one user. */
  create(token: NewAccessToken): Promise<AccessToken | 'too many'>;
  list(userId: number, query: PageRequest): Promise<Page<AccessToken>>;
  /** A token of another user is not there. */
  remove(userId: number, id: number): Promise<boolean>;
  /** undefined when revoked or expired. */
  findLiving(id: number): Promise<LivingAccessToken | undefined>;
  findBySecret(secretHash: string): Promise<LivingAccessToken | undefined>;
  /** Notes the last use of each, in one statement. */
  recordUses(uses: ReadonlyMap<number, Date>): Promise<void>;
}
