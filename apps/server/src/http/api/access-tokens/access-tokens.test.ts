import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiCalls, codeOf } from '../../testing/api-calls.ts';
import { type Answer, PASSWORD } from '../../testing/ask.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const { ask, asAdmin } = apiCalls(server);
const INDEX = 'application/vnd.oci.image.index.v1+json';
const MINE = '/users/current/tokens';
let round = 0;
let person = '';
let personId = 0;
let project = '';

beforeAll(async () => {
  await server.start(database.url);
  await server.addUser('admin', true);
});
afterAll(() => server.stop());
beforeEach(async () => {
  round += 1;
  person = `Person${round}`;
  personId = await server.addUser(person);
  project = `team${round}`;
  await server.addProject(project, personId);
  expect((await push(PASSWORD)).status).toBe(201);
});

interface Made {
  readonly id: number;
  readonly secret: string;
}

async function make(body: object = {}): Promise<Made> {
  const answer = await ask('POST', MINE, { as: person, body: { name: 'laptop', ...body } });
  expect(answer.status, answer.text).toBe(201);
  return answer.json<Made>();
}

function push(password: string, to = project): Promise<Answer> {
  const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [] });
  return server.ask('PUT', `/v2/${to}/app/manifests/latest`, { as: person, password, body, headers: { 'content-type': INDEX } });
}

function pull(password: string, as = person): Promise<Answer> {
  return server.ask('GET', `/v2/${project}/app/manifests/latest`, { as, password });
}

const narrowed = (...actions: readonly string[]) => ({
  permissions: [{ kind: 'project', namespace: project, access: actions.map((action) => ({ resource: 'repository', action })) }],
});

describe('an access token', () => {
  it('is told once, stored as a keyed hash, and takes the place of the password', async () => {
    const answer = await ask('POST', MINE, { as: person, body: { name: ' laptop ' } });
    const made = answer.json<Made & { name: string; expires_at: number }>();
    expect(made.name).toBe('laptop');
    expect(answer.headers.location).toBe(`/api/v2.0/users/${personId}/tokens/${made.id}`);
    expect(Buffer.from(made.secret.replace('berth_pat_', ''), 'base64url')).toHaveLength(32);
    expect(made.expires_at - Date.now() / 1000).toBeGreaterThan(29.9 * 24 * 3600);
    expect(JSON.stringify(await server.knex('access_tokens'))).not.toContain(made.secret.slice(10));
    expect((await ask('GET', MINE, { as: person })).text).not.toContain(made.secret);
    expect((await pull(made.secret)).status).toBe(200);
    expect((await pull(made.secret, person.toLowerCase())).status).toBe(200);
    expect((await push(made.secret)).status).toBe(201);
    expect((await ask('GET', '/users/current', { as: person, password: made.secret })).json()).toMatchObject({ user_id: personId });
  });

  it('opens nothing for somebody else, or changed', async () => {
    const made = await make();
    await server.addUser(`other${round}`);
    for (const [as, secret] of [
      [`other${round}`, made.secret],
      ['admin', made.secret],
      [person, `${made.secret}x`],
      [person, made.secret.toLowerCase()],
      [person, 'berth_pat_'],
    ] as const) {
      expect((await pull(secret, as)).status).toBe(401);
    }
  });

  it('does not sign in at the portal, and looks after no tokens', async () => {
    const { secret, id } = await make();
    const session = await server.ask('POST', '/api/v2.0/session', { body: { username: person, password: secret } });
    expect(session.status).toBe(403);
    expect((await ask('POST', MINE, { as: person, password: secret, body: { name: 'more' } })).status).toBe(403);
    expect((await ask('GET', MINE, { as: person, password: secret })).status).toBe(403);
    expect((await ask('DELETE', `${MINE}/${id}`, { as: person, password: secret })).status).toBe(403);
    expect((await ask('DELETE', `/users/${personId}/tokens/${id}`, { as: person, password: secret })).status).toBe(403);
  });

  it('is refused without a name, twice, or for what cannot be', async () => {
    await make();
    expect(codeOf(await ask('POST', MINE, { as: person, body: { name: 'laptop' } }))).toBe('CONFLICT');
    const bad: readonly object[] = [
      {},
      { name: ' ' },
      { name: 'x', duration: 0 },
      { name: 'x', duration: -5 },
      { name: 'x', permissions: [] },
      { name: 'x', permissions: [{ kind: 'project', namespace: project, access: [{ resource: 'repository', action: 'fly' }] }] },
    ];
    for (const body of bad) expect((await ask('POST', MINE, { as: person, body })).status, JSON.stringify(body)).toBe(400);
    const foreign = {
      name: 'x',
      permissions: [{ kind: 'project', namespace: 'nowhere', access: [{ resource: 'repository', action: 'pull' }] }],
    };
    expect((await ask('POST', MINE, { as: person, body: foreign })).status).toBe(403);
    expect((await ask('GET', MINE, { as: person })).headers['x-total-count']).toBe('1');
  });
});

describe('a narrowed access token', () => {
  it('leaves of its owner what it names, in /v2, tokens, the API and lists', async () => {
    await server.addProject(`second${round}`, personId);
    const { secret } = await make(narrowed('pull', 'list'));
    const as = { as: person, password: secret };
    expect((await pull(secret)).status).toBe(200);
    expect((await push(secret)).status).toBe(403);
    expect((await push(secret, `second${round}`)).status).toBe(403);
    expect((await push(secret, `brand-new${round}`)).status).toBe(403);
    expect(await server.projectNames()).not.toContain(`brand-new${round}`);
    const answer = await server.ask(
      'GET',
      `/service/token?scope=repository:${project}/app:pull,push&scope=repository:second${round}/x:pull`,
      as,
    );
    const { token } = answer.json<{ token: string }>();
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as { access: unknown };
    expect(claims.access).toEqual([{ type: 'repository', name: `${project}/app`, actions: ['pull'] }]);
    expect((await ask('GET', '/projects', as)).json<{ name: string }[]>().map(({ name }) => name)).toEqual([project]);
    expect((await ask('DELETE', `/projects/${project}`, as)).status).toBe(403);
    expect((await ask('POST', '/projects', { ...as, body: { project_name: `more${round}` } })).status).toBe(403);
    const profile = { email: 'new@example.com', realname: 'x', comment: '' };
    expect((await ask('PUT', `/users/${personId}`, { ...as, body: profile })).status).toBe(403);
  });

  it('takes from a system administrator too', async () => {
    const made = await asAdmin('POST', MINE, { name: `n${round}`, ...narrowed('pull') });
    const { secret } = made.json<Made>();
    const as = { as: 'admin', password: secret };
    expect((await pull(secret, 'admin')).status).toBe(200);
    for (const path of ['/users', '/usergroups', '/robots', '/permissions']) expect((await ask('GET', path, as)).status, path).toBe(403);
    expect((await ask('GET', '/projects', as)).json<{ name: string }[]>().map(({ name }) => name)).toEqual([project]);
    expect((await server.ask('GET', '/v2/_catalog', as)).json()).toEqual({ repositories: [`${project}/app`] });
    expect((await asAdmin('GET', '/users')).status).toBe(200);
  });
});

describe('it ends within seconds, with the bearer tokens it bought', () => {
  const ends: readonly [string, (made: Made) => Promise<unknown>][] = [
    ['when its owner revokes it', (made) => ask('DELETE', `${MINE}/${made.id}`, { as: person })],
    ['when an administrator revokes it', (made) => asAdmin('DELETE', `/users/${personId}/tokens/${made.id}`)],
    [
      'when it expires',
      (made) =>
        server
          .knex('access_tokens')
          .where({ id: made.id })
          .update({ expires_at: new Date(0) }),
    ],
    ['when its owner is removed', () => asAdmin('DELETE', `/users/${personId}`)],
  ];
  it.each(ends)('%s', async (_title, end) => {
    const made = await make();
    const scope = `repository:${project}/app:pull`;
    const answer = await server.ask('GET', `/service/token?scope=${scope}&offline_token=true`, { as: person, password: made.secret });
    const { token, refresh_token: refresh } = answer.json<{ token: string; refresh_token: string }>();
    const byToken = () => server.ask('GET', `/v2/${project}/app/manifests/latest`, { bearer: token });
    expect((await byToken()).status).toBe(200);
    await end(made);
    server.passFiveSeconds();
    expect((await byToken()).status).toBe(401);
    expect((await pull(made.secret)).status).toBe(401);
    expect((await server.form({ grant_type: 'refresh_token', refresh_token: refresh, scope })).status).toBe(401);
  });
});

it("answers for a stranger's token like for none, and lets nobody make one for somebody else", async () => {
  const made = await make();
  const stranger = `stranger${round}`;
  await server.addUser(stranger);
  const foreign = await ask('DELETE', `${MINE}/${made.id}`, { as: stranger });
  const absent = await ask('DELETE', `${MINE}/999999`, { as: stranger });
  expect([foreign.status, foreign.text]).toEqual([404, absent.text]);
  expect((await ask('GET', `/users/${personId}/tokens`, { as: stranger })).status).toBe(403);
  expect((await asAdmin('POST', `/users/${personId}/tokens`, { name: 'x' })).status).toBe(403);
  expect((await asAdmin('GET', `/users/${personId}/tokens`)).json()).toMatchObject([{ id: made.id, name: 'laptop' }]);
});

it('remembers when a token was last used, in batches', async () => {
  const [first, second] = [await make(), await make({ name: 'server' })];
  const shown = async () => (await ask('GET', `${MINE}?page_size=100`, { as: person })).json<{ id: number; last_used_time?: string }[]>();
  expect((await shown()).every(({ last_used_time: used }) => used === undefined)).toBe(true);
  await pull(first.secret);
  await server.identity.accessTokenUses.flush();
  const used = new Map((await shown()).map((token) => [token.id, token.last_used_time]));
  expect(Date.now() - new Date(used.get(first.id) ?? 0).getTime()).toBeLessThan(60_000);
  expect(used.get(second.id)).toBeUndefined();
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
