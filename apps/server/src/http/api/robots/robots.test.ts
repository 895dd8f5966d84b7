import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiCalls, codeOf } from '../../testing/api-calls.ts';
import { type Answer, PASSWORD } from '../../testing/ask.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const { ask, asAdmin } = apiCalls(server);
const INDEX = 'application/vnd.oci.image.index.v1+json';
const EMPTY_INDEX = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [] });
let projects = 0;
let name = '';
let projectId = 0;
let admin = 0;

beforeAll(async () => {
  await server.start(database.url);
  admin = await server.addUser('admin', true);
});
afterAll(() => server.stop());
beforeEach(async () => {
  projects += 1;
  name = `team${projects}`;
  projectId = await server.addProject(name, admin);
  await push('admin', PASSWORD);
});

interface Made {
  readonly id: number;
  readonly name: string;
  readonly secret: string;
  readonly expires_at: number;
}

function words(...list: readonly string[]): { resource: string; action: string }[] {
  return list.map((word) => ({ resource: word.split(':')[0] ?? '', action: word.split(':')[1] ?? '' }));
}

function projectRobot(access: readonly string[], more: object = {}): object {
  return {
    name: 'ci',
    level: 'project',
    duration: 7,
    permissions: [{ kind: 'project', namespace: name, access: words(...access) }],
    ...more,
  };
}

async function make(body: object, as = 'admin'): Promise<Made> {
  const answer = await ask('POST', '/robots', { as, body });
  expect(answer.status, answer.text).toBe(201);
  return answer.json<Made>();
}

function push(as: string, password: string, repository = `${name}/app`): Promise<Answer> {
  return server.ask('PUT', `/v2/${repository}/manifests/latest`, { as, password, body: EMPTY_INDEX, headers: { 'content-type': INDEX } });
}

function pull(as: string, password: string, repository = `${name}/app`): Promise<Answer> {
  return server.ask('GET', `/v2/${repository}/manifests/latest`, { as, password });
}

describe('creating a robot', () => {
  it('names it as Harbor does, tells the secret once and stores neither it nor anything it could be made from', async () => {
    const body = projectRobot(['repository:push'], { secret: undefined });
    const answer = await asAdmin('POST', '/robots', body);
    const made = answer.json<Made>();
    expect(made).toMatchObject({ name: `robot$${name}+ci` });
    expect(answer.headers.location).toBe(`/api/v2.0/robots/${made.id}`);
    expect(Buffer.from(made.secret, 'base64url')).toHaveLength(32);
    expect(made.expires_at - Date.now() / 1000).toBeGreaterThan(6.9 * 24 * 3600);
    const rows = await server.knex('robots').where({ id: made.id });
    expect(JSON.stringify(rows)).not.toContain(made.secret);
    const shown = await asAdmin('GET', `/robots/${made.id}`);
    expect(shown.text).not.toContain(made.secret);
    expect(shown.json()).toMatchObject({
      level: 'project',
      duration: 7,
      disable: false,
      editable: true,
      creator_ref: admin,
      permissions: [{ kind: 'project', namespace: name, access: [{ resource: 'repository', action: 'push' }] }],
    });
  });

  it('honours a secret that the creator chose, and keeps it by Argon2id', async () => {
    const made = await make(projectRobot(['repository:pull'], { secret: 'Chosen-Secret-1' }));
    expect(made.secret).toBe('Chosen-Secret-1');
    const [row] = await server.knex('robots').where({ id: made.id });
    expect((row as { secret_hash: string }).secret_hash).toMatch(/^\$argon2id\$/);
    expect((await pull(made.name, 'Chosen-Secret-1')).status).toBe(200);
    expect((await pull(made.name, 'Chosen-Secret-2')).status).toBe(401);
    expect((await asAdmin('POST', '/robots', projectRobot(['repository:pull'], { name: 'weak', secret: 'weak' }))).status).toBe(400);
  });

  it('refuses names, levels and permissions that cannot be, and keeps nothing', async () => {
    const bad: readonly object[] = [
      projectRobot(['repository:pull'], { name: 'Upper' }),
      projectRobot(['repository:pull'], { name: 'a+b' }),
      projectRobot(['repository:pull'], { name: '' }),
      projectRobot(['repository:pull'], { duration: -2 }),
      projectRobot(['repository:pull'], { duration: 1.5 }),
      projectRobot(['repository:pull'], { level: 'galaxy' }),
      projectRobot(['repository:fly']),
      projectRobot(['robot:update']),
      projectRobot(['tag-retention:operate']),
      projectRobot([]),
      projectRobot(['repository:pull'], { permissions: [] }),
      projectRobot(['repository:pull'], { permissions: [{ kind: 'project', namespace: '*', access: words('repository:pull') }] }),
      projectRobot(['repository:pull'], { permissions: [{ kind: 'system', namespace: '/', access: words('catalog:read') }] }),
      { ...projectRobot([]), level: 'system', permissions: [{ kind: 'system', namespace: '/', access: words('configuration:update') }] },
      { ...projectRobot([]), level: 'system', permissions: [{ kind: 'system', namespace: '/x', access: words('catalog:read') }] },
    ];
    for (const body of bad) expect((await asAdmin('POST', '/robots', body)).status, JSON.stringify(body)).toBe(400);
    expect(await server.knex('robots').where({ project_id: projectId })).toEqual([]);
    await make(projectRobot(['repository:pull']));
    expect(codeOf(await asAdmin('POST', '/robots', projectRobot(['repository:pull'])))).toBe('CONFLICT');
  });

  it('never gives what its creator does not have', async () => {
    const members = await server.addMembers(projectId).catch(() => undefined);
    if (members === undefined) throw new Error('The members were made before.');
    expect((await ask('POST', '/robots', { as: 'maintainer', body: projectRobot(['repository:pull']) })).status).toBe(403);
    const byAdmin = await make(projectRobot(['robot:create', 'repository:pull', 'robot:read'], { name: 'parent' }), 'projectAdmin');
    const asRobot = { as: byAdmin.name, password: byAdmin.secret };
    for (const access of [['repository:push'], ['repository:pull', 'member:create'], ['repository:delete']]) {
      expect((await ask('POST', '/robots', { ...asRobot, body: projectRobot(access, { name: 'child' }) })).status, access.join()).toBe(403);
    }
    expect((await ask('POST', '/robots', { ...asRobot, body: projectRobot(['repository:pull'], { name: 'child' }) })).status).toBe(201);
    // Beyond the project: not for its administrator.
    for (const permission of [
      { kind: 'project', namespace: '*', access: words('repository:pull') },
      { kind: 'system', namespace: '/', access: words('user:list') },
    ]) {
      const body = { ...projectRobot([]), level: 'system', permissions: [permission] };
      expect((await ask('POST', '/robots', { as: 'projectAdmin', body })).status).toBe(403);
    }
    const [row] = await server.knex('robots').where({ project_id: projectId, name: 'child' });
    expect(row).toMatchObject({ creator_kind: 'robot', creator_id: byAdmin.id });
  });
});

describe('a robot signs in', () => {
  it('to /v2 and the token endpoint, where push brings pull and nothing else', async () => {
    const made = await make(projectRobot(['repository:push']));
    expect((await push(made.name, made.secret)).status).toBe(201);
    expect((await pull(made.name, made.secret)).status).toBe(200);
    expect((await server.ask('DELETE', `/v2/${name}/app/manifests/latest`, { as: made.name, password: made.secret })).status).toBe(403);
    expect((await push(made.name, made.secret, 'elsewhere/app')).status).toBe(403);
    const token = await server.ask('GET', `/service/token?scope=repository:${name}/app:pull,push,delete`, {
      as: made.name,
      password: made.secret,
    });
    const [, payload = ''] = token.json<{ token: string }>().token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string; access: unknown };
    expect(claims).toMatchObject({ sub: `robot:${made.id}`, access: [{ name: `${name}/app`, actions: ['pull', 'push'] }] });
    expect((await server.ask('GET', `/v2/${name}/app/manifests/latest`, { bearer: token.json<{ token: string }>().token })).status).toBe(
      200,
    );
  });

  it('and to nothing with another secret, another name or another prefix', async () => {
    const made = await make(projectRobot(['repository:pull']));
    for (const [as, password] of [
      [made.name, `${made.secret}x`],
      [made.name, ''],
      [`robot$${name}+other`, made.secret],
      [`robot$ci`, made.secret],
      [`${name}+ci`, made.secret],
      [made.name.toUpperCase(), made.secret],
    ] as const) {
      expect((await pull(as, password)).status, as).toBe(401);
    }
  });

  it('under the prefix that the settings name, at once', async () => {
    const made = await make(projectRobot(['repository:pull']));
    await server.stores.settings.saveAccess({ robotNamePrefix: 'bot-' });
    try {
      expect((await pull(`bot-${name}+ci`, made.secret)).status).toBe(200);
      expect((await asAdmin('GET', `/robots/${made.id}`)).json()).toMatchObject({ name: `bot-${name}+ci` });
      // A person whose name begins like a robot's is still a person.
      await server.addUser(`bot-person${projects}`);
      expect((await ask('GET', '/users/current', { as: `bot-person${projects}` })).status).toBe(200);
    } finally {
      await server.stores.settings.saveAccess({ robotNamePrefix: 'robot$' });
    }
  });

  it('to the API within its permissions, and never as a person', async () => {
    const made = await make(projectRobot(['member:list', 'project:read']));
    const as = { as: made.name, password: made.secret };
    expect((await ask('GET', `/projects/${name}/members`, as)).status).toBe(200);
    expect((await ask('POST', `/projects/${name}/members`, { ...as, body: { role_id: 1, member_user: { user_id: admin } } })).status).toBe(
      403,
    );
    expect((await ask('GET', '/users/current', as)).status).toBe(403);
    expect((await ask('GET', '/users', as)).status).toBe(403);
    expect((await server.ask('POST', '/api/v2.0/session', { body: { username: made.name, password: made.secret } })).status).toBe(403);
  });

  it('and lists what its permissions reach', async () => {
    const made = await make(projectRobot(['repository:list']));
    const everywhere = await make({
      name: `all${projects}`,
      level: 'system',
      permissions: [
        { kind: 'project', namespace: '*', access: words('repository:list', 'repository:pull') },
        { kind: 'system', namespace: '/', access: words('user:list') },
      ],
    });
    const catalog = async ({ name: as, secret: password }: Made) =>
      (await server.ask('GET', '/v2/_catalog?n=100', { as, password })).json<{ repositories: string[] }>().repositories;
    expect(await catalog(made)).toEqual([`${name}/app`]);
    expect((await catalog(everywhere)).length).toBeGreaterThan(1);
    const listed = await ask('GET', '/projects?page_size=100', { as: made.name, password: made.secret });
    expect(listed.json<{ name: string }[]>().map((project) => project.name)).toEqual([name]);
    const as = { as: everywhere.name, password: everywhere.secret };
    expect((await ask('GET', '/users', as)).status).toBe(200);
    expect((await ask('POST', '/users', { ...as, body: {} })).status).toBe(403);
    expect((await push(everywhere.name, everywhere.secret)).status).toBe(403);
  });
});

describe('a robot ends, and its old bearer token with it within seconds', () => {
  const ends: readonly [string, (made: Made) => Promise<unknown>][] = [
    [
      'when it is disabled',
      (made) => asAdmin('PUT', `/robots/${made.id}`, projectRobot(['repository:pull'], { name: made.name, disable: true })),
    ],
    ['when it loses the permission', (made) => asAdmin('PUT', `/robots/${made.id}`, projectRobot(['tag:list'], { name: made.name }))],
    ['when it gets another secret', (made) => asAdmin('PATCH', `/robots/${made.id}`, {})],
    ['when it is removed', (made) => asAdmin('DELETE', `/robots/${made.id}`)],
    [
      'when it expires',
      (made) =>
        server
          .knex('robots')
          .where({ id: made.id })
          .update({ expires_at: server.knex.raw(`now() - interval '1 second'`) }),
    ],
    [
      'when its project is deleted',
      async () => {
        await server.ask('DELETE', `/v2/${name}/app/manifests/latest`, { as: 'admin' });
        await asAdmin('DELETE', `/projects/${name}`);
      },
    ],
  ];
  it.each(ends)('%s', async (_title, end) => {
    const made = await make(projectRobot(['repository:pull']));
    const answer = await server.ask('GET', `/service/token?scope=repository:${name}/app:pull`, { as: made.name, password: made.secret });
    const { token } = answer.json<{ token: string }>();
    const byToken = () => server.ask('GET', `/v2/${name}/app/manifests/latest`, { bearer: token });
    expect((await byToken()).status).toBe(200);
    expect((await pull(made.name, made.secret)).status).toBe(200);
    await end(made);
    server.passFiveSeconds();
    expect([401, 404]).toContain((await byToken()).status);
    expect([401, 404]).toContain((await pull(made.name, made.secret)).status);
  });
});

describe('managing', () => {
  it('lists, changes, refreshes and removes', async () => {
    const made = await make(projectRobot(['repository:pull']));
    const q = encodeURIComponent(`Level=project,ProjectID=${projectId}`);
    const list = await asAdmin('GET', `/robots?q=${q}`);
    expect(list.headers['x-total-count']).toBe('1');
    expect(list.json()).toMatchObject([{ id: made.id, name: made.name }]);
    const named = async (condition: string) =>
      (await asAdmin('GET', `/robots?q=${encodeURIComponent(`Level=project,ProjectID=${projectId},name=${condition}`)}`)).headers[
        'x-total-count'
      ];
    for (const name of ['ci', made.name, `${made.name.slice('robot$'.length)}`, '~c', '~robot$', '~+ci'])
      expect(await named(name), name).toBe('1');
    for (const name of ['c', '~other', '~__']) expect(await named(name), name).toBe('0');
    expect((await asAdmin('GET', '/robots?page_size=100')).json<{ level: string }[]>().every(({ level }) => level === 'system')).toBe(true);
    const change = { ...projectRobot(['repository:push']), name: made.name, description: 'pushes', duration: -1 };
    expect((await asAdmin('PUT', `/robots/${made.id}`, change)).status).toBe(200);
    expect((await asAdmin('GET', `/robots/${made.id}`)).json()).toMatchObject({ description: 'pushes', duration: -1, expires_at: -1 });
    expect((await push(made.name, made.secret)).status).toBe(201);
    expect((await asAdmin('PUT', `/robots/${made.id}`, { ...change, name: 'other' })).status).toBe(400);
    expect((await asAdmin('PUT', `/robots/${made.id}`, { ...change, level: 'system' })).status).toBe(400);
    const fresh = (await asAdmin('PATCH', `/robots/${made.id}`, {})).json<{ secret: string }>().secret;
    expect((await push(made.name, fresh)).status).toBe(201);
    expect((await asAdmin('PATCH', `/robots/${made.id}`, { secret: 'Chosen-Secret-1' })).json()).toEqual({ secret: '' });
    expect((await push(made.name, 'Chosen-Secret-1')).status).toBe(201);
    expect((await asAdmin('DELETE', `/robots/${made.id}`)).status).toBe(200);
    expect((await asAdmin('GET', `/robots/${made.id}`)).status).toBe(404);
  });

  it('gives its secret to nobody who has less than it', async () => {
    const made = await make(projectRobot(['repository:push', 'repository:pull']));
    const keeper = await server.addUser(`keeper${projects}`);
    const permissions = words('project:read', 'robot:read', 'robot:update');
    const role = await asAdmin('POST', '/roles', { name: `keeper ${projects}`, permissions });
    const roleId = Number(String(role.headers.location).split('/').at(-1));
    const member = { role_id: roleId, member_user: { user_id: keeper } };
    expect((await asAdmin('POST', `/projects/${name}/members`, member)).status).toBe(201);
    const refused = await ask('PATCH', `/robots/${made.id}`, { as: `keeper${projects}`, body: {} });
    expect([refused.status, codeOf(refused)]).toEqual([403, 'FORBIDDEN']);
    expect((await push(made.name, made.secret)).status).toBe(201);
    const narrowed = await asAdmin('POST', '/users/current/tokens', {
      name: `narrowed ${projects}`,
      permissions: [{ kind: 'project', namespace: name, access: permissions }],
    });
    const { secret: password } = narrowed.json<{ secret: string }>();
    expect((await ask('PATCH', `/robots/${made.id}`, { as: 'admin', password, body: {} })).status).toBe(403);
  });

  it('answers for a robot of another project like for none', async () => {
    const made = await make(projectRobot(['repository:pull']));
    await server.addUser(`stranger${projects}`);
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', projectRobot(['repository:pull'])],
      ['PATCH', {}],
      ['DELETE', undefined],
    ] as const) {
      const options = { as: `stranger${projects}`, ...(body === undefined ? {} : { body }) };
      const foreign = await ask(method, `/robots/${made.id}`, options);
      const absent = await ask(method, '/robots/999999', options);
      expect([foreign.status, foreign.text]).toEqual([403, absent.text]);
    }
    expect((await ask('GET', `/robots?q=Level=project,ProjectID=${projectId}`, { as: `stranger${projects}` })).status).toBe(403);
    expect((await asAdmin('GET', `/robots/${made.id}`)).status).toBe(200);
  });

  it('changes no column that a body should not reach', async () => {
    const made = await make(projectRobot(['repository:pull']));
    const before = await server.knex('robots').where({ id: made.id }).first<Record<string, unknown>>();
    const extra = {
      id: 1,
      project_id: 1,
      secret_hash: 'x',
      secret: 'Other-Secret-1',
      credential_version: 99,
      creator_id: 1,
      creator_kind: 'robot',
    };
    expect(
      (await asAdmin('PUT', `/robots/${made.id}`, { ...projectRobot(['repository:pull'], { name: undefined }), ...extra })).status,
    ).toBe(200);
    const after = await server.knex('robots').where({ id: made.id }).first<Record<string, unknown>>();
    expect({ ...after, updated_at: 0 }).toEqual({ ...before, updated_at: 0 });
  });

  it('warns once before a robot expires', async () => {
    await make(projectRobot(['repository:pull'], { name: 'soon', duration: 5 }));
    await make(projectRobot(['repository:pull'], { name: 'later', duration: 30 }));
    await make(projectRobot(['repository:pull'], { name: 'off', duration: 5, disable: true }));
    while ((await server.stores.robots.warnBeforeExpiry(7)) > 0);
    const events = await server.knex('account_events').where({ project_id: projectId });
    expect(events).toMatchObject([{ kind: 'robot.expiring', detail: { name: 'soon' } }]);
  });
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
