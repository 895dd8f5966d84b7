import { describe, expect, it } from 'vitest';
import { codeOf } from '../../testing/api-calls.ts';
import { type Made, useRobotScene, words } from './testing/robot-scene.ts';

const scene = useRobotScene();
const { server } = scene;
const { ask, asAdmin } = scene.calls;

describe('creating a robot', () => {
  it('names it as Harbor does, tells the secret once and stores neither it nor anything it could be made from', async () => {
    const body = scene.projectRobot(['repository:push'], { secret: undefined });
    const answer = await asAdmin('POST', '/robots', body);
    const made = answer.json<Made>();
    expect(made).toMatchObject({ name: `robot$${scene.name}+ci` });
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
      creator_ref: scene.admin,
      permissions: [{ kind: 'project', namespace: scene.name, access: [{ resource: 'repository', action: 'push' }] }],
    });
  });

  it('honours a secret that the creator chose, and keeps it by Argon2id', async () => {
    const made = await scene.make(scene.projectRobot(['repository:pull'], { secret: 'Chosen-Secret-1' }));
    expect(made.secret).toBe('Chosen-Secret-1');
    const [row] = await server.knex('robots').where({ id: made.id });
    expect((row as { secret_hash: string }).secret_hash).toMatch(/^\$argon2id\$/);
    expect((await scene.pull(made.name, 'Chosen-Secret-1')).status).toBe(200);
    expect((await scene.pull(made.name, 'Chosen-Secret-2')).status).toBe(401);
    expect((await asAdmin('POST', '/robots', scene.projectRobot(['repository:pull'], { name: 'weak', secret: 'weak' }))).status).toBe(400);
  });

  it('refuses names, levels and permissions that cannot be, and keeps nothing', async () => {
    const bad: readonly object[] = [
      scene.projectRobot(['repository:pull'], { name: 'Upper' }),
      scene.projectRobot(['repository:pull'], { name: 'a+b' }),
      scene.projectRobot(['repository:pull'], { name: '' }),
      scene.projectRobot(['repository:pull'], { duration: -2 }),
      scene.projectRobot(['repository:pull'], { duration: 1.5 }),
      scene.projectRobot(['repository:pull'], { level: 'galaxy' }),
      scene.projectRobot(['repository:fly']),
      scene.projectRobot(['robot:update']),
      scene.projectRobot(['tag-retention:operate']),
      scene.projectRobot([]),
      scene.projectRobot(['repository:pull'], { permissions: [] }),
      scene.projectRobot(['repository:pull'], { permissions: [{ kind: 'project', namespace: '*', access: words('repository:pull') }] }),
      scene.projectRobot(['repository:pull'], { permissions: [{ kind: 'system', namespace: '/', access: words('catalog:read') }] }),
      {
        ...scene.projectRobot([]),
        level: 'system',
        permissions: [{ kind: 'system', namespace: '/', access: words('configuration:update') }],
      },
      { ...scene.projectRobot([]), level: 'system', permissions: [{ kind: 'system', namespace: '/x', access: words('catalog:read') }] },
    ];
    for (const body of bad) expect((await asAdmin('POST', '/robots', body)).status, JSON.stringify(body)).toBe(400);
    expect(await server.knex('robots').where({ project_id: scene.projectId })).toEqual([]);
    await scene.make(scene.projectRobot(['repository:pull']));
    expect(codeOf(await asAdmin('POST', '/robots', scene.projectRobot(['repository:pull'])))).toBe('CONFLICT');
  });

  it('never gives what its creator does not have', async () => {
    const members = await server.addMembers(scene.projectId).catch(() => undefined);
    if (members === undefined) throw new Error('The members were made before.');
    expect((await ask('POST', '/robots', { as: 'maintainer', body: scene.projectRobot(['repository:pull']) })).status).toBe(403);
    const byAdmin = await scene.make(
      scene.projectRobot(['robot:create', 'repository:pull', 'robot:read'], { name: 'parent' }),
      'projectAdmin',
    );
    const asRobot = { as: byAdmin.name, password: byAdmin.secret };
    for (const access of [['repository:push'], ['repository:pull', 'member:create'], ['repository:delete']]) {
      expect(
        (await ask('POST', '/robots', { ...asRobot, body: scene.projectRobot(access, { name: 'child' }) })).status,
        access.join(),
      ).toBe(403);
    }
    expect((await ask('POST', '/robots', { ...asRobot, body: scene.projectRobot(['repository:pull'], { name: 'child' }) })).status).toBe(
      201,
    );
    // Beyond the project: not for its administrator.
    for (const permission of [
      { kind: 'project', namespace: '*', access: words('repository:pull') },
      { kind: 'system', namespace: '/', access: words('user:list') },
    ]) {
      const body = { ...scene.projectRobot([]), level: 'system', permissions: [permission] };
      expect((await ask('POST', '/robots', { as: 'projectAdmin', body })).status).toBe(403);
    }
    const [row] = await server.knex('robots').where({ project_id: scene.projectId, name: 'child' });
    expect(row).toMatchObject({ creator_kind: 'robot', creator_id: byAdmin.id });
  });
});

describe('a robot signs in', () => {
  it('to /v2 and the token endpoint, where push brings pull and nothing else', async () => {
    const made = await scene.make(scene.projectRobot(['repository:push']));
    expect((await scene.push(made.name, made.secret)).status).toBe(201);
    expect((await scene.pull(made.name, made.secret)).status).toBe(200);
    expect((await server.ask('DELETE', `/v2/${scene.name}/app/manifests/latest`, { as: made.name, password: made.secret })).status).toBe(
      403,
    );
    expect((await scene.push(made.name, made.secret, 'elsewhere/app')).status).toBe(403);
    const token = await server.ask('GET', `/service/token?scope=repository:${scene.name}/app:pull,push,delete`, {
      as: made.name,
      password: made.secret,
    });
    const [, payload = ''] = token.json<{ token: string }>().token.split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sub: string; access: unknown };
    expect(claims).toMatchObject({ sub: `robot:${made.id}`, access: [{ name: `${scene.name}/app`, actions: ['pull', 'push'] }] });
    expect(
      (await server.ask('GET', `/v2/${scene.name}/app/manifests/latest`, { bearer: token.json<{ token: string }>().token })).status,
    ).toBe(200);
  });

  it('and to nothing with another secret, another name or another prefix', async () => {
    const made = await scene.make(scene.projectRobot(['repository:pull']));
    for (const [as, password] of [
      [made.name, `${made.secret}x`],
      [made.name, ''],
      [`robot$${scene.name}+other`, made.secret],
      [`robot$ci`, made.secret],
      [`${scene.name}+ci`, made.secret],
      [made.name.toUpperCase(), made.secret],
    ] as const) {
      expect((await scene.pull(as, password)).status, as).toBe(401);
    }
  });

  it('under the prefix that the settings name, at once', async () => {
    const made = await scene.make(scene.projectRobot(['repository:pull']));
    await server.stores.settings.saveAccess({ robotNamePrefix: 'bot-' });
    try {
      expect((await scene.pull(`bot-${scene.name}+ci`, made.secret)).status).toBe(200);
      expect((await asAdmin('GET', `/robots/${made.id}`)).json()).toMatchObject({ name: `bot-${scene.name}+ci` });
      // A person whose name begins like a robot's is still a person.
      await server.addUser(`bot-person${scene.name}`);
      expect((await ask('GET', '/users/current', { as: `bot-person${scene.name}` })).status).toBe(200);
    } finally {
      await server.stores.settings.saveAccess({ robotNamePrefix: 'robot$' });
    }
  });

  it('to the API within its permissions, and never as a person', async () => {
    const made = await scene.make(scene.projectRobot(['member:list', 'project:read']));
    const as = { as: made.name, password: made.secret };
    expect((await ask('GET', `/projects/${scene.name}/members`, as)).status).toBe(200);
    expect(
      (await ask('POST', `/projects/${scene.name}/members`, { ...as, body: { role_id: 1, member_user: { user_id: scene.admin } } })).status,
    ).toBe(403);
    expect((await ask('GET', '/users/current', as)).status).toBe(403);
    expect((await ask('GET', '/users', as)).status).toBe(403);
    expect((await server.ask('POST', '/api/v2.0/session', { body: { username: made.name, password: made.secret } })).status).toBe(403);
  });

  it('and lists what its permissions reach', async () => {
    const made = await scene.make(scene.projectRobot(['repository:list']));
    const everywhere = await scene.make({
      name: `all${scene.name}`,
      level: 'system',
      permissions: [
        { kind: 'project', namespace: '*', access: words('repository:list', 'repository:pull') },
        { kind: 'system', namespace: '/', access: words('user:list') },
      ],
    });
    const catalog = async ({ name: as, secret: password }: Made) =>
      (await server.ask('GET', '/v2/_catalog?n=100', { as, password })).json<{ repositories: string[] }>().repositories;
    expect(await catalog(made)).toEqual([`${scene.name}/app`]);
    expect((await catalog(everywhere)).length).toBeGreaterThan(1);
    const listed = await ask('GET', '/projects?page_size=100', { as: made.name, password: made.secret });
    expect(listed.json<{ name: string }[]>().map((project) => project.name)).toEqual([scene.name]);
    const as = { as: everywhere.name, password: everywhere.secret };
    expect((await ask('GET', '/users', as)).status).toBe(200);
    expect((await ask('POST', '/users', { ...as, body: {} })).status).toBe(403);
    expect((await scene.push(everywhere.name, everywhere.secret)).status).toBe(403);
  });
});

describe('a robot ends, and its old bearer token with it within seconds', () => {
  const ends: readonly [string, (made: Made) => Promise<unknown>][] = [
    [
      'when it is disabled',
      (made) => asAdmin('PUT', `/robots/${made.id}`, scene.projectRobot(['repository:pull'], { name: made.name, disable: true })),
    ],
    ['when it loses the permission', (made) => asAdmin('PUT', `/robots/${made.id}`, scene.projectRobot(['tag:list'], { name: made.name }))],
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
        await server.ask('DELETE', `/v2/${scene.name}/app/manifests/latest`, { as: 'admin' });
        await asAdmin('DELETE', `/projects/${scene.name}`);
      },
    ],
  ];
  it.each(ends)('%s', async (_title, end) => {
    const made = await scene.make(scene.projectRobot(['repository:pull']));
    const answer = await server.ask('GET', `/service/token?scope=repository:${scene.name}/app:pull`, {
      as: made.name,
      password: made.secret,
    });
    const { token } = answer.json<{ token: string }>();
    const byToken = () => server.ask('GET', `/v2/${scene.name}/app/manifests/latest`, { bearer: token });
    expect((await byToken()).status).toBe(200);
    expect((await scene.pull(made.name, made.secret)).status).toBe(200);
    await end(made);
    server.passFiveSeconds();
    expect([401, 404]).toContain((await byToken()).status);
    expect([401, 404]).toContain((await scene.pull(made.name, made.secret)).status);
  });
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
