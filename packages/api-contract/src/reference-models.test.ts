import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { OPERATIONS } from './operations.ts';
import type { Operation } from './operation.ts';
import { REFERENCE_BODIES, REFERENCE_MODELS } from './reference-models.ts';

type Schema = Record<string, unknown>;

const IMPLEMENTED = new Map(
  Object.values<Operation>(OPERATIONS).map((operation) => [`${operation.method.toUpperCase()} ${shape(operation.path)}`, operation]),
);

function shape(path: string): string {
  return path.replace(/\{\w+\}/g, '{}');
}

/** What Berth's answers leave out, and why. Fields of answers may be absent in Harbor, too. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  'Robot.secret': 'a secret is shown once, by the operation that made it',
  'UserResp.oidc_user_meta': 'there is no OIDC yet',
  'Project.togglable': 'Harbor gives it no meaning any more',
  'Project.registry_id': 'there are no proxy caches yet',
  'Project.cve_allowlist': 'there are no scanners yet',
  'ProjectSummary.registry': 'there are no proxy caches yet',
  'GeneralInfo.authproxy_settings': 'there is no authentication proxy',
  'GeneralInfo.oidc_provider_name': 'there is no OIDC yet',
  'Artifact.scan_overview': 'there are no scanners yet',
  'Artifact.sbom_overview': 'there are no scanners yet',
  'Artifact.inherited_accessories': 'accessories of children are told with the children',
};

/** What Berth asks for although Harbor's document does not, since Harbor refuses requests without it, too. */
const NEEDED: Readonly<Record<string, string>> = {
  'RoleRequest.role_id': 'a member without a role is none',
  'ProjectMember.role_id': 'a member without a role is none',
  'RobotCreate.level': 'Harbor refuses an empty level',
  'RobotCreate.permissions': 'Harbor refuses a robot without permissions',
  'Robot.permissions': 'Harbor refuses a robot without permissions',
  'ImmutableRule.tag_selectors': 'a rule about nothing is none',
  'RetentionPolicy.rules': 'a policy is its rules',
  'RetentionPolicy.scope': 'the project that it is for',
  'Schedule.schedule': 'there is nothing else to change',
  'Label.id': 'the label that an artifact gets',
  'QuotaUpdateReq.hard': 'there is nothing else to change',
};

const PLAIN: Readonly<Record<string, readonly string[]>> = {
  str: ['string'],
  time: ['string'],
  int: ['integer', 'number'],
  bool: ['boolean'],
};

/** Every difference between a JSON schema of ours and a model, as a sentence with the path to it. */
function* differences(schema: Schema, type: string, where: string): Generator<string> {
  const alternatives = alternativesOf(schema).filter(({ type: name }) => name !== 'null');
  if (type === 'obj' || type === '?' || alternatives.some((each) => Object.keys(each).length === 0)) return;
  if (type.endsWith('[]')) {
    const list = alternatives.find((each) => each['type'] === 'array');
    if (list === undefined) yield `${where} is no list`;
    else yield* differences((list['items'] ?? {}) as Schema, type.slice(0, -2), `${where}[]`);
    return;
  }
  const map = /^map<(.+)>$/.exec(type)?.[1];
  if (map !== undefined) return yield* mapDifferences(alternatives, map, where);
  const plain = PLAIN[type];
  if (plain !== undefined) {
    // An enumeration of strings has no type of its own.
    const names = alternatives
      .flatMap((each) => each['type'] ?? typeof ((each['enum'] as unknown[] | undefined)?.[0] ?? each['const']))
      .filter((name) => name !== 'null');
    if (!names.some((name) => plain.includes(String(name)))) yield `${where} is ${names.join(' or ')} and should be ${type}`;
    return;
  }
  const model = REFERENCE_MODELS.get(type);
  if (model === undefined) return;
  if ('mapOf' in model) return yield* mapDifferences(alternatives, model.mapOf, where);
  const object = alternatives.find((each) => each['type'] === 'object');
  if (object === undefined) {
    yield `${where} is no object`;
    return;
  }
  const properties = (object['properties'] ?? {}) as Record<string, Schema>;
  for (const field of model) {
    const own = properties[field.name];
    if (own !== undefined) yield* differences(own, field.type, `${where}.${field.name}`);
    else if (typeof object['additionalProperties'] !== 'object') yield `${where} lacks ${type}.${field.name}`;
  }
}

function* mapDifferences(alternatives: readonly Schema[], values: string, where: string): Generator<string> {
  const object = alternatives.find((each) => each['type'] === 'object');
  if (object === undefined) {
    yield `${where} is no object`;
    return;
  }
  const additional = object['additionalProperties'];
  if (typeof additional === 'object' && additional !== null) yield* differences(additional as Schema, values, `${where}{}`);
  for (const [name, property] of Object.entries((object['properties'] ?? {}) as Record<string, Schema>))
    yield* differences(property, values, `${where}.${name}`);
}

function alternativesOf(schema: Schema): readonly Schema[] {
  const several = (schema['anyOf'] ?? schema['oneOf']) as readonly Schema[] | undefined;
  return several === undefined ? [schema] : several.flatMap(alternativesOf);
}

function jsonSchema(schema: z.ZodType, io: 'input' | 'output'): Schema {
  return z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' }) as Schema;
}

describe.each(REFERENCE_BODIES.map((each) => [`${each.method} ${each.path}`, each] as const))(
  '%s',
  (_name, { method, path, request, answer }) => {
    const operation = IMPLEMENTED.get(`${method} ${shape(path)}`);

    it('is implemented', () => expect(operation).toBeDefined());

    if (answer !== undefined)
      it('answers the fields of the reference with their types', () => {
        if (operation === undefined) throw new Error('It is not there.');
        expect(answerDifferences(operation, answer ?? '').filter((sentence) => !isLeftOut(sentence))).toEqual([]);
      });

    if (request !== undefined)
      it('takes the fields of the reference with their types, and asks for no others', () => {
        if (operation === undefined) throw new Error('It is not there.');
        const schema = jsonSchema(operation.body, 'input');
        const model = REFERENCE_MODELS.get(request ?? '');
        if (model === undefined || 'mapOf' in model) throw new Error('A body is an object.');
        const properties = (schema['properties'] ?? {}) as Record<string, Schema>;
        const found = model.flatMap(({ name, type }) => {
          const own = properties[name];
          // What a schema does not name is ignored, as Harbor ignores what it does not know.
          return own === undefined
            ? []
            : [...differences(own, type, `${request}.${name}`)].filter((difference) => !difference.includes(' lacks '));
        });
        expect(found).toEqual([]);
        const asked = ((schema['required'] ?? []) as string[]).filter((name) => !(`${request}.${name}` in NEEDED));
        expect(asked.filter((name) => !model.some((field) => field.name === name && field.required))).toEqual([]);
        for (const field of model) if (field.required) expect(schema['required']).toContain(field.name);
      });
  },
);

it('every exception is one', () => {
  const lacking = REFERENCE_BODIES.flatMap(({ method, path, answer }) => {
    const operation = IMPLEMENTED.get(`${method} ${shape(path)}`);
    return operation === undefined || answer === undefined ? [] : answerDifferences(operation, answer);
  });
  expect(Object.keys(LEFT_OUT).filter((name) => !lacking.some((sentence) => sentence.endsWith(` lacks ${name}`)))).toEqual([]);
  const asked = REFERENCE_BODIES.flatMap(({ method, path, request }) => {
    const operation = IMPLEMENTED.get(`${method} ${shape(path)}`);
    if (operation === undefined || request === undefined) return [];
    return ((jsonSchema(operation.body, 'input')['required'] ?? []) as string[]).map((name) => `${request}.${name}`);
  });
  expect(Object.keys(NEEDED).filter((name) => !asked.includes(name))).toEqual([]);
});

function answerDifferences(operation: Operation, answer: string): readonly string[] {
  if (operation.answer.body === undefined) return ['It answers nothing.'];
  return [...differences(jsonSchema(operation.answer.body, 'output'), answer, answer)];
}

function isLeftOut(sentence: string): boolean {
  return Object.keys(LEFT_OUT).some((name) => sentence.endsWith(` lacks ${name}`));
}
