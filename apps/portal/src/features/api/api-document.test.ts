import { openApiDocument } from '@berth/api-contract/openapi';
import { describe, expect, it } from 'vitest';
import { parseApiDocument, searchOperations } from './api-document.ts';
import { curlCommand } from './curl-command.ts';
import { schemaText, schemaWords } from './schema-text.ts';

const { operations, models } = parseApiDocument(openApiDocument({ version: '1.0.0' }));
const place = { origin: 'https://hub.example:8443', username: 'ada', hasCa: false, models };
const find = (id: string) => {
  const found = operations.find((operation) => operation.id === id);
  if (found === undefined) throw new Error(`There is no ${id}.`);
  return found;
};

it('finds operations by words of path, summary and method', () => {
  expect(searchOperations(operations, 'post projects').map(({ id }) => id)).toContain('createProject');
  expect(searchOperations(operations, 'DELETE  tags').map(({ id }) => id)).toContain('deleteTag');
  expect(searchOperations(operations, 'no-such-thing')).toEqual([]);
  expect(searchOperations(operations, '')).toHaveLength(operations.length);
});

it('tells every body and answer of every operation', () => {
  for (const { id, body, answers } of operations) {
    expect(
      answers.some(({ status }) => status.startsWith('2')),
      id,
    ).toBe(true);
    for (const content of [body, ...answers.map((answer) => answer.content)])
      if (content !== undefined) expect(schemaText(content.schema, models), id).not.toMatch(/^(\{\}|"any")?$/);
  }
});

it('writes limits and defaults in a few words', () => {
  const size = find('listProjects').parameters.find(({ name }) => name === 'page_size');
  expect(schemaWords(size?.schema ?? {})).toBe('integer, 1..100, = 10');
});

describe('the curl command', () => {
  it('encodes what was typed, a repository twice, and asks for the password', () => {
    const values = { project_name: 'team', repository_name: 'web/app', page_size: '5', q: "tags=~it's" };
    expect(curlCommand(find('listArtifacts'), values, place)).toBe(
      "curl -u ada 'https://hub.example:8443/api/v2.0/projects/team/repositories/web%252Fapp/artifacts?page_size=5&q=tags%3D%7Eit%27s'",
    );
  });

  it('keeps the places of what is missing, and quotes a robot for the shell', () => {
    expect(curlCommand(find('getProject'), {}, { ...place, username: 'robot$team+ci', hasCa: true })).toBe(
      "curl -u 'robot$team+ci' --cacert ca.crt 'https://hub.example:8443/api/v2.0/projects/{project_name_or_id}'",
    );
  });

  it('has a body that the operation understands', () => {
    const command = curlCommand(find('createProject'), {}, place);
    expect(command).toContain('-X POST');
    expect(command).toContain("-H 'Content-Type: application/json'");
    const body: unknown = JSON.parse(/-d '([^']*)'/.exec(command)?.[1] ?? '');
    expect(body).toMatchObject({ project_name: 'TEXT' });
  });
});
