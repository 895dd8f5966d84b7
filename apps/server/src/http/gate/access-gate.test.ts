import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Answer, basic } from '../testing/ask.ts';
import { IdentityTestServer } from '../testing/identity-test-server.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const ABSENT = `sha256:${'0'.repeat(64)}`;
let adminId = 0;
let team = 0;

beforeAll(async () => {
  await server.start(database.url);
  adminId = await server.addUser('admin', true);
  team = await server.addProject('team', adminId);
  await server.addProject('open', adminId, true);
  await server.addMembers(team);
  await server.addUser('outsider');
});
afterAll(() => server.stop());
beforeEach(() => server.passFiveSeconds());

function challenge(answer: Answer): Record<string, string> {
  const header = answer.headers['www-authenticate'] ?? '';
  expect(header.startsWith('Bearer ')).toBe(true);
  return Object.fromEntries([...header.matchAll(/(\w+)="([^"]*)"/g)].map((match) => [match[1], match[2]]));
}

function codeOf(answer: Answer): string {
  return answer.json<{ errors: { code: string }[] }>().errors[0]?.code ?? '';
}

describe('a caller without a usable credential', () => {
  it('is sent to the token endpoint of the host he called, with the scope he needs', async () => {
    const answer = await server.ask('GET', '/v2/team/app/manifests/latest');
    expect([answer.status, codeOf(answer)]).toEqual([401, 'UNAUTHORIZED']);
    expect(challenge(answer)).toEqual({
      realm: `${server.url}/service/token`,
      service: 'berth-registry',
      scope: 'repository:team/app:pull',
    });
  });

  it.each([
    ['GET', '/v2/', undefined],
    ['GET', '/v2/_catalog', 'registry:catalog:*'],
    ['HEAD', `/v2/team/app/blobs/${ABSENT}`, 'repository:team/app:pull'],
    ['POST', '/v2/team/app/blobs/uploads/', 'repository:team/app:pull,push'],
    ['PUT', '/v2/team/app/manifests/a', 'repository:team/app:pull,push'],
    ['DELETE', '/v2/team/app/manifests/a', 'repository:team/app:delete'],
  ])('%s %s needs the scope %s', async (method, path, scope) => {
    const answer = await server.ask(method, path);
    expect(answer.status).toBe(401);
    expect(challenge(answer)['scope']).toBe(scope);
  });

  it('learns nothing of what exists: private, public and absent projects answer alike', async () => {
    const answers = await Promise.all(['team', 'open', 'nowhere'].map((name) => server.ask('GET', `/v2/${name}/app/manifests/latest`)));
    const words = answers.map(({ status, text, headers }, index) => {
      const name = ['team', 'open', 'nowhere'][index] ?? '';
      return [status, text, headers['www-authenticate']?.replace(name, 'NAME')];
    });
    expect(words[1]).toEqual(words[0]);
    expect(words[2]).toEqual(words[0]);
  });

  it.each(['Bearer', 'Bearer ', 'Bearer x', 'Basic x', 'Digest abc', `Bearer ${'a'.repeat(4000)}`])(
    'is refused with the header %s',
    async (authorization) => {
      const answer = await server.ask('GET', '/v2/', { headers: { authorization } });
      expect(answer.status).toBe(401);
      expect(challenge(answer)['realm']).toBe(`${server.url}/service/token`);
    },
  );

  it('is not sent to a host that cannot be one', async () => {
    const answer = await server.ask('GET', '/v2/', { headers: { host: 'a"b,realm="http://evil' } });
    if (answer.status === 401) expect(challenge(answer)['realm']).toBe(`${server.url}/service/token`);
    else expect(answer.status).toBe(400);
  });

  it('is refused with a wrong password, with a challenge', async () => {
    const answer = await server.ask('GET', '/v2/', { as: 'guest', password: 'Wrong-Password-1' });
    expect(answer.status).toBe(401);
    expect(challenge(answer)['service']).toBe('berth-registry');
  });
});

describe('a token narrows', () => {
  it('a pull token of a maintainer neither pushes nor deletes', async () => {
    const bearer = await server.token('maintainer', 'repository:team/app:pull');
    const push = await server.ask('POST', '/v2/team/app/blobs/uploads/', { bearer });
    expect([push.status, challenge(push)['error']]).toEqual([401, 'insufficient_scope']);
    expect((await server.ask('DELETE', '/v2/team/app/manifests/a', { bearer })).status).toBe(401);
  });

  it('says in words whose right is missing, the same for what is there and what is not', async () => {
    const refusal = async (project: string, as?: string): Promise<readonly unknown[]> => {
      const bearer = await server.token(as, `repository:${project}/app:pull`);
      const { status, text } = await server.ask('GET', `/v2/${project}/app/manifests/a`, { bearer });
      return [status, text.replaceAll(project, '…')];
    };
    const known = 'Your login, or the token made of it, does not let you pull from …/app, whether it is there or not';
    expect(await refusal('team', 'outsider')).toEqual([401, expect.stringContaining(known)]);
    const nobody = await refusal('team');
    expect(nobody).toEqual([401, expect.stringContaining('Nobody is signed in, and so you may not pull from …/app')]);
    expect(await refusal('nowhere')).toEqual(nobody);
  });

  it('a push token cannot delete', async () => {
    const bearer = await server.token('maintainer', 'repository:team/app:pull,push');
    const answer = await server.ask('DELETE', '/v2/team/app/manifests/a', { bearer });
    expect([answer.status, challenge(answer)['scope']]).toEqual([401, 'repository:team/app:delete']);
  });

  it('to one repository, and to the catalog only where asked for', async () => {
    const bearer = await server.token('maintainer', 'repository:team/app:pull,push,delete');
    expect((await server.ask('GET', '/v2/team/other/tags/list', { bearer })).status).toBe(401);
    expect((await server.ask('GET', '/v2/_catalog', { bearer })).status).toBe(401);
    const catalog = await server.token('maintainer', 'registry:catalog:*');
    expect((await server.ask('GET', '/v2/_catalog', { bearer: catalog })).status).toBe(200);
    expect((await server.ask('GET', '/v2/', { bearer })).status).toBe(200);
  });

  it('an anonymous token pulls what is public', async () => {
    const bearer = await server.token(undefined, 'repository:open/app:pull');
    const answer = await server.ask('GET', '/v2/open/app/manifests/latest', { bearer });
    expect(answer.status).toBe(404);
    expect((await server.ask('POST', '/v2/open/app/blobs/uploads/', { bearer })).status).toBe(401);
  });
});

describe('live rights decide, within five seconds of a change by another process', () => {
  it('a removed member loses an old token, for pull (404, as if absent) and push (403)', async () => {
    const userId = await server.addUser('leaver');
    const member = await server.stores.members.add(team, userId, 2);
    const bearer = await server.token('leaver', 'repository:team/app:pull,push');
    expect((await server.ask('POST', '/v2/team/app/blobs/uploads/', { bearer })).status).toBe(202);
    await server.stores.members.remove(team, member.id);
    server.passFiveSeconds();
    const pull = await server.ask('GET', '/v2/team/app/manifests/latest', { bearer });
    expect([pull.status, codeOf(pull)]).toEqual([404, 'NAME_UNKNOWN']);
    await server.stores.settings.saveAccess({ projectCreation: 'adminonly', createProjectOnPush: true });
    const absent = await server.ask('GET', '/v2/nowhere/app/manifests/latest', { as: 'leaver' });
    await server.stores.settings.saveAccess({ projectCreation: 'everyone', createProjectOnPush: true });
    expect(absent.text.replace('nowhere', 'team')).toBe(pull.text);
    const push = await server.ask('POST', '/v2/team/app/blobs/uploads/', { bearer });
    expect([push.status, codeOf(push)]).toEqual([403, 'DENIED']);
  });

  it('a member whose role shrinks keeps what is left of it', async () => {
    const userId = await server.addUser('shrunk');
    const member = await server.stores.members.add(team, userId, 4);
    const bearer = await server.token('shrunk', 'repository:team/app:*');
    await server.stores.members.setRole(team, member.id, 3);
    server.passFiveSeconds();
    const push = await server.ask('POST', '/v2/team/app/blobs/uploads/', { bearer });
    expect([push.status, codeOf(push)]).toEqual([403, 'DENIED']);
    expect(push.text).toContain('Your role in the project team');
    expect((await server.ask('GET', '/v2/team/app/tags/list', { bearer })).status).toBe(200);
    expect((await server.ask('DELETE', '/v2/team/app/manifests/a', { bearer })).status).toBe(403);
  });

  it('a new member is let in at once: a no is never remembered', async () => {
    const userId = await server.addUser('joiner');
    const outside = await server.ask('POST', '/v2/team/app/blobs/uploads/', { as: 'joiner' });
    expect(outside.status).toBe(403);
    await server.stores.members.add(team, userId, 2);
    expect((await server.ask('POST', '/v2/team/app/blobs/uploads/', { as: 'joiner' })).status).toBe(202);
  });

  it('a changed password, and a removed account, end tokens and Basic', async () => {
    for (const end of ['password', 'removal'] as const) {
      const userId = await server.addUser(`ended-${end}`);
      await server.stores.members.add(team, userId, 2);
      const bearer = await server.token(`ended-${end}`, 'repository:team/app:pull,push');
      expect((await server.ask('GET', '/v2/', { bearer })).status).toBe(200);
      if (end === 'password') await server.stores.users.setPassword(userId, 'another hash');
      else await server.stores.users.remove(userId);
      server.passFiveSeconds();
      const answer = await server.ask('GET', '/v2/', { bearer });
      expect([answer.status, challenge(answer)['error']]).toEqual([401, 'invalid_token']);
      expect((await server.ask('POST', '/v2/team/app/blobs/uploads/', { bearer })).status).toBe(401);
    }
  });

  it('a project made private closes to anonymous tokens', async () => {
    const id = await server.addProject('closing', adminId, true);
    const bearer = await server.token(undefined, 'repository:closing/app:pull');
    expect((await server.ask('GET', '/v2/closing/app/tags/list', { bearer })).status).toBe(404);
    await server.stores.projects.setPublic(id, false);
    server.passFiveSeconds();
    expect((await server.ask('GET', '/v2/closing/app/tags/list', { bearer })).status).toBe(401);
  });

  it('a token of a project that was deleted opens nothing in the next one of its name', async () => {
    const first = await server.addProject('again', adminId);
    const bearer = await server.token('admin', 'repository:again/app:pull,push');
    expect((await server.ask('POST', '/v2/again/app/blobs/uploads/', { bearer })).status).toBe(202);
    expect(await server.stores.projects.remove(first, 'user:1')).toBe('removed');
    await server.addProject('again', adminId);
    server.passFiveSeconds();
    const answer = await server.ask('POST', '/v2/again/app/blobs/uploads/', { bearer });
    expect([answer.status, challenge(answer)['error']]).toEqual([401, 'insufficient_scope']);
    const renewed = await server.token('admin', 'repository:again/app:pull,push');
    expect((await server.ask('POST', '/v2/again/app/blobs/uploads/', { bearer: renewed })).status).toBe(202);
  });
});

describe('the first push makes the project', () => {
  it('private, owned and administered by the pusher, once for many layers', async () => {
    const bearer = await server.token('outsider', 'repository:fresh/app:pull,push');
    const head = await server.ask('HEAD', `/v2/fresh/app/blobs/${ABSENT}`, { bearer });
    expect(head.status).toBe(404);
    expect(await server.projectNames()).not.toContain('fresh');
    const starts = await Promise.all(Array.from({ length: 8 }, () => server.ask('POST', '/v2/fresh/app/blobs/uploads/', { bearer })));
    expect(starts.map(({ status }) => status)).toEqual(Array(8).fill(202));
    const project = await server.ask('GET', '/api/v2.0/projects/fresh', { as: 'outsider' });
    expect(project.json()).toMatchObject({ owner_name: 'outsider', current_user_role_id: 1, metadata: { public: 'false' } });
    expect((await server.ask('GET', '/v2/fresh/app/tags/list', { as: 'guest' })).status).toBe(404);
  });

  it('not by pulling, not by continuing an upload, not anonymously, and not where settings forbid it', async () => {
    const upload = '/v2/never/app/blobs/uploads/6f1c0f52-7cf2-4d71-9f6e-2b1c7f9a6a11';
    expect((await server.ask('GET', '/v2/never/app/tags/list', { as: 'outsider' })).status).toBe(404);
    // Whoever may make it sees it as an empty one: clients list the referrers of what they are about to push.
    expect((await server.ask('GET', `/v2/never/app/referrers/${ABSENT}`, { as: 'outsider' })).status).toBe(200);
    expect((await server.ask('PATCH', upload, { as: 'outsider', body: 'x' })).status).toBe(404);
    expect((await server.ask('POST', '/v2/never/app/blobs/uploads/')).status).toBe(401);
    await server.stores.settings.saveAccess({ projectCreation: 'everyone', createProjectOnPush: false });
    const denied = await server.ask('POST', '/v2/never/app/blobs/uploads/', { as: 'outsider' });
    expect([denied.status, codeOf(denied)]).toEqual([403, 'DENIED']);
    await server.stores.settings.saveAccess({ projectCreation: 'adminonly', createProjectOnPush: true });
    const foreign = await server.ask('POST', '/v2/team/app/blobs/uploads/', { as: 'outsider' });
    const absent = await server.ask('POST', '/v2/never/app/blobs/uploads/', { as: 'outsider' });
    expect([absent.status, absent.text.replaceAll('never', 'team')]).toEqual([foreign.status, foreign.text]);
    await server.stores.settings.saveAccess({ projectCreation: 'everyone', createProjectOnPush: true });
    expect(await server.projectNames()).not.toContain('never');
  });
});

describe('mounts and the catalog', () => {
  it('a mount from a project that the caller may not pull from becomes an upload, like one from an absent project', async () => {
    for (const from of ['open/app', 'fresh/app', 'nowhere/app']) {
      const answer = await server.ask('POST', `/v2/team/app/blobs/uploads/?mount=${ABSENT}&from=${from}`, { as: 'developer' });
      expect(answer.status).toBe(202);
    }
  });

  it('asks for live rights on both sides', async () => {
    const admitted = await server.identity.gate.admit(
      { headers: { authorization: basic('outsider', 'Right-Password-1') }, socket: {}, method: 'GET', url: '/v2/_catalog' } as never,
      { action: 'catalog' },
    );
    expect(await admitted.mayPull('open/app' as never)).toBe(true);
    expect(await admitted.mayPull('team/app' as never)).toBe(false);
    const scope = await admitted.catalogScope();
    expect(scope).toMatchObject({ projectIds: expect.not.arrayContaining([team]), repositoryPatterns: [] });
  });
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
