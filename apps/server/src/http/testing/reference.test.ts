import { REFERENCE_OPERATIONS } from '@berth/api-contract';
import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ENDPOINTS } from '../api/endpoints.ts';
import { NOT_YET } from '../api/not-yet.ts';
import { IdentityTestServer } from './identity-test-server.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const key = ({ method, path }: { method: string; path: string }): string => `${method.toUpperCase()} ${path}`;
const implemented = new Map(ENDPOINTS.map(({ operation }) => [key(operation), operation]));
const reference = new Map(REFERENCE_OPERATIONS.map((operation) => [key(operation), operation]));

beforeAll(async () => {
  await server.start(database.url);
  await server.addProject('team', await server.addUser('admin', true));
  await server.addUser('somebody');
});
afterAll(() => server.stop());

it('every operation of the reference is implemented or in the table of what is not there yet, and none is in both', () => {
  const mine = [...reference.keys()].filter((name) => implemented.has(name));
  expect([...mine, ...NOT_YET.map(key)].sort()).toEqual([...reference.keys()].sort());
});

describe('each operation of the reference that is implemented', () => {
  it.each([...reference].filter(([name]) => implemented.has(name)))('%s has its status, parameters and list', (name, expected) => {
    const operation = implemented.get(name);
    if (operation === undefined) throw new Error(name);
    expect(operation.answer.status).toBe(expected.status);
    const query = Object.entries((operation.query as z.ZodObject).shape as Record<string, z.ZodType>);
    expect(query.map(([parameter]) => parameter)).toEqual(expect.arrayContaining([...expected.query]));
    expect(query.filter(([, schema]) => !schema.safeParse(undefined).success).map(([parameter]) => parameter)).toEqual(expected.required);
    expect(Object.keys((operation.params as z.ZodObject).shape).sort()).toEqual(
      [...expected.path.matchAll(/\{(\w+)\}/g)].map(([, part]) => part).sort(),
    );
    const pages = expected.query.includes('page');
    if (expected.list && pages) expect(operation.answer.headers).toEqual(expect.arrayContaining(['X-Total-Count', 'Link']));
    if (expected.list) expect(operation.answer.body).toBeInstanceOf(z.ZodArray);
  });
});

describe('each operation that is not there yet', () => {
  it.each(NOT_YET)('$method $path answers a list with none, else in words', async (line) => {
    expect(reference.get(key(line))?.list).toBe(line.list);
    const path = `/api/v2.0${line.path.replace(/\{project_name(_or_id)?\}/, 'team').replace(/\{\w+\}/g, '7')}`;
    expect((await server.ask(line.method, path)).status).toBe(401);
    const answer = await server.ask(line.method, path, { as: 'somebody' });
    const where = `${answer.status} ${answer.text}`;
    if (line.list) {
      expect([answer.status, answer.text, answer.headers['x-total-count']], where).toEqual([200, '[]', '0']);
      return;
    }
    expect(line.method === 'GET' && line.path.includes('{') ? [404] : [501], where).toContain(answer.status);
    expect(answer.json<{ errors: { message: string }[] }>().errors[0]?.message).toContain('Berth does not have');
  });
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
