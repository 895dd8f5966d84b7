import { describe, expect, it } from 'vitest';
import { openApiDocument } from './openapi.ts';
import { OPERATIONS } from './operations.ts';

interface Document {
  paths: Record<
    string,
    Record<string, { operationId: string; parameters?: { name: string; in: string }[]; responses: Record<string, unknown> }>
  >;
  components: { schemas: Record<string, unknown> };
}

describe('openApiDocument', () => {
  const document = openApiDocument({ version: '1.2.3' }) as Document;

  it('holds every operation under its own id, method and path', () => {
    for (const operation of Object.values(OPERATIONS)) {
      expect(document.paths[operation.path]?.[operation.method]?.operationId).toBe(operation.id);
    }
  });

  it('names every path parameter', () => {
    for (const operation of Object.values(OPERATIONS)) {
      const described = document.paths[operation.path]?.[operation.method]?.parameters
        ?.filter((one) => one.in === 'path')
        .map((one) => one.name);
      expect(described ?? []).toEqual([...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
    }
  });

  it('calls the models by the names that Harbor gives them', () => {
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(['Project', 'ProjectMemberEntity', 'UserResp', 'Errors']),
    );
    expect(JSON.stringify(document.paths['/projects']?.['get']?.responses['200'])).toContain('#/components/schemas/Project');
  });
});
