import { ROBOT_PROJECT_ACTIONS, ROBOT_SYSTEM_ACTIONS } from '@berth/access';
import { describe, expect, it } from 'vitest';
import { ENDPOINTS } from '../api/endpoints.ts';
import type { Answer } from './ask.ts';
import { matrixRows } from './matrix-rows.ts';
import { type Letter, LETTERS, useMatrixScene } from './matrix-scene.ts';

const scene = useMatrixScene();
const { ask, ids, secrets, server } = scene;
const ROWS = matrixRows(scene);

describe('/api/v2.0', () => {
  it('has a row for every endpoint, and none for what is gone', () => {
    expect(Object.keys(ROWS).sort()).toEqual(ENDPOINTS.map(({ operation }) => operation.id).sort());
  });

  const asked = ENDPOINTS.map(({ operation }) => ({ id: operation.id, method: operation.method.toUpperCase(), path: operation.path }));
  it.each(asked)('$method $path ($id)', async ({ id, method }) => {
    const row = ROWS[id];
    if (row === undefined) throw new Error(`${id} has no row.`);
    for (const letter of LETTERS) {
      const answer = await ask(letter, method, `/api/v2.0${row.path()}`, row.body);
      const where = `${letter}: ${answer.status} ${answer.text}`;
      if (row.may.includes(letter)) expect(refused(answer), where).toBe(false);
      else expect(answer.status, where).toBe(letter === 'X' ? 401 : 403);
    }
  });

  it.each(asked.filter(({ id }) => ROWS[id]?.foreign !== undefined))('$method $path ($id) of somebody else', async ({ id, method }) => {
    const row = ROWS[id];
    for (const letter of LETTERS) {
      const answer = await ask(letter, method, `/api/v2.0${row?.foreign?.()}`, row?.body);
      const where = `${letter}: ${answer.status} ${answer.text}`;
      if (letter === 'S') expect(refused(answer), where).toBe(false);
      else expect(answer.status, where).toBe(letter === 'X' ? 401 : 403);
      // Not a word of difference to something that does not exist.
      const absent = await ask(letter, method, `/api/v2.0${row?.foreign?.().replace('foreign', 'nowhere')}`, row?.body);
      if (letter !== 'S') expect([absent.status, absent.text]).toEqual([answer.status, answer.text]);
    }
  });

  it("answers a member of another project like one that never was, to the project's own administrator", async () => {
    for (const [method, body] of [
      ['GET', undefined],
      ['PUT', { role_id: 2 }],
      ['DELETE', undefined],
    ] as const) {
      const foreignId = await ask('A', method, `/api/v2.0/projects/team/members/${ids.foreignMember}`, body);
      const noId = await ask('A', method, '/api/v2.0/projects/team/members/999999', body);
      expect(foreignId.status).toBe(404);
      expect(foreignId.text).toBe(noId.text);
    }
    expect(await server.stores.members.find(ids.foreign, ids.foreignMember)).toMatchObject({ roleId: 3 });
  });

  /** Let in: whatever the body and the ids then lead to, but not a no to the caller. The own password needs its old one: that no is another. */
  function refused(answer: Answer): boolean {
    return answer.status === 401 || (answer.status === 403 && !answer.text.includes('old_password'));
  }

  /**
   * Other ways to be somebody. Who is in a group with a role, or brings an access token, is answered exactly like the member with that role;
   * a robot by its list; one that is disabled or expired, and a revoked or expired token, like nobody at all.
   */
  describe('groups, access tokens and robots', () => {
    const withRules = asked.map((one, index) => ({ ...one, rule: ENDPOINTS[index]?.rule ?? { kind: 'anyone' } }) as const);
    /** Of the caller himself, whoever he is. */
    const OWN = new Set(['createUserToken', 'getUser', 'updateUserProfile', 'updateUserPassword', 'listUserTokens', 'deleteUserToken']);
    /** A token looks after no tokens. */
    const BY_PASSWORD = /Tokens?$/;

    it.each(withRules)('$method $path ($id)', async ({ id, method, rule }) => {
      const row = ROWS[id];
      if (row === undefined) throw new Error(`${id} has no row.`);
      const as = (username: string, password?: string) =>
        server.ask(method, `/api/v2.0${row.path()}`, {
          as: username,
          ...(password === undefined ? {} : { password }),
          ...(row.body === undefined ? {} : { body: row.body }),
        });
      // So many wrong secrets from one address would be throttled.
      await server.knex('failure_counters').delete();
      for (const [name, password] of [
        ['robot$team+off', secrets.disabledRobot],
        ['robot$team+old', secrets.expiredRobot],
        ['robot$team+full', secrets.expiredRobot],
        ['developer', secrets.expired],
      ] as const) {
        expect((await as(name, password)).status, name).toBe(401);
      }
      const letterOf = (letter: Letter) => (OWN.has(id) ? false : row.may.includes(letter));
      const grouped = await as('grouped');
      expect(refused(grouped), `grouped: ${grouped.status} ${grouped.text}`).toBe(!letterOf('G'));
      const token = await as('developer', secrets.token);
      expect(refused(token), `token: ${token.status} ${token.text}`).toBe(BY_PASSWORD.test(id) || !letterOf('D'));
      if (rule.kind !== 'project' && rule.kind !== 'system') return;
      const narrowed = await as('developer', secrets.narrowed);
      const inPull = rule.kind === 'project' && ['repository:pull', 'project:read'].includes(rule.action);
      expect(refused(narrowed), `narrowed: ${narrowed.status} ${narrowed.text}`).toBe(!inPull);
      const held = (rule.kind === 'project' ? ROBOT_PROJECT_ACTIONS : ROBOT_SYSTEM_ACTIONS).includes(rule.action);
      const robot = rule.kind === 'project' ? await as('robot$team+full', secrets.robot) : await as('robot$system', secrets.systemRobot);
      expect(refused(robot), `robot: ${robot.status} ${robot.text}`).toBe(!held);
    });
  });
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
