import { NameTakenError, passwordProblem, type Users } from '@berth/access';
import { generatePassword, hashPassword } from './passwords.ts';

export const FIRST_ADMINISTRATOR = 'admin';

/** The given first password does not follow the rule. Nothing was stored. */
export class PasswordRefusedError extends Error {
  override readonly name = 'PasswordRefusedError';
}

export type FirstAdministrator =
  | { readonly made: false }
  /** `generatedPassword` is present when none was given: to be shown once, and written where only the owner reads it. */
  | { readonly made: true; readonly username: string; readonly generatedPassword?: string };

/** What must not be lost before the account exists: a generated password is handed over first, so that a crash cannot leave an account nobody can enter. */
export interface FirstAdministratorOptions {
  readonly password: string | undefined;
  keepGenerated(password: string): Promise<void>;
}

/**
 * Makes the user `admin` when no user exists at all; later starts and later passwords change nothing.
 * Of several processes that start at once one makes it. Throws {@link PasswordRefusedError}.
 */
export async function ensureFirstAdministrator(users: Users, options: FirstAdministratorOptions): Promise<FirstAdministrator> {
  if (await users.any()) return { made: false };
  const problem = options.password === undefined ? undefined : passwordProblem(options.password);
  if (problem !== undefined) {
    throw new PasswordRefusedError(
      `The first administrator's password cannot be used. ${problem.text} Nothing was stored; give another one and start again.`,
    );
  }
  const password = options.password ?? generatePassword();
  if (options.password === undefined) await options.keepGenerated(password);
  try {
    await users.create({
      username: FIRST_ADMINISTRATOR,
      email: 'admin@example.com',
      realname: 'system admin',
      comment: 'admin user',
      passwordHash: await hashPassword(password),
      passwordGenerated: options.password === undefined,
      systemAdmin: true,
    });
  } catch (cause) {
    if (cause instanceof NameTakenError) return { made: false };
    throw cause;
  }
  return { made: true, username: FIRST_ADMINISTRATOR, ...(options.password === undefined ? { generatedPassword: password } : {}) };
}
