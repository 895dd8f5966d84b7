import { z } from 'zod';
import { accessory, artifact, artifactReference, platform, tag } from './artifacts.ts';
import { accessToken, accessTokenCreate, accessTokenCreated } from './access-tokens.ts';
import { errors } from './common.ts';
import { gcHistory } from './garbage.ts';
import { userGroup, userGroupSearchItem } from './groups.ts';
import { label } from './labels.ts';
import { projectMemberEntity } from './members.ts';
import type { Operation } from './operation.ts';
import { OPERATIONS } from './operations.ts';
import { projectMetadata } from './project-metadata.ts';
import { project, projectDeletable } from './projects.ts';
import { access, robot, robotCreate, robotCreated, robotPermission, robotSecret } from './robots.ts';
import { explanation, permissions, role } from './roles.ts';
import { repository } from './repositories.ts';
import { componentHealth, generalInfo, overallHealth } from './system.ts';
import { permission, user, userSearchItem } from './users.ts';

/** Harbor's names of the models. */
const MODELS: Readonly<Record<string, z.ZodType>> = {
  Errors: errors,
  Project: project,
  ProjectMetadata: projectMetadata,
  ProjectDeletable: projectDeletable,
  Repository: repository,
  Artifact: artifact,
  Tag: tag,
  Platform: platform,
  Reference: artifactReference,
  Accessory: accessory,
  Label: label,
  ProjectMemberEntity: projectMemberEntity,
  UserResp: user,
  UserSearchRespItem: userSearchItem,
  Permission: permission,
  Permissions: permissions,
  Role: role,
  AccessExplanation: explanation,
  UserGroup: userGroup,
  UserGroupSearchItem: userGroupSearchItem,
  Access: access,
  Robot: robot,
  RobotCreate: robotCreate,
  RobotCreated: robotCreated,
  RobotSec: robotSecret,
  RobotPermission: robotPermission,
  AccessToken: accessToken,
  AccessTokenCreate: accessTokenCreate,
  AccessTokenCreated: accessTokenCreated,
  ComponentHealthStatus: componentHealth,
  OverallHealthStatus: overallHealth,
  GeneralInfo: generalInfo,
  GCHistory: gcHistory,
};

const REASONS: Readonly<Record<number, string>> = {
  400: 'The body or a value in it cannot be used; nothing was changed.',
  401: 'The credential is missing or wrong.',
  403: 'The caller may not do this, or may not know whether it exists.',
  404: 'It does not exist.',
  409: 'It exists already.',
  412: 'Its present state does not allow this; nothing was changed.',
  413: 'The body is larger than is taken; nothing was changed.',
  422: 'A parameter is outside its limits.',
  429: 'Too many wrong passwords; the header Retry-After says when to try again.',
  500: 'The server failed; its log has the reason under the request id.',
  501: 'Berth does not have this yet; nothing was changed.',
};

export interface DocumentInfo {
  readonly version: string;
}

type JsonSchema = Record<string, unknown>;

const NAME_OF_MODEL = new Map(Object.entries(MODELS).map(([name, schema]) => [schema, name]));

/** The OpenAPI 3.0 document of `/api/v2.0`, made from the schemas that the server itself checks with. */
export function openApiDocument({ version }: DocumentInfo): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of Object.values(OPERATIONS)) (paths[operation.path] ??= {})[operation.method] = described(operation);
  return {
    openapi: '3.0.3',
    info: { title: 'Berth', version, description: 'The REST API of Berth, compatible with Harbor v2.0.', license: { name: 'Apache-2.0' } },
    servers: [{ url: '/api/v2.0' }],
    security: [{ basic: [] }, { session: [], csrf: [] }],
    paths,
    components: {
      securitySchemes: {
        basic: {
          type: 'http',
          scheme: 'basic',
          description: 'A user with the password or an access token, or a robot account with its secret.',
        },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-berth', description: 'Made by POST /session; for browsers.' },
        csrf: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Harbor-CSRF-Token',
          description: 'Beside the cookie, with every method that changes something: the token that each answer to the session tells.',
        },
      },
      schemas: Object.fromEntries(Object.entries(MODELS).map(([name, schema]) => [name, modelSchema(schema)])),
    },
  };
}

function described(operation: Operation): object {
  const { answer } = operation;
  const failure = { 'application/json': { schema: reference('Errors') } };
  const content =
    answer.body === undefined ? {} : { content: { [answer.contentType ?? 'application/json']: { schema: schemaOf(answer.body) } } };
  const headers = Object.fromEntries(
    (answer.headers ?? []).map((name) => [name, { schema: { type: name === 'X-Total-Count' ? 'integer' : 'string' } }]),
  );
  return {
    operationId: operation.id,
    tags: [operation.tag],
    summary: operation.summary,
    parameters: [...parameters(operation.params, 'path'), ...parameters(operation.query, 'query')],
    ...requestBody(operation),
    responses: {
      [answer.status]: { description: 'Done.', ...(answer.headers === undefined ? {} : { headers }), ...content },
      ...Object.fromEntries(
        [...operation.errors, 500].map((status) => [status, { description: REASONS[status] ?? 'Refused.', content: failure }]),
      ),
    },
  };
}

function requestBody({ body, upload }: Operation): object {
  const taken = upload ?? (keysOf(body).length === 0 ? {} : { 'application/json': body });
  const content = Object.entries(taken).map(([type, schema]) => [type, { schema: jsonSchema(schema, 'input') }]);
  return content.length === 0 ? {} : { requestBody: { required: true, content: Object.fromEntries(content) } };
}

/** What a handler gets tells more than the text on the wire: numbers, their limits, defaults. */
function parameters(schema: z.ZodType, where: 'path' | 'query'): object[] {
  return keysOf(schema).map(([name, part]) => ({
    name,
    in: where,
    required: !part.safeParse(undefined).success,
    schema: jsonSchema(part, 'output'),
  }));
}

function keysOf(schema: z.ZodType): [string, z.ZodType][] {
  return schema instanceof z.ZodObject ? (Object.entries(schema.shape) as [string, z.ZodType][]) : [];
}

/** A model is named, not repeated. */
function schemaOf(schema: z.ZodType): JsonSchema {
  const name = NAME_OF_MODEL.get(schema);
  if (name !== undefined) return reference(name);
  return schema instanceof z.ZodArray ? { type: 'array', items: schemaOf(schema.element as z.ZodType) } : jsonSchema(schema, 'output');
}

/** Models inside models are named too, one level deep, as ours are. */
function modelSchema(schema: z.ZodType): JsonSchema {
  const full = jsonSchema(schema, 'output');
  const named = keysOf(schema).filter(
    ([, part]) => NAME_OF_MODEL.has(part) || (part instanceof z.ZodArray && NAME_OF_MODEL.has(part.element as z.ZodType)),
  );
  const properties = { ...(full['properties'] as JsonSchema), ...Object.fromEntries(named.map(([key, part]) => [key, schemaOf(part)])) };
  return { ...full, properties };
}

function reference(name: string): JsonSchema {
  return { $ref: `#/components/schemas/${name}` };
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(schema, { target: 'openapi-3.0', io }) as JsonSchema;
}
