import { describe, expect, it } from 'vitest';
import { ROUTES } from '../v2/routes.ts';
import type { Answer } from './ask.ts';
import { CALLERS, LETTERS, useMatrixScene } from './matrix-scene.ts';

const DIGEST = `sha256:${'0'.repeat(64)}`;
const UPLOAD = '6f1c0f52-7cf2-4d71-9f6e-2b1c7f9a6a11';
const { ask, secrets, server } = useMatrixScene();

describe('/v2', () => {
  /** By action of the route table. */
  const MAY: Record<string, string> = { enter: 'LGDMAOS', catalog: 'LGDMAOS', pull: 'LGDMAS', push: 'DMAS', delete: 'MAS' };
  const rows = ROUTES.flatMap((route) => ['team', 'foreign'].map((project) => ({ route, project })));

  it.each(rows)('$route.method $route.path at $project', async ({ route, project }) => {
    const path = route.path
      .replace('<name>', `${project}/app`)
      .replace('<digest>', DIGEST)
      .replace('<reference>', 'latest')
      .replace('<id>', UPLOAD);
    const repositoryRoute = route.action !== 'enter' && route.action !== 'catalog';
    for (const letter of LETTERS) {
      const may = MAY[route.action]?.includes(letter) === true && (project === 'team' || !repositoryRoute || letter === 'S');
      const answer = await ask(letter, route.method, path, bodyOf(route.method));
      const where = `${letter}: ${answer.status} ${answer.text}`;
      if (letter === 'X') expect(answer.status, where).toBe(401);
      else if (may) expect([401, 403], where).not.toContain(answer.status);
      else if (route.action === 'pull') expect(refusedAsAbsent(answer), where).toBe(true);
      else expect(answer.status, where).toBe(403);
    }
  });

  it.each(rows)('$route.method $route.path at $project with a bearer token of every scope', async ({ route, project }) => {
    const path = route.path
      .replace('<name>', `${project}/app`)
      .replace('<digest>', DIGEST)
      .replace('<reference>', 'latest')
      .replace('<id>', UPLOAD);
    const repositoryRoute = route.action !== 'enter' && route.action !== 'catalog';
    for (const letter of LETTERS) {
      const bearer = await server.token(CALLERS[letter], `repository:${project}/app:*`, 'registry:catalog:*');
      const body = bodyOf(route.method);
      const answer = await server.ask(route.method, path, { bearer, ...(body === undefined ? {} : { body }) });
      const may = MAY[route.action]?.includes(letter) === true && (project === 'team' || !repositoryRoute || letter === 'S');
      const where = `${letter}: ${answer.status} ${answer.text}`;
      // An anonymous token enters, and lists what is public; a token whose scope was cut away is sent for another one.
      if (may || (letter === 'X' && !repositoryRoute)) expect([401, 403], where).not.toContain(answer.status);
      else expect(answer.status, where).toBe(401);
    }
  });

  it.each(rows)('$route.method $route.path at $project for groups, access tokens and robots', async ({ route, project }) => {
    await server.knex('failure_counters').delete();
    const path = route.path
      .replace('<name>', `${project}/app`)
      .replace('<digest>', DIGEST)
      .replace('<reference>', 'latest')
      .replace('<id>', UPLOAD);
    const body = bodyOf(route.method);
    const repositoryRoute = route.action !== 'enter' && route.action !== 'catalog';
    for (const [name, password, letter] of [
      ['grouped', undefined, 'G'],
      ['developer', secrets.token, 'D'],
      // Pull and nothing else.
      ['developer', secrets.narrowed, 'G'],
      // Pull, push and delete.
      ['robot$team+full', secrets.robot, 'M'],
      ['robot$system', secrets.systemRobot, 'O'],
      ['developer', secrets.expired, 'X'],
      ['robot$team+off', secrets.disabledRobot, 'X'],
      ['robot$team+old', secrets.expiredRobot, 'X'],
    ] as const) {
      const as = { as: name, ...(password === undefined ? {} : { password }) };
      const answer = await server.ask(route.method, path, { ...as, ...(body === undefined ? {} : { body }) });
      const may = MAY[route.action]?.includes(letter) === true && (project === 'team' || !repositoryRoute);
      const where = `${name} as ${letter}: ${answer.status} ${answer.text}`;
      if (letter === 'X') expect(answer.status, where).toBe(401);
      else if (may) expect([401, 403], where).not.toContain(answer.status);
      else if (route.action === 'pull') expect(refusedAsAbsent(answer), where).toBe(true);
      else expect(answer.status, where).toBe(403);
    }
  });

  /** HEAD answers have no body to look at; there 404 must do. */
  function refusedAsAbsent(answer: Answer): boolean {
    return answer.status === 404 && (answer.text === '' || answer.text.includes('NAME_UNKNOWN'));
  }

  function bodyOf(method: string): string | undefined {
    return method === 'PUT' || method === 'PATCH' ? 'not a manifest' : undefined;
  }
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
