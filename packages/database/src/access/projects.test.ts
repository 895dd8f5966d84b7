import type { User } from '@berth/access';
import { ROLES } from '@berth/access';
import { parseRepositoryName, type ProjectName } from '@berth/oci';
import { indexOf, newObject, newUpload, pushBlob, pushImage } from '@berth/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { LockSteps } from '../testing/lock-steps.ts';
import { createMembers } from './index.ts';
import { ABSENT, newUser, useAccess } from './use-access.ts';

const under = useAccess();

describe('projects', () => {
  let alice: User;
  beforeEach(async () => {
    alice = await under.users.create(newUser('alice'));
  });

  test('the owner becomes project administrator in the same step', async () => {
    const project = await under.createProject('p', alice);
    expect(project).toMatchObject({ name: 'p', public: false, ownerId: alice.id, ownerName: 'alice', repositoryCount: 0 });
    expect(await under.standings.inProject('p' as ProjectName, alice.id)).toEqual({
      projectId: project.id,
      public: false,
      roles: [ROLES.projectAdmin],
    });
    expect(await under.projects.find(project.id)).toEqual(project);
    expect(await under.projects.findByName('p' as ProjectName)).toEqual(project);
  });

  test('a name in use is refused and leaves nothing; without an owner there is no project', async () => {
    await under.createProject('p', alice);
    await expect(under.createProject('p', alice)).rejects.toMatchObject({ name: 'NameTakenError', field: 'name' });
    await expect(under.projects.create({ name: 'q' as ProjectName, public: false, ownerId: ABSENT })).rejects.toThrow('owner');
    await under.users.remove(alice.id);
    await expect(under.createProject('r', alice)).rejects.toThrow('owner');
    expect((await under.projects.list({ scope: 'everything', page: 1, pageSize: 10 })).total).toBe(1);
  });

  test('counts the repositories that hold a manifest; such a project is not removed', async () => {
    const { records } = under;
    const project = await under.createProject('p', alice);
    await pushImage(records, parseRepositoryName('p/a'));
    await pushBlob(records, parseRepositoryName('p/empty'));
    expect((await under.projects.find(project.id))?.repositoryCount).toBe(1);
    expect(await under.projects.remove(project.id, 'user:1')).toBe('not empty');
    expect(await under.projects.find(project.id)).toBeDefined();
  });

  test('a removed project is gone everywhere at once, and a new one of its name is another', async () => {
    const { records } = under;
    const [gone, there] = [parseRepositoryName('p/a'), parseRepositoryName('q/a')];
    const project = await under.createProject('p', alice);
    await under.createProject('q', alice);
    const blob = await pushBlob(records, gone);
    const session = await records.uploadSessions.create(newUpload(gone));
    expect(await under.projects.remove(project.id, 'user:1')).toBe('removed');
    expect(await under.projects.remove(project.id, 'user:1')).toBe('absent');
    expect(await under.projects.find(project.id)).toBeUndefined();
    expect(await under.projects.findByName('p' as ProjectName)).toBeUndefined();
    expect(await under.projects.setPublic(project.id, true)).toBe(false);
    expect(await under.standings.inProject('p' as ProjectName, alice.id)).toBeUndefined();
    expect(await under.standings.inProjectId(project.id, alice.id)).toBeUndefined();
    expect((await under.standings.memberProjects(alice.id)).projectIds).toHaveLength(1);
    expect(await records.blobRecords.findLinked(gone, blob.digest)).toBeUndefined();
    expect(await records.blobRecords.mount(gone, there, blob.digest)).toBe(false);
    expect(await records.uploadSessions.find(session)).toBeUndefined();
    await expect(records.blobRecords.commitUpload(session, newObject())).rejects.toMatchObject({ name: 'UploadClaimLostError' });
    await expect(records.manifestRecords.put(indexOf(gone, []))).rejects.toMatchObject({ code: 'NAME_UNKNOWN' });

    const again = await under.createProject('p', alice);
    expect(again.id).not.toBe(project.id);
    expect(await records.manifestRecords.tags(gone, { limit: 1 })).toBeUndefined();
    expect(await records.blobRecords.findLinked(gone, blob.digest)).toBeUndefined();
    await records.age(7200);
    const expired = await records.uploadSessions.takeExpired(3600, 10);
    expect(
      expired.map((upload) => upload.session.key),
      'its bytes are still cleaned away',
    ).toEqual([session.key]);
  });

  test('removal and a first push at once: either the push is refused or the project stays', async () => {
    const { records } = under;
    for (let round = 0; round < 10; round += 1) {
      const project = await under.createProject(`race${round}`, alice);
      const repository = parseRepositoryName(`race${round}/app`);
      const [removal, push] = await Promise.allSettled([
        under.projects.remove(project.id, 'user:1'),
        records.manifestRecords.put(indexOf(repository, [])),
      ]);
      const removed = removal.status === 'fulfilled' && removal.value === 'removed';
      expect(push.status).toBe(removed ? 'rejected' : 'fulfilled');
    }
  });

  test('a push that is under way is waited for, and then the project is not empty', async () => {
    const { records } = under;
    const steps = new LockSteps(under.knex);
    const project = await under.createProject('p', alice);
    await under.createProject('q', alice);
    await pushBlob(records, parseRepositoryName('p/app'));
    const index = indexOf(parseRepositoryName('q/app'), []);
    await records.manifestRecords.put(index);
    const release = await steps.hold('select 1 from manifest_contents where digest = ? for update', [index.digest]);
    const pushing = records.manifestRecords.put({ ...index, repository: parseRepositoryName('p/app') });
    await steps.whenWaiting(1);
    const removing = under.projects.remove(project.id, 'user:1');
    await steps.whenWaiting(2);
    await release();
    expect(await pushing).toEqual({ outcome: 'stored' });
    expect(await removing).toBe('not empty');
  });

  test('lists show what the scope allows, filtered, sorted and paged', async () => {
    const bob = await under.users.create(newUser('bob'));
    for (const name of ['zeta', 'alpha', 'mid_dle']) await under.createProject(name, alice);
    await under.createProject('open', bob, true);
    await under.createProject('secret', bob);
    const list = async (query: object) => {
      const page = await under.projects.list({ scope: 'everything', page: 1, pageSize: 100, ...query });
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
    expect(await under.projects.setPublic(ABSENT, true)).toBe(false);
  });
});

describe('members', () => {
  test('of another project answer like absent ones', async () => {
    const members = createMembers(under.knex);
    const [alice, bob] = [await under.users.create(newUser('alice')), await under.users.create(newUser('bob'))];
    const [mine, other] = [await under.createProject('mine', alice), await under.createProject('other', alice)];
    const member = await members.add(mine.id, bob.id, ROLES.guest);
    expect(member).toEqual({
      ...{ id: member.id, projectId: mine.id, kind: 'user', entityId: bob.id, entityName: 'bob' },
      ...{ roleId: ROLES.guest, roleName: 'guest', repositoryPatterns: undefined },
    });
    expect(await members.find(mine.id, member.id)).toEqual(member);
    expect(await members.find(other.id, member.id)).toBeUndefined();
    expect(await members.setRole(other.id, member.id, ROLES.projectAdmin)).toBe(false);
    expect(await members.remove(other.id, member.id)).toBe(false);
    expect(await members.setRole(mine.id, member.id, ROLES.maintainer)).toBe(true);
    expect((await under.standings.inProject('mine' as ProjectName, bob.id))?.roles).toEqual([ROLES.maintainer]);
    expect(await under.standings.rolesIn([mine.id, other.id], bob.id)).toEqual(new Map([[mine.id, [ROLES.maintainer]]]));
    expect((await under.standings.memberProjects(bob.id)).projectIds).toEqual([mine.id]);
    expect(await members.remove(mine.id, member.id)).toBe(true);
    expect((await under.standings.inProject('mine' as ProjectName, bob.id))?.roles).toEqual([]);
  });

  test('nobody is a member twice, or of what is not there', async () => {
    const members = createMembers(under.knex);
    const alice = await under.users.create(newUser('alice'));
    const project = await under.createProject('p', alice);
    await expect(members.add(project.id, alice.id, ROLES.guest)).rejects.toMatchObject({ name: 'NameTakenError', field: 'member' });
    await expect(members.add(project.id, ABSENT, ROLES.guest)).rejects.toThrow('does not exist');
    await expect(members.add(ABSENT, alice.id, ROLES.guest)).rejects.toThrow('does not exist');
  });

  test('an outsider and an anonymous caller have no role', async () => {
    const [alice, bob] = [await under.users.create(newUser('alice')), await under.users.create(newUser('bob'))];
    const project = await under.createProject('p', alice, true);
    for (const userId of [bob.id, undefined]) {
      expect(await under.standings.inProject('p' as ProjectName, userId)).toEqual({ projectId: project.id, public: true, roles: [] });
    }
  });

  test('lists are searched by name and paged', async () => {
    const members = createMembers(under.knex);
    const alice = await under.users.create(newUser('alice'));
    const project = await under.createProject('p', alice);
    for (const name of ['bob', 'bobby', 'carol']) await members.add(project.id, (await under.users.create(newUser(name))).id, ROLES.guest);
    const list = async (query: object) => {
      const page = await members.list(project.id, { page: 1, pageSize: 100, ...query });
      return [page.items.map(({ entityName }) => entityName), page.total];
    };
    expect(await list({})).toEqual([['alice', 'bob', 'bobby', 'carol'], 4]);
    expect(await list({ entityName: 'BOB' })).toEqual([['bob', 'bobby'], 2]);
    expect(await list({ pageSize: 3, page: 2 })).toEqual([['carol'], 4]);
  });
});
