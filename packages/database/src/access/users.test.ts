import { NameTakenError, ROLES } from '@berth/access';
import { describe, expect, test } from 'vitest';
import { LockSteps } from '../testing/lock-steps.ts';
import { createMembers, createSettings } from './index.ts';
import { ABSENT, newUser, useAccess } from './use-access.ts';

const under = useAccess();

describe('users', () => {
  test('a name or an address in use is refused, whatever its letters look like, and nothing is written', async () => {
    await under.users.create(newUser('Jürgen'));
    for (const username of ['jürgen', 'JÜRGEN', 'Ju\u0308rgen']) {
      const error: unknown = await under.users
        .create(newUser(username, { email: 'other@example.com' }))
        .catch((failure: unknown) => failure);
      expect(error).toBeInstanceOf(NameTakenError);
      expect(error).toMatchObject({ field: 'username', cause: { code: '23505' } });
    }
    await expect(under.users.create(newUser('other', { email: 'JÜRGEN@example.com' }))).rejects.toMatchObject({ field: 'email' });
    expect((await under.users.list({ page: 1, pageSize: 100 })).total).toBe(1);
  });

  test('of ten that take one name at once, one gets it', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) => under.users.create(newUser('same', { email: `${n}@example.com` }))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('credentials are found by name and by id; what cannot be a name is not found', async () => {
    const alice = await under.users.create(newUser('Alice'));
    expect(await under.users.findCredential('aLICE')).toEqual({ user: alice, passwordHash: 'hash', credentialVersion: 1 });
    expect(await under.users.findCredentialById(alice.id)).toEqual({ user: alice, credentialVersion: 1 });
    for (const name of ['', 'alice ', 'al%', "alice' or '1", 'alice\0']) expect(await under.users.findCredential(name)).toBeUndefined();
    expect(await under.users.findCredentialById(ABSENT)).toBeUndefined();
    expect(await under.users.find(ABSENT)).toBeUndefined();
  });

  test('a changed password raises the version of the credential', async () => {
    const alice = await under.users.create(newUser('alice'));
    expect(await under.users.setPassword(alice.id, 'other')).toBe(true);
    expect(await under.users.findCredential('alice')).toMatchObject({ passwordHash: 'other', credentialVersion: 2 });
    expect(await under.users.setPassword(ABSENT, 'other')).toBe(false);
  });

  test('a generated password is known as such until another one is set', async () => {
    const admin = await under.users.create(newUser('admin', { passwordGenerated: true }));
    const other = await under.users.create(newUser('other'));
    expect(await under.users.hasGeneratedPassword(admin.id)).toBe(true);
    expect(await under.users.hasGeneratedPassword(other.id)).toBe(false);
    await under.users.setPassword(admin.id, 'own');
    expect(await under.users.hasGeneratedPassword(admin.id)).toBe(false);
  });

  test('a removed user is gone everywhere, the name is free, the projects stay', async () => {
    const [alice, bob] = [await under.users.create(newUser('alice')), await under.users.create(newUser('bob'))];
    const project = await under.createProject('p', alice);
    await createMembers(under.knex).add(project.id, bob.id, ROLES.developer);
    expect(await under.users.remove(alice.id)).toBe('removed');
    expect(await under.users.remove(alice.id)).toBe('absent');
    expect(await under.users.find(alice.id)).toBeUndefined();
    expect(await under.users.findCredential('alice')).toBeUndefined();
    expect(await under.users.findCredentialById(alice.id)).toBeUndefined();
    expect(await under.users.setPassword(alice.id, 'x')).toBe(false);
    expect(await under.users.updateProfile(alice.id, { comment: 'x' })).toBe(false);
    expect(await under.users.setSystemAdmin(alice.id, true)).toBe('absent');
    expect((await under.standings.inProjectId(project.id, alice.id))?.roles).toEqual([]);
    expect((await createMembers(under.knex).list(project.id, { page: 1, pageSize: 10 })).items.map(({ entityName }) => entityName)).toEqual(
      ['bob'],
    );
    const again = await under.users.create(newUser('alice'));
    expect(again.id).not.toBe(alice.id);
    expect((await under.standings.memberProjects(again.id)).projectIds).toEqual([]);
  });

  test('a profile changes only what is given; an address in use is refused', async () => {
    await under.users.create(newUser('alice'));
    const bob = await under.users.create(newUser('bob', { realname: 'Bob', comment: 'c' }));
    await expect(under.users.updateProfile(bob.id, { email: 'Alice@Example.com' })).rejects.toBeInstanceOf(NameTakenError);
    expect(await under.users.updateProfile(bob.id, { realname: 'Robert' })).toBe(true);
    expect(await under.users.updateProfile(bob.id, { email: 'bobby@example.com', comment: '' })).toBe(true);
    expect(await under.users.find(bob.id)).toMatchObject({ realname: 'Robert', email: 'bobby@example.com', comment: '' });
    expect((await under.users.list({ page: 1, pageSize: 1, email: 'BOBBY@example.com' })).total).toBe(1);
  });

  test('the last administrator stays, also when two go at once', async () => {
    const [one, two] = [
      await under.users.create(newUser('one', { systemAdmin: true })),
      await under.users.create(newUser('two', { systemAdmin: true })),
    ];
    const steps = new LockSteps(under.knex);
    const release = await steps.hold('select 1 from users where system_admin for update', []);
    const removing = under.users.remove(one.id);
    const demoting = under.users.setSystemAdmin(two.id, false);
    await steps.whenWaiting(2);
    await release();
    const results = await Promise.all([removing, demoting]);
    expect(results.filter((result) => result === 'last admin')).toHaveLength(1);
    const last = results[0] === 'last admin' ? one : two;
    expect(await under.users.remove(last.id)).toBe('last admin');
    expect(await under.users.setSystemAdmin(last.id, false)).toBe('last admin');
    expect(await under.users.setSystemAdmin(last.id, true)).toBe('changed');
  });

  test('lists are searched, sorted and paged; a sign of LIKE means itself', async () => {
    expect(await under.users.any()).toBe(false);
    for (const name of ['carol', 'Alice', 'bob', 'b_b', '100%']) await under.users.create(newUser(name));
    expect(await under.users.any()).toBe(true);
    const list = async (query: object) => {
      const page = await under.users.list({ page: 1, pageSize: 100, ...query });
      return [page.items.map(({ username }) => username), page.total];
    };
    expect(await list({})).toEqual([['100%', 'Alice', 'b_b', 'bob', 'carol'], 5]);
    expect(await list({ pageSize: 2, page: 2 })).toEqual([['b_b', 'bob'], 5]);
    expect(await list({ page: 99 })).toEqual([[], 5]);
    expect(await list({ page: 1e15 })).toEqual([[], 5]);
    expect(await list({ pageSize: 1e9 })).toEqual([['100%', 'Alice', 'b_b', 'bob', 'carol'], 5]);
    expect(await list({ search: 'B_' })).toEqual([['b_b'], 1]);
    expect(await list({ search: '0%' })).toEqual([['100%'], 1]);
    expect(await list({ search: 'example.com', usernamePart: 'O' })).toEqual([['bob', 'carol'], 2]);
    expect(await list({ emailPart: 'ROL@' })).toEqual([['carol'], 1]);
    expect(await list({ username: 'ALICE' })).toEqual([['Alice'], 1]);
    expect(await list({ search: 'a\0' })).toEqual([[], 0]);
    expect(await list({ sort: [{ field: 'createdAt', descending: true }] })).toEqual([['100%', 'b_b', 'bob', 'Alice', 'carol'], 5]);
    for (const field of ['password_hash', 'passwordHash', 'toString', 'id; drop table users']) {
      await expect(list({ sort: [{ field, descending: false }] })).rejects.toBeInstanceOf(RangeError);
    }
  });
});

test('settings have defaults until they are saved', async () => {
  const settings = createSettings(under.knex);
  const rest = { robotNamePrefix: 'robot$', robotDurationDays: 30, sessionIdleMinutes: 60 };
  expect(await settings.access()).toEqual({ projectCreation: 'everyone', createProjectOnPush: true, ...rest });
  await settings.saveAccess({ projectCreation: 'adminonly', createProjectOnPush: false });
  // What is not named keeps its value.
  await settings.saveAccess({ createProjectOnPush: true });
  expect(await settings.access()).toEqual({ projectCreation: 'adminonly', createProjectOnPush: true, ...rest });
});
