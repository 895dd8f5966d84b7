import { NameTakenError, type NewUser, type Projects, ROLES, type Standings, type User, type Users } from '@berth/access';
import type { ProjectName } from '@berth/oci';
import { indexOf, newObject, newUpload, pushBlob, pushImage } from '@berth/testkit';
import { parseRepositoryName } from '@berth/oci';
import type { Knex } from 'knex';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openKnex, PipelinedLookups } from '../connection/index.ts';
import { recordsOnPostgres } from '../registry/records-on-postgres.ts';
import { useTestDatabase } from '../testing/index.ts';
import { createMembers, createProjects, createSettings, createStandings, createUsers } from './index.ts';

const database = useTestDatabase();
const ABSENT = 999_999_999;
let knex: Knex;
let lookups: PipelinedLookups;
let users: Users;
let projects: Projects;
let standings: Standings;

beforeAll(() => {
  knex = openKnex({ url: database.url, applicationName: 'access' });
  lookups = new PipelinedLookups({ url: database.url, applicationName: 'access-lookups' });
  users = createUsers({ knex, lookups });
  projects = createProjects(knex);
  standings = createStandings({ knex, lookups });
});
afterAll(async () => {
  await lookups.close();
  await knex.destroy();
});
beforeEach(() =>
  knex.raw('truncate users, projects, project_members, repositories, blobs, manifest_contents, settings restart identity cascade'),
);

function newUser(username: string, more: Partial<NewUser> = {}): NewUser {
  return { username, email: `${username}@example.com`, realname: '', comment: '', passwordHash: 'hash', systemAdmin: false, ...more };
}
const named = (name: string): ProjectName => name as ProjectName;
const create = (name: string, owner: User, isPublic = false) => projects.create({ name: named(name), public: isPublic, ownerId: owner.id });

describe('users', () => {
  test('a name or an address in use is refused, whatever its letters look like, and nothing is written', async () => {
    await users.create(newUser('Jürgen'));
    for (const username of ['jürgen', 'JÜRGEN', 'Ju\u0308rgen']) {
      const error: unknown = await users.create(newUser(username, { email: 'other@example.com' })).catch((failure: unknown) => failure);
      expect(error).toBeInstanceOf(NameTakenError);
      expect(error).toMatchObject({ field: 'username', cause: { code: '23505' } });
    }
    await expect(users.create(newUser('other', { email: 'JÜRGEN@example.com' }))).rejects.toMatchObject({ field: 'email' });
    expect((await users.list({ page: 1, pageSize: 100 })).total).toBe(1);
  });

  test('of ten that take one name at once, one gets it', async () => {
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, n) => users.create(newUser('same', { email: `${n}@example.com` }))),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('credentials are found by name and by id; what cannot be a name is not found', async () => {
    const alice = await users.create(newUser('Alice'));
    expect(await users.findCredential('aLICE')).toEqual({ user: alice, passwordHash: 'hash', credentialVersion: 1 });
    expect(await users.findCredentialById(alice.id)).toEqual({ user: alice, credentialVersion: 1 });
    for (const name of ['', 'alice ', 'al%', "alice' or '1", 'alice\0']) expect(await users.findCredential(name)).toBeUndefined();
    expect(await users.findCredentialById(ABSENT)).toBeUndefined();
    expect(await users.find(ABSENT)).toBeUndefined();
  });

  test('a changed password raises the version of the credential', async () => {
    const alice = await users.create(newUser('alice'));
    expect(await users.setPassword(alice.id, 'other')).toBe(true);
    expect(await users.findCredential('alice')).toMatchObject({ passwordHash: 'other', credentialVersion: 2 });
    expect(await users.setPassword(ABSENT, 'other')).toBe(false);
  });

  test('a removed user is gone everywhere, the name is free, the projects stay', async () => {
    const [alice, bob] = [await users.create(newUser('alice')), await users.create(newUser('bob'))];
    const project = await create('p', alice);
    await createMembers(knex).add(project.id, bob.id, ROLES.developer);
    expect(await users.remove(alice.id)).toBe('removed');
    expect(await users.remove(alice.id)).toBe('absent');
    expect(await users.find(alice.id)).toBeUndefined();
    expect(await users.findCredential('alice')).toBeUndefined();
    expect(await users.findCredentialById(alice.id)).toBeUndefined();
    expect(await users.setPassword(alice.id, 'x')).toBe(false);
    expect(await users.updateProfile(alice.id, { comment: 'x' })).toBe(false);
    expect(await users.setSystemAdmin(alice.id, true)).toBe('absent');
    expect((await standings.inProjectId(project.id, alice.id))?.roles).toEqual([]);
    expect((await createMembers(knex).list(project.id, { page: 1, pageSize: 10 })).items.map(({ username }) => username)).toEqual(['bob']);
    const again = await users.create(newUser('alice'));
    expect(again.id).not.toBe(alice.id);
    expect(await standings.memberProjects(again.id)).toEqual([]);
  });

  test('a profile changes only what is given; an address in use is refused', async () => {
    await users.create(newUser('alice'));
    const bob = await users.create(newUser('bob', { realname: 'Bob', comment: 'c' }));
    await expect(users.updateProfile(bob.id, { email: 'Alice@Example.com' })).rejects.toBeInstanceOf(NameTakenError);
    expect(await users.updateProfile(bob.id, { realname: 'Robert' })).toBe(true);
    expect(await users.updateProfile(bob.id, { email: 'bobby@example.com', comment: '' })).toBe(true);
    expect(await users.find(bob.id)).toMatchObject({ realname: 'Robert', email: 'bobby@example.com', comment: '' });
    expect((await users.list({ page: 1, pageSize: 1, email: 'BOBBY@example.com' })).total).toBe(1);
  });

  test('the last administrator stays, also when two go at once', async () => {
    const [one, two] = [
      await users.create(newUser('one', { systemAdmin: true })),
      await users.create(newUser('two', { systemAdmin: true })),
    ];
    const results = await Promise.all([users.remove(one.id), users.setSystemAdmin(two.id, false)]);
    expect(results.filter((result) => result === 'last admin')).toHaveLength(1);
    const last = results[0] === 'last admin' ? one : two;
    expect(await users.remove(last.id)).toBe('last admin');
    expect(await users.setSystemAdmin(last.id, false)).toBe('last admin');
    expect(await users.setSystemAdmin(last.id, true)).toBe('changed');
  });

  test('lists are searched, sorted and paged; a sign of LIKE means itself', async () => {
    expect(await users.any()).toBe(false);
    for (const name of ['carol', 'Alice', 'bob', 'b_b', '100%']) await users.create(newUser(name));
    expect(await users.any()).toBe(true);
    const list = async (query: object) => {
      const page = await users.list({ page: 1, pageSize: 100, ...query });
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

describe('projects', () => {
  let alice: User;
  beforeEach(async () => {
    alice = await users.create(newUser('alice'));
  });

  test('the owner becomes project administrator in the same step', async () => {
    const project = await create('p', alice);
    expect(project).toMatchObject({ name: 'p', public: false, ownerId: alice.id, ownerName: 'alice', repositoryCount: 0 });
    expect(await standings.inProject(named('p'), alice.id)).toEqual({ projectId: project.id, public: false, roles: [ROLES.projectAdmin] });
    expect(await projects.find(project.id)).toEqual(project);
    expect(await projects.findByName(named('p'))).toEqual(project);
  });

  test('a name in use is refused and leaves nothing; without an owner there is no project', async () => {
    await create('p', alice);
    await expect(create('p', alice)).rejects.toMatchObject({ name: 'NameTakenError', field: 'name' });
    await expect(projects.create({ name: named('q'), public: false, ownerId: ABSENT })).rejects.toThrow('owner');
    await users.remove(alice.id);
    await expect(create('r', alice)).rejects.toThrow('owner');
    expect((await projects.list({ scope: 'everything', page: 1, pageSize: 10 })).total).toBe(1);
  });

  test('counts the repositories that hold a manifest; such a project is not removed', async () => {
    const under = recordsOnPostgres(knex, lookups);
    const project = await create('p', alice);
    await pushImage(under, parseRepositoryName('p/a'));
    await pushBlob(under, parseRepositoryName('p/empty'));
    expect((await projects.find(project.id))?.repositoryCount).toBe(1);
    expect(await projects.remove(project.id)).toBe('not empty');
    expect(await projects.find(project.id)).toBeDefined();
  });

  test('a removed project is gone everywhere at once, and a new one of its name is another', async () => {
    const under = recordsOnPostgres(knex, lookups);
    const [gone, there] = [parseRepositoryName('p/a'), parseRepositoryName('q/a')];
    const project = await create('p', alice);
    await create('q', alice);
    const blob = await pushBlob(under, gone);
    const session = await under.uploadSessions.create(newUpload(gone));
    expect(await projects.remove(project.id)).toBe('removed');
    expect(await projects.remove(project.id)).toBe('absent');
    expect(await projects.find(project.id)).toBeUndefined();
    expect(await projects.findByName(named('p'))).toBeUndefined();
    expect(await projects.setPublic(project.id, true)).toBe(false);
    expect(await standings.inProject(named('p'), alice.id)).toBeUndefined();
    expect(await standings.inProjectId(project.id, alice.id)).toBeUndefined();
    expect(await standings.memberProjects(alice.id)).toHaveLength(1);
    expect(await under.blobRecords.findLinked(gone, blob.digest)).toBeUndefined();
    expect(await under.blobRecords.mount(gone, there, blob.digest)).toBe(false);
    expect(await under.uploadSessions.find(session)).toBeUndefined();
    await expect(under.blobRecords.commitUpload(session, newObject())).rejects.toMatchObject({ name: 'UploadClaimLostError' });
    await expect(under.manifestRecords.put(indexOf(gone, []))).rejects.toMatchObject({ code: 'NAME_UNKNOWN' });

    const again = await create('p', alice);
    expect(again.id).not.toBe(project.id);
    expect(await under.manifestRecords.tags(gone, { limit: 1 })).toBeUndefined();
    expect(await under.blobRecords.findLinked(gone, blob.digest)).toBeUndefined();
    await under.age(7200);
    const expired = await under.uploadSessions.takeExpired(3600, 10);
    expect(
      expired.map((upload) => upload.session.key),
      'its bytes are still cleaned away',
    ).toEqual([session.key]);
  });

  test('removal and a first push at once: either the push is refused or the project stays', async () => {
    const under = recordsOnPostgres(knex, lookups);
    for (let round = 0; round < 10; round += 1) {
      const project = await create(`race${round}`, alice);
      const repository = parseRepositoryName(`race${round}/app`);
      const [removal, push] = await Promise.allSettled([projects.remove(project.id), under.manifestRecords.put(indexOf(repository, []))]);
      const removed = removal.status === 'fulfilled' && removal.value === 'removed';
      expect(push.status).toBe(removed ? 'rejected' : 'fulfilled');
    }
  });

  test('lists show what the scope allows, filtered, sorted and paged', async () => {
    const bob = await users.create(newUser('bob'));
    for (const name of ['zeta', 'alpha', 'mid_dle']) await create(name, alice);
    await create('open', bob, true);
    await create('secret', bob);
    const list = async (query: object) => {
      const page = await projects.list({ scope: 'everything', page: 1, pageSize: 100, ...query });
      return [page.items.map(({ name }) => name), page.total];
    };
    expect(await list({})).toEqual([['alpha', 'mid_dle', 'open', 'secret', 'zeta'], 5]);
    expect(await list({ scope: { memberId: undefined } })).toEqual([['open'], 1]);
    expect(await list({ scope: { memberId: alice.id } })).toEqual([['alpha', 'mid_dle', 'open', 'zeta'], 4]);
    expect(await list({ scope: { memberId: alice.id }, pageSize: 3, page: 2 })).toEqual([['zeta'], 4]);
    expect(await list({ name: 'D_D' })).toEqual([['mid_dle'], 1]);
    expect(await list({ exactName: 'mid' })).toEqual([[], 0]);
    expect(await list({ ownerName: 'BOB', public: false })).toEqual([['secret'], 1]);
    expect(await list({ sort: [{ field: 'ownerName', descending: true }] })).toEqual([['open', 'secret', 'zeta', 'alpha', 'mid_dle'], 5]);
    expect(await list({ sort: [{ field: 'repositoryCount', descending: true }] })).toMatchObject({ 1: 5 });
    expect(await projects.setPublic(ABSENT, true)).toBe(false);
  });
});

describe('members', () => {
  test('of another project answer like absent ones', async () => {
    const members = createMembers(knex);
    const [alice, bob] = [await users.create(newUser('alice')), await users.create(newUser('bob'))];
    const [mine, other] = [await create('mine', alice), await create('other', alice)];
    const member = await members.add(mine.id, bob.id, ROLES.guest);
    expect(member).toEqual({ id: member.id, projectId: mine.id, userId: bob.id, username: 'bob', roleId: ROLES.guest });
    expect(await members.find(mine.id, member.id)).toEqual(member);
    expect(await members.find(other.id, member.id)).toBeUndefined();
    expect(await members.setRole(other.id, member.id, ROLES.projectAdmin)).toBe(false);
    expect(await members.remove(other.id, member.id)).toBe(false);
    expect(await members.setRole(mine.id, member.id, ROLES.maintainer)).toBe(true);
    expect((await standings.inProject(named('mine'), bob.id))?.roles).toEqual([ROLES.maintainer]);
    expect(await standings.rolesIn([mine.id, other.id], bob.id)).toEqual(new Map([[mine.id, [ROLES.maintainer]]]));
    expect(await standings.memberProjects(bob.id)).toEqual([mine.id]);
    expect(await members.remove(mine.id, member.id)).toBe(true);
    expect((await standings.inProject(named('mine'), bob.id))?.roles).toEqual([]);
  });

  test('nobody is a member twice, or of what is not there', async () => {
    const members = createMembers(knex);
    const alice = await users.create(newUser('alice'));
    const project = await create('p', alice);
    await expect(members.add(project.id, alice.id, ROLES.guest)).rejects.toMatchObject({ name: 'NameTakenError', field: 'member' });
    await expect(members.add(project.id, ABSENT, ROLES.guest)).rejects.toThrow('does not exist');
    await expect(members.add(ABSENT, alice.id, ROLES.guest)).rejects.toThrow('does not exist');
  });

  test('an outsider and an anonymous caller have no role', async () => {
    const [alice, bob] = [await users.create(newUser('alice')), await users.create(newUser('bob'))];
    const project = await create('p', alice, true);
    for (const userId of [bob.id, undefined]) {
      expect(await standings.inProject(named('p'), userId)).toEqual({ projectId: project.id, public: true, roles: [] });
    }
  });

  test('lists are searched by name and paged', async () => {
    const members = createMembers(knex);
    const alice = await users.create(newUser('alice'));
    const project = await create('p', alice);
    for (const name of ['bob', 'bobby', 'carol']) await members.add(project.id, (await users.create(newUser(name))).id, ROLES.guest);
    const list = async (query: object) => {
      const page = await members.list(project.id, { page: 1, pageSize: 100, ...query });
      return [page.items.map(({ username }) => username), page.total];
    };
    expect(await list({})).toEqual([['alice', 'bob', 'bobby', 'carol'], 4]);
    expect(await list({ entityName: 'BOB' })).toEqual([['bob', 'bobby'], 2]);
    expect(await list({ pageSize: 3, page: 2 })).toEqual([['carol'], 4]);
  });
});

test('settings have defaults until they are saved', async () => {
  const settings = createSettings(knex);
  expect(await settings.access()).toEqual({ projectCreation: 'everyone', createProjectOnPush: true });
  await settings.saveAccess({ projectCreation: 'adminonly', createProjectOnPush: false });
  await settings.saveAccess({ projectCreation: 'adminonly', createProjectOnPush: true });
  expect(await settings.access()).toEqual({ projectCreation: 'adminonly', createProjectOnPush: true });
});
