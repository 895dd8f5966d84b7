import { type ListedRights, ROBOT_PROJECT_ACTIONS, ROBOT_SYSTEM_ACTIONS } from '@berth/access';
import { useTestDatabase } from '@berth/database/testing';
import { ACCESS_TOKEN_PREFIX } from '@berth/tokens';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Answer } from './ask.ts';
import { IdentityTestServer } from './identity-test-server.ts';

/**
 * The authorisation matrix: every route of /v2 and of the API x every kind of caller x own and foreign objects, each really asked.
 * What each may do is written here a second time, independent of the code's tables. A route without a row fails.
 *
 * Callers: X anonymous, L limitedGuest, G guest, D developer, M maintainer, A projectAdmin (all of the project "team"), O an outsider,
 * S a system administrator. A row names who is let in where it is their own project; in the foreign project only S is.
 */
export const CALLERS = {
  X: undefined,
  L: 'limitedGuest',
  G: 'guest',
  D: 'developer',
  M: 'maintainer',
  A: 'projectAdmin',
  O: 'outsider',
  S: 'admin',
} as const;
export type Letter = keyof typeof CALLERS;
export const LETTERS = Object.keys(CALLERS) as Letter[];

const INDEX = 'application/vnd.oci.image.index.v1+json';

/** Two projects with something in them, and every kind of caller; for one test file. */
export function useMatrixScene() {
  const database = useTestDatabase();
  const server = new IdentityTestServer();
  const ids = { team: 0, foreign: 0, retention: 0, foreignRetention: 0, foreignMember: 0, guestUser: 0, robot: 0, foreignRobot: 0 };
  /** One for each caller that may try to remove it. */
  const doomedRobots: number[] = [];

  beforeAll(async () => {
    await server.start(database.url);
    const admin = await server.addUser('admin', true);
    ids.team = await server.addProject('team', admin);
    ids.foreign = await server.addProject('foreign', admin);
    ids.guestUser = (await server.addMembers(ids.team)).guest.userId;
    await server.addUser('outsider');
    ids.foreignMember = (await server.stores.members.add(ids.foreign, await server.addUser('stranger'), 3)).id;
    ids.robot = await addRobot('kept', ids.team, admin);
    ids.foreignRobot = await addRobot('kept', ids.foreign, admin);
    ids.retention = await addRetention(ids.team);
    ids.foreignRetention = await addRetention(ids.foreign);
    for (let count = 0; count < 20; count += 1) doomedRobots.push(await addRobot(`doomed-${count}`, ids.team, admin));
    // A project that holds something cannot be deleted: who may delete gets 412, and nothing is lost between the rows.
    for (const name of ['team', 'foreign']) {
      const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [] });
      const pushed = await server.ask('PUT', `/v2/${name}/held/manifests/latest`, {
        as: 'admin',
        body,
        headers: { 'content-type': INDEX },
      });
      expect(pushed.status, pushed.text).toBe(201);
    }
    await addOtherCallers();
    // Pushes to projects that do not exist are the gate's own test; here no caller may make any.
    await server.stores.settings.saveAccess({ projectCreation: 'adminonly', createProjectOnPush: true });
  });
  afterAll(() => server.stop());

  async function addRetention(projectId: number): Promise<number> {
    const made = await server.policy.retention.create({ projectId, rules: [], cron: '' });
    return 'id' in made ? made.id : made.taken;
  }

  async function addRobot(name: string, projectId: number, creator: number): Promise<number> {
    const rights = { where: { projectId }, actions: ['repository:pull'] };
    const robot = { name, projectId, description: '', disabled: false, durationDays: -1, secretHash: 'none', permissions: [rights] };
    return (await server.stores.robots.create({ ...robot, creator: { kind: 'user', id: creator } })).id;
  }

  const secrets = { token: '', narrowed: '', expired: '', robot: '', disabledRobot: '', expiredRobot: '', systemRobot: '' };

  /** Other ways to be somebody, each with its secret. */
  async function addOtherCallers(): Promise<void> {
    const { stores, secrets: keeper } = server.identity;
    const group = await stores.groups.create({ name: 'guests', type: 4, ldapDn: '' });
    await stores.groups.addMember(group.id, await server.addUser('grouped'));
    await stores.members.grant(ids.team, { entity: { kind: 'group', id: group.id }, roleId: 3 });
    const developer = (await stores.users.findCredential('developer'))?.user.id ?? 0;
    const addToken = async (name: string, durationDays: number | undefined, permissions: readonly ListedRights[] | undefined) => {
      const secret = keeper.generate(ACCESS_TOKEN_PREFIX);
      await stores.accessTokens.create({ userId: developer, name, secretHash: keeper.keyedHash(secret), durationDays, permissions });
      return secret;
    };
    secrets.token = await addToken('all', undefined, undefined);
    secrets.narrowed = await addToken('pull', undefined, [{ where: { projectId: ids.team }, actions: ['repository:pull'] }]);
    secrets.expired = await addToken('old', -1, undefined);
    const addRobotOf = async (
      name: string,
      projectId: number | undefined,
      more: { disabled?: boolean; permissions?: readonly ListedRights[] },
    ) => {
      const secret = keeper.generate();
      const { id } = await stores.robots.create({
        ...{ name, projectId, description: '', disabled: more.disabled ?? false, durationDays: 1, secretHash: keeper.keyedHash(secret) },
        permissions: more.permissions ?? [{ where: { projectId: ids.team }, actions: ROBOT_PROJECT_ACTIONS }],
        creator: { kind: 'user', id: 1 },
      });
      return { id, secret };
    };
    secrets.robot = (await addRobotOf('full', ids.team, {})).secret;
    secrets.disabledRobot = (await addRobotOf('off', ids.team, { disabled: true })).secret;
    const expired = await addRobotOf('old', ids.team, {});
    await server
      .knex('robots')
      .where({ id: expired.id })
      .update({ expires_at: new Date(0) });
    secrets.expiredRobot = expired.secret;
    secrets.systemRobot = (
      await addRobotOf('system', undefined, { permissions: [{ where: 'system', actions: ROBOT_SYSTEM_ACTIONS }] })
    ).secret;
  }

  function ask(letter: Letter, method: string, path: string, body?: unknown): Promise<Answer> {
    const as = CALLERS[letter];
    return server.ask(method, path, { ...(as === undefined ? {} : { as }), ...(body === undefined ? {} : { body }) });
  }

  return { server, ids, secrets, doomedRobots, ask };
}

export type MatrixScene = ReturnType<typeof useMatrixScene>;
