import { randomUUID } from 'node:crypto';
import { OCI_INDEX, OCI_MANIFEST } from '../harness/registry-client.ts';

export const REPOSITORY = 'bad/app';
export const UNKNOWN = `sha256:${'0'.repeat(64)}`;
const MIB = 1024 * 1024;

/** What a bad request must meet: these statuses and, where the specification names one, this code. */
export interface Case {
  readonly name: string;
  readonly method?: string;
  readonly target: string;
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
  readonly status: readonly number[];
  readonly code?: string | readonly string[];
}

const bad = (
  name: string,
  target: string,
  rest: Omit<Case, 'name' | 'target' | 'status'> & { readonly status?: readonly number[] } = {},
): Case => ({
  name,
  target,
  status: [400],
  ...rest,
});

export const NAMES: readonly Case[] = [
  ...[
    'UPPER/app',
    'bad/App',
    'bad/-app',
    'bad/app-',
    'bad/a..b',
    'bad/a___b',
    'bad/app!',
    'bad/ápp',
    'bad/.app',
    'bad/app.',
    'bad//app',
    '/app',
  ].map((name) => bad(`name ${name}`, `/v2/${encodeURI(name)}/manifests/latest`, { code: 'NAME_INVALID' })),
  bad('name without a project', '/v2/app/manifests/latest', { code: 'NAME_INVALID' }),
  bad('name of 300 characters', `/v2/bad/${'a'.repeat(300)}/manifests/latest`, { code: 'NAME_INVALID' }),
  bad('name of 10,000 characters', `/v2/bad/${'a'.repeat(10_000)}/manifests/latest`, { status: [400, 414], code: 'NAME_INVALID' }),
  bad('dot dot', '/v2/bad/../other/manifests/latest', { code: 'NAME_INVALID' }),
  bad('escaped dot dot', '/v2/bad/%2e%2e/manifests/latest', { code: 'NAME_INVALID' }),
  bad('escaped slash', '/v2/bad%2Fapp/manifests/latest', { code: 'NAME_INVALID' }),
  bad('escaped backslash', '/v2/bad/a%5Cb/manifests/latest', { code: 'NAME_INVALID' }),
  bad('NUL', '/v2/bad/a%00b/manifests/latest', { code: 'NAME_INVALID' }),
  bad('not UTF-8', '/v2/bad/%ff%fe/manifests/latest', { code: 'NAME_INVALID' }),
  bad('overlong UTF-8', '/v2/bad/%c0%ae%c0%ae/manifests/latest', { code: 'NAME_INVALID' }),
  bad('half an escape', '/v2/bad/a%2/manifests/latest', { code: 'NAME_INVALID' }),
  bad('twice escaped', '/v2/bad/%252e%252e/manifests/latest', { code: 'NAME_INVALID' }),
  bad('raw bytes above ASCII', '/v2/bad/\xff\xfe/manifests/latest', {}),
];

export const REFERENCES: readonly Case[] = [
  ...['-tag', '.tag', 'a b', 'täg', 'a'.repeat(129), 'a!', 'a%2Fb', 'a:b'].map((tag) =>
    bad(`PUT to tag ${tag.slice(0, 20)}`, `/v2/${REPOSITORY}/manifests/${tag.includes('%') ? tag : encodeURI(tag)}`, {
      method: 'PUT',
      body: '{}',
      headers: [`Content-Type: ${OCI_MANIFEST}`],
      code: ['TAG_INVALID', 'MANIFEST_INVALID', 'NAME_INVALID', 'DIGEST_INVALID'],
    }),
  ),
  ...[
    'sha256:abc',
    `sha256:${'A'.repeat(64)}`,
    `sha256:${'g'.repeat(64)}`,
    `sha256:${'0'.repeat(63)}`,
    `sha256:${'0'.repeat(65)}`,
    `sha512:${'0'.repeat(64)}`,
    `md5:${'0'.repeat(32)}`,
    'sha256:',
    ':',
    `SHA256:${'0'.repeat(64)}`,
    'nonsense',
  ].flatMap((digest) =>
    (['GET', 'HEAD', 'DELETE'] as const).map((method) =>
      bad(`${method} blob ${digest.slice(0, 16)}… (${digest.length})`, `/v2/${REPOSITORY}/blobs/${digest}`, {
        method,
        ...(method === 'HEAD' ? {} : { code: 'DIGEST_INVALID' }),
      }),
    ),
  ),
  bad('referrers of no digest', `/v2/${REPOSITORY}/referrers/latest`, { code: 'DIGEST_INVALID' }),
  bad('absent blob', `/v2/${REPOSITORY}/blobs/${UNKNOWN}`, { status: [404], code: 'BLOB_UNKNOWN' }),
  bad('absent manifest', `/v2/${REPOSITORY}/manifests/${UNKNOWN}`, { status: [404], code: 'MANIFEST_UNKNOWN' }),
  bad('absent tag', `/v2/${REPOSITORY}/manifests/absent`, { status: [404], code: 'MANIFEST_UNKNOWN' }),
  bad('tags of an absent repository', '/v2/bad/absent/tags/list', { status: [404], code: 'NAME_UNKNOWN' }),
  bad('DELETE of an absent tag', `/v2/${REPOSITORY}/manifests/absent`, { method: 'DELETE', status: [404], code: 'MANIFEST_UNKNOWN' }),
  bad('no such end point', `/v2/${REPOSITORY}/nothing/here`, { status: [404] }),
  bad('method that no route knows', `/v2/${REPOSITORY}/tags/list`, { method: 'POST', status: [405] }),
  bad('unheard-of method', `/v2/${REPOSITORY}/tags/list`, { method: 'BREW', status: [400, 405, 501] }),
];

export const LISTS: readonly Case[] = [
  'n=-1',
  'n=abc',
  'n=1e3',
  `n=${'9'.repeat(40)}`,
  'n=1&n=2',
  'n=',
  'n=1.5',
  `last=${'a'.repeat(5000)}`,
  'last=%00',
  'n=0x10',
].flatMap((query) =>
  [`/v2/${REPOSITORY}/tags/list`, '/v2/_catalog'].map((path) => bad(`${path}?${query.slice(0, 20)}`, `${path}?${query}`)),
);

export const UPLOADS: readonly Case[] = [
  bad('unknown upload', `/v2/${REPOSITORY}/blobs/uploads/${randomUUID()}`, { status: [404], code: 'BLOB_UPLOAD_UNKNOWN' }),
  ...['PATCH', 'PUT', 'DELETE', 'GET'].flatMap((method) =>
    ['x', '../../x', '%2e%2e', 'a%00', 'a'.repeat(500)].map((id) =>
      bad(`${method} to upload ${id.slice(0, 10)}`, `/v2/${REPOSITORY}/blobs/uploads/${id}?digest=${UNKNOWN}`, {
        method,
        status: [400, 404],
      }),
    ),
  ),
  bad('mount of no digest', `/v2/${REPOSITORY}/blobs/uploads/?mount=abc&from=bad/other`, { method: 'POST', code: 'DIGEST_INVALID' }),
  bad('mount from no name', `/v2/${REPOSITORY}/blobs/uploads/?mount=${UNKNOWN}&from=BAD//x`, { method: 'POST', status: [202, 400] }),
  bad('POST with a wrong digest', `/v2/${REPOSITORY}/blobs/uploads/?digest=${UNKNOWN}`, {
    method: 'POST',
    body: 'content',
    code: 'DIGEST_INVALID',
  }),
  bad('POST with no digest in the parameter', `/v2/${REPOSITORY}/blobs/uploads/?digest=`, {
    method: 'POST',
    body: 'content',
    code: 'DIGEST_INVALID',
  }),
  bad('POST with an unknown algorithm', `/v2/${REPOSITORY}/blobs/uploads/?digest-algorithm=md5`, { method: 'POST' }),
];

const manifest = (value: unknown): string => JSON.stringify(value);
const put = (name: string, body: string | Buffer, rest: Partial<Case> = {}): Case => ({
  name: `manifest: ${name}`,
  method: 'PUT',
  target: `/v2/${REPOSITORY}/manifests/bad`,
  headers: [`Content-Type: ${OCI_MANIFEST}`],
  body,
  status: [400],
  code: 'MANIFEST_INVALID',
  ...rest,
});
const blob = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  mediaType: 'application/octet-stream',
  digest: UNKNOWN,
  size: 1,
  ...fields,
});
const image = (fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  schemaVersion: 2,
  mediaType: OCI_MANIFEST,
  config: blob(),
  layers: [],
  ...fields,
});

export const MANIFESTS: readonly Case[] = [
  put('empty', ''),
  put('not JSON', 'hello'),
  put('half of it', '{"schemaVersion":2,'),
  put('not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d])),
  ...['null', '[]', '"text"', '2', 'true'].map((body) => put(body, body)),
  put('nested 100,000 deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`),
  put('an object nested 100,000 deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`),
  put('five mebibytes', `{"schemaVersion":2,"x":"${'x'.repeat(5 * MIB)}"}`, { status: [413], code: ['SIZE_INVALID', 'MANIFEST_INVALID'] }),
  put('schema version 3', manifest(image({ schemaVersion: 3 })), {
    status: [400, 404],
    code: ['MANIFEST_INVALID', 'MANIFEST_BLOB_UNKNOWN'],
  }),
  put('schema 1', manifest({ schemaVersion: 1, name: 'x', tag: 'y', fsLayers: [] }), {
    headers: ['Content-Type: application/vnd.docker.distribution.manifest.v1+prettyjws'],
    status: [400, 415],
    code: ['MANIFEST_INVALID', 'UNSUPPORTED'],
  }),
  put('layers and manifests together', manifest(image({ manifests: [] }))),
  put('another media type inside', manifest(image({ mediaType: OCI_INDEX }))),
  put('a blob that is not there', manifest(image()), { status: [400, 404], code: ['MANIFEST_BLOB_UNKNOWN', 'BLOB_UNKNOWN'] }),
  put('a child that is not there', manifest({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [blob({ mediaType: OCI_MANIFEST })] }), {
    headers: [`Content-Type: ${OCI_INDEX}`],
    status: [400, 404],
    code: ['MANIFEST_BLOB_UNKNOWN', 'MANIFEST_UNKNOWN'],
  }),
  put('a negative size', manifest(image({ config: blob({ size: -1 }) }))),
  put('a size that is text', manifest(image({ config: blob({ size: '1' }) }))),
  put('a size beyond every integer', manifest(image({ config: blob({ size: 1e300 }) }))),
  put('a digest that is none', manifest(image({ config: blob({ digest: 'sha256:abc' }) }))),
  put('a digest that is a path', manifest(image({ config: blob({ digest: 'sha256:../../../../etc/passwd' }) }))),
  put('layers that are text', manifest(image({ layers: 'all of them' }))),
  put('a layer that is null', manifest(image({ layers: [null] }))),
  put('a config that is a list', manifest(image({ config: [] }))),
  put('a subject that is text', manifest(image({ subject: 'yes' }))),
  put('annotations that are no strings', manifest(image({ annotations: { a: { b: 1 } } })), {
    status: [400, 404],
    code: ['MANIFEST_INVALID', 'MANIFEST_BLOB_UNKNOWN'],
  }),
  put('no content type', manifest({ schemaVersion: 2 }), { headers: [] }),
  put('a digest that is not its own', manifest(image()), {
    target: `/v2/${REPOSITORY}/manifests/${UNKNOWN}`,
    status: [400],
    code: ['DIGEST_INVALID', 'MANIFEST_INVALID'],
  }),
];

export const CREDENTIALS: readonly Case[] = [
  'Authorization: Bearer x',
  'Authorization: Bearer',
  'Authorization: Bearer a.b.c',
  `Authorization: Bearer ${'a'.repeat(7000)}`,
  'Authorization: Basic !!!',
  'Authorization: Basic YWRtaW4=',
  `Authorization: Basic ${Buffer.from('admin:wrong').toString('base64')}`,
  `Authorization: Basic ${Buffer.from('\0:\0').toString('base64')}`,
  `Authorization: Basic ${Buffer.from(`${'u'.repeat(3000)}:${'p'.repeat(1000)}`).toString('base64')}`,
  'Authorization: Digest username="admin"',
  'Authorization: ',
].map((header) => bad(header.slice(0, 40), `/v2/${REPOSITORY}/tags/list`, { headers: [header], status: [401], code: 'UNAUTHORIZED' }));
