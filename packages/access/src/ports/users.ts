import type { Page, PageRequest } from './page.ts';

export interface User {
  readonly id: number;
  readonly username: string;
  readonly email: string;
  readonly realname: string;
  readonly comment: string;
  readonly systemAdmin: boolean;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What sign-in needs; never leaves the server. */
export interface UserCredential {
  readonly user: User;
  /** Argon2id in PHC string format. */
  readonly passwordHash: string;
  /** Rises with every change of password or deactivation: a token or session made under another version is void (law 9). */
  readonly credentialVersion: number;
}

export interface NewUser {
  readonly username: string;
  readonly email: string;
  readonly realname: string;
  readonly comment: string;
  readonly passwordHash: string;
  /** The server made the password up: its owner is asked for another one. */
  readonly passwordGenerated?: boolean;
  readonly systemAdmin: boolean;
}

export interface UserProfileChange {
  readonly email?: string;
  readonly realname?: string;
  readonly comment?: string;
}

/** Names compare case-insensitively, e-mail too; a deleted user's name and e-mail are free again. */
export interface Users {
  /** Throws {@link NameTakenError} for a username or e-mail in use. */
  create(user: NewUser): Promise<User>;
  find(id: number): Promise<User | undefined>;
  findCredential(username: string): Promise<UserCredential | undefined>;
  /** For verifying tokens: undefined when deleted. */
  findCredentialById(id: number): Promise<Omit<UserCredential, 'passwordHash'> | undefined>;
  list(query: UserQuery): Promise<Page<User>>;
  updateProfile(id: number, change: UserProfileChange): Promise<boolean>;
  setPassword(id: number, passwordHash: string): Promise<boolean>;
  /** Does the user still have a password that the server made up? */
  hasGeneratedPassword(id: number): Promise<boolean>;
  /** `last admin` when it would leave no system administrator. */
  setSystemAdmin(id: number, systemAdmin: boolean): Promise<'changed' | 'absent' | 'last admin'>;
  remove(id: number): Promise<'removed' | 'absent' | 'last admin'>;
  /** True when at least one user exists: the first start makes the administrator only then. */
  any(): Promise<boolean>;
}

export interface UserQuery extends PageRequest {
  /** Part of the username or e-mail. */
  readonly search?: string;
  /** Part of the username only: what may be searched by people who must not learn e-mail addresses. */
  readonly usernamePart?: string;
  readonly emailPart?: string;
  readonly username?: string;
  readonly email?: string;
}
