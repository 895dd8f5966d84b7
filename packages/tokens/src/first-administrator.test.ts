import { NameTakenError, type NewUser, type Users } from '@berth/access';
import { unnamed } from '@berth/oci';
import { expect, it } from 'vitest';
import { ensureFirstAdministrator, PasswordRefusedError } from './first-administrator.ts';
import { passwordMatches } from './passwords.ts';

function usersWith(present: boolean, create?: () => never): { users: Users; made: NewUser[] } {
  const made: NewUser[] = [];
  const users = {
    any: async () => present,
    create: async (user: NewUser) => {
      create?.();
      made.push(user);
    },
  } as unknown as Users;
  return { users, made };
}

it('makes the administrator with the given password, which is kept nowhere', async () => {
  const { users, made } = usersWith(false);
  const kept: string[] = [];
  const keepGenerated = async (password: string): Promise<void> => void kept.push(password);
  expect(await ensureFirstAdministrator(users, { password: 'Given-Password-1', keepGenerated })).toEqual({ made: true, username: 'admin' });
  expect(kept).toEqual([]);
  expect(made[0]).toMatchObject({ username: 'admin', systemAdmin: true });
  expect(await passwordMatches(made[0]?.passwordHash ?? '', 'Given-Password-1')).toBe(true);
});

it('generates one that follows the rule, hands it over first, and never the same twice', async () => {
  const kept: string[] = [];
  for (let round = 0; round < 2; round += 1) {
    const { users, made } = usersWith(false);
    const result = await ensureFirstAdministrator(users, {
      password: undefined,
      keepGenerated: async (password) => {
        expect(made).toEqual([]);
        kept.push(password);
      },
    });
    expect(result).toEqual({ made: true, username: 'admin', generatedPassword: kept[round] });
    expect(await passwordMatches(made[0]?.passwordHash ?? '', kept[round] ?? '')).toBe(true);
  }
  expect(kept[0]).toHaveLength(24);
  expect(kept[0]).not.toBe(kept[1]);
});

it('changes nothing where a user exists, and lets a quicker process win', async () => {
  const keepGenerated = async (): Promise<void> => undefined;
  const { users, made } = usersWith(true);
  expect(await ensureFirstAdministrator(users, { password: 'Given-Password-1', keepGenerated })).toEqual({ made: false });
  expect(made).toEqual([]);
  const racing = usersWith(false, () => {
    throw new NameTakenError('username', unnamed('taken'));
  });
  expect(await ensureFirstAdministrator(racing.users, { password: 'Given-Password-1', keepGenerated })).toEqual({ made: false });
});

it.each(['', 'short', 'alllowercase1', 'NoDigitsHere', 'x'.repeat(200)])(
  'refuses the password %s before anything is stored',
  async (password) => {
    const { users, made } = usersWith(false);
    await expect(ensureFirstAdministrator(users, { password, keepGenerated: async () => undefined })).rejects.toBeInstanceOf(
      PasswordRefusedError,
    );
    expect(made).toEqual([]);
  },
);
