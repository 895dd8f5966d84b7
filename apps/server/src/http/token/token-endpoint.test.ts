import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { basic, PASSWORD } from '../testing/ask.ts';
import { IdentityTestServer } from '../testing/identity-test-server.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
let projectId = 0;

beforeAll(async () => {
  await server.start(database.url);
  const admin = await server.addUser('admin', true);
  projectId = await server.addProject('team', admin);
  await server.addProject('open', admin, true);
  await server.addProject('foreign', admin);
  await server.addMembers(projectId);
});
afterAll(() => server.stop());

/** The claims of a token, unchecked. */
function decodeJwt<Claims = Record<string, unknown>>(token: string): Claims {
  return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Claims;
}

interface Grant {
  type: string;
  name: string;
  actions: string[];
}

async function granted(as: string | undefined, ...scopes: string[]): Promise<Grant[]> {
  return decodeJwt<{ access: Grant[] }>(await server.token(as, ...scopes)).access;
}

describe('scopes are narrowed to what the actor may do', () => {
  it.each([
    ['projectAdmin', ['pull', 'push', 'delete']],
    ['maintainer', ['pull', 'push', 'delete']],
    ['developer', ['pull', 'push']],
    ['guest', ['pull']],
    ['limitedGuest', ['pull']],
    ['admin', ['pull', 'push', 'delete']],
  ])('%s of a project', async (as, actions) => {
    expect(await granted(as, 'repository:team/app:*')).toEqual([{ type: 'repository', name: 'team/app', actions }]);
    expect(await granted(as, 'repository:team/app:delete,push,pull')).toEqual([{ type: 'repository', name: 'team/app', actions }]);
  });

  it('anonymous callers pull from public projects only', async () => {
    expect(await granted(undefined, 'repository:open/app:pull,push', 'repository:team/app:pull')).toEqual([
      { type: 'repository', name: 'open/app', actions: ['pull'] },
    ]);
  });

  it('a private project and one that does not exist look alike to anonymous callers', async () => {
    expect(await granted(undefined, 'repository:foreign/app:pull')).toEqual([]);
    expect(await granted(undefined, 'repository:nowhere/app:pull')).toEqual([]);
  });

  it('grants push ahead of a project that the push would make, but never delete', async () => {
    expect(await granted('guest', 'repository:mine/app:*')).toEqual([{ type: 'repository', name: 'mine/app', actions: ['pull', 'push'] }]);
    await server.stores.settings.saveAccess({ projectCreation: 'adminonly', createProjectOnPush: true });
    expect(await granted('guest', 'repository:mine/app:*')).toEqual([]);
    expect(await granted('admin', 'repository:mine/app:push')).toEqual([{ type: 'repository', name: 'mine/app', actions: ['push'] }]);
    await server.stores.settings.saveAccess({ projectCreation: 'everyone', createProjectOnPush: false });
    expect(await granted('guest', 'repository:mine/app:*')).toEqual([]);
    await server.stores.settings.saveAccess({ projectCreation: 'everyone', createProjectOnPush: true });
  });

  it('takes scopes repeated, joined by spaces, with a class, and ignores what it does not understand', async () => {
    const scopes = [
      'repository:team/app:pull repository(plugin):team/web:push',
      'repository:team/app:push',
      'nonsense',
      'repository:app:pull',
    ];
    expect(await granted('developer', ...scopes, 'repository:team/../x:pull', 'registry:catalog:*', 'registry:catalog:*')).toEqual([
      { type: 'repository', name: 'team/app', actions: ['pull', 'push'] },
      { type: 'repository', name: 'team/web', actions: ['push'] },
      { type: 'registry', name: 'catalog', actions: ['*'] },
    ]);
  });

  it('refuses more scopes, or longer ones, than anyone needs', async () => {
    const many = Array.from({ length: 101 }, (_, index) => `repository:team/app${index}:pull`).join(' ');
    const large = Array.from({ length: 20 }, (_, index) => `repository:team/${'a'.repeat(200)}${index}:pull`).join(' ');
    for (const scope of [many, large, `repository:team/${'a'.repeat(600)}:pull`]) {
      const answer = await server.ask('GET', `/service/token?scope=${encodeURIComponent(scope)}`, { as: 'guest' });
      expect(answer.status).toBe(400);
      expect(answer.text).toContain('at most 100 scopes');
    }
  });
});

describe('GET', () => {
  it('answers with both names of the token, its life and its birth', async () => {
    const answer = await server.ask('GET', '/service/token?service=berth-registry&account=guest&client_id=docker', { as: 'guest' });
    const body = answer.json<Record<string, unknown>>();
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(body).toEqual({
      token: body['access_token'],
      access_token: expect.any(String),
      expires_in: 1800,
      issued_at: expect.any(String),
    });
    expect(new Date(body['issued_at'] as string).toISOString()).toBe(body['issued_at']);
  });

  it('refuses a wrong password and an unknown name with the same words', async () => {
    const wrong = await server.ask('GET', '/service/token', { as: 'guest', password: 'Wrong-Password-1' });
    const unknown = await server.ask('GET', '/service/token', { as: 'nobody-here' });
    expect(wrong.status).toBe(401);
    expect(wrong.json()).toEqual({ errors: [{ code: 'UNAUTHORIZED', message: 'The username or the password is wrong.' }] });
    expect([unknown.status, unknown.text]).toEqual([wrong.status, wrong.text]);
  });

  it.each(['Bearer abc', 'Basic', 'Basic !!!', `Basic ${Buffer.from('no colon').toString('base64')}`, 'Digest x'])(
    'refuses the header %s',
    async (authorization) => {
      expect((await server.ask('GET', '/service/token', { headers: { authorization } })).status).toBe(401);
    },
  );

  it('does not take the audience from the request', async () => {
    const answer = await server.ask('GET', '/service/token?service=evil', { as: 'guest', headers: { host: 'evil.example' } });
    const claims = decodeJwt(answer.json<{ token: string }>().token);
    expect([claims['iss'], claims['aud']]).toEqual(['berth-token-issuer', 'berth-registry']);
  });
});

describe('POST', () => {
  it('takes the password grant of containerd', async () => {
    const answer = await server.form({
      ...{ grant_type: 'password', username: 'developer', password: PASSWORD, service: 'berth-registry', client_id: 'containerd-client' },
      scope: 'repository:team/app:pull,push repository:open/base:pull',
    });
    expect(answer.status).toBe(200);
    const body = answer.json<{ access_token: string; refresh_token?: string }>();
    expect(decodeJwt<{ access: Grant[] }>(body.access_token).access.map(({ name }) => name)).toEqual(['team/app', 'open/base']);
    expect(body.refresh_token).toBeUndefined();
  });

  it('refuses a wrong password with 401, so that containerd does not go on to GET', async () => {
    expect((await server.form({ grant_type: 'password', username: 'guest', password: 'Wrong-Password-1' })).status).toBe(401);
  });

  it.each([
    [{ grant_type: 'client_credentials' }],
    [{}],
    [{ grant_type: 'password', username: 'guest' }],
    [{ grant_type: 'password', username: ['guest', 'admin'], password: PASSWORD }],
    [{ grant_type: ['password', 'refresh_token'] }],
    [{ grant_type: 'refresh_token' }],
  ])('refuses the form %j with 400', async (fields) => {
    expect((await server.form(fields)).status).toBe(400);
  });

  it('refuses other bodies and other methods', async () => {
    const json = { grant_type: 'password', username: 'guest', password: PASSWORD };
    expect((await server.ask('POST', '/service/token', { body: json })).status).toBe(400);
    const put = await server.ask('PUT', '/service/token', { as: 'guest' });
    expect([put.status, put.headers.allow]).toEqual([405, 'GET, HEAD, POST']);
  });
});

describe('refresh tokens', () => {
  async function refreshToken(as: string): Promise<string> {
    const answer = await server.ask('GET', '/service/token?offline_token=true', { as });
    return answer.json<{ refresh_token: string }>().refresh_token;
  }

  it('buy bearer tokens, and open nothing themselves', async () => {
    const refresh = await refreshToken('developer');
    const answer = await server.form({ grant_type: 'refresh_token', refresh_token: refresh, scope: 'repository:team/app:push' });
    expect(answer.status).toBe(200);
    expect((await server.ask('GET', '/v2/', { bearer: answer.json<{ access_token: string }>().access_token })).status).toBe(200);
    expect((await server.ask('GET', '/v2/', { bearer: refresh })).status).toBe(401);
    expect((await server.form({ grant_type: 'refresh_token', refresh_token: answer.json<{ token: string }>().token })).status).toBe(401);
  });

  it('come by access_type=offline too, never for anonymous callers', async () => {
    const fields = { grant_type: 'password', username: 'guest', password: PASSWORD, access_type: 'offline' };
    expect((await server.form(fields)).json<object>()).toHaveProperty('refresh_token');
    expect((await server.ask('GET', '/service/token?offline_token=true')).json<object>()).not.toHaveProperty('refresh_token');
  });

  it('end with the password they were made from', async () => {
    const id = await server.addUser('changer');
    const refresh = await refreshToken('changer');
    await server.stores.users.setPassword(id, 'changed by another process');
    server.passFiveSeconds();
    const answer = await server.form({ grant_type: 'refresh_token', refresh_token: refresh });
    expect(answer.status).toBe(401);
    expect(answer.text).toContain('docker login');
  });
});

describe('guessing', () => {
  it('is slowed down per account and address, and never locks out who knows the password', async () => {
    await server.addUser('victim');
    expect((await server.ask('GET', '/service/token', { as: 'victim' })).status).toBe(200);
    server.passFiveSeconds();
    for (let index = 0; index < 10; index += 1) {
      expect((await server.ask('GET', '/service/token', { as: 'victim', password: `Guess-Number-${index}` })).status).toBe(401);
    }
    const refused = await server.ask('GET', '/service/token', { as: 'VICTIM', password: 'One-More-Guess-1' });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    // The same on the other ways in.
    expect((await server.ask('GET', '/v2/', { as: 'victim', password: 'One-More-Guess-1' })).status).toBe(429);
    expect((await server.ask('GET', '/api/v2.0/users/current', { as: 'victim', password: 'One-More-Guess-1' })).status).toBe(429);
    expect((await server.form({ grant_type: 'password', username: 'victim', password: 'One-More-Guess-1' })).status).toBe(429);
    // The owner, whose password was right before, and everybody else from the same address.
    expect((await server.ask('GET', '/service/token', { as: 'victim' })).status).toBe(200);
    expect((await server.ask('GET', '/service/token', { headers: { authorization: basic('guest', PASSWORD) } })).status).toBe(200);
  });
});
