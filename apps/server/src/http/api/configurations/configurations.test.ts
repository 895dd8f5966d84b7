import { useTestDatabase } from '@berth/database/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apiCalls, codeOf } from '../../testing/api-calls.ts';
import { IdentityTestServer } from '../../testing/identity-test-server.ts';

const database = useTestDatabase();
const server = new IdentityTestServer();
const { ask, asAdmin } = apiCalls(server);
const INDEX = 'application/vnd.oci.image.index.v1+json';

beforeAll(async () => {
  await server.start(database.url);
  const admin = await server.addUser('admin', true);
  await server.addMembers(await server.addProject('team', admin));
  await server.addProject('open', admin, true);
  await server.addUser('outsider');
  for (const name of ['team/app', 'open/tool']) expect((await push(name, 'v1')).status).toBe(201);
});
afterAll(() => server.stop());

function push(repository: string, tag: string): ReturnType<IdentityTestServer['ask']> {
  const body = JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests: [], annotations: { tag } });
  return server.ask('PUT', `/v2/${repository}/manifests/${tag}`, { as: 'admin', body, headers: { 'content-type': INDEX } });
}

type Shown = Record<string, { value: unknown; editable: boolean }>;

describe('configurations', () => {
  it('shows every key with whether it can be changed, and no secret', async () => {
    const shown = (await asAdmin('GET', '/configurations')).json<Shown>();
    expect(shown['auth_mode']).toEqual({ value: 'db_auth', editable: false });
    expect(shown['storage_per_project']).toEqual({ value: -1, editable: true });
    expect(shown['robot_name_prefix']).toEqual({ value: 'robot$', editable: true });
    expect(shown).not.toHaveProperty('ldap_search_password');
    expect((await asAdmin('GET', '/internalconfig')).json()).toEqual(shown);
  });

  it('keeps what means something here, takes and drops the rest', async () => {
    const body = {
      banner_message: 'Back at noon',
      robot_token_duration: 7,
      ldap_url: 'ldap://x',
      auth_mode: 'ldap_auth',
      unknown: 1,
      read_only: null,
    };
    expect((await asAdmin('PUT', '/configurations', body)).status).toBe(200);
    const shown = (await asAdmin('GET', '/configurations')).json<Shown>();
    expect([
      shown['banner_message']?.value,
      shown['robot_token_duration']?.value,
      shown['auth_mode']?.value,
      shown['read_only']?.value,
    ]).toEqual(['Back at noon', 7, 'db_auth', false]);
    expect((await ask('GET', '/systeminfo')).json()).toMatchObject({ banner_message: 'Back at noon' });
  });

  it.each([
    { read_only: 'yes' },
    { storage_per_project: 0 },
    { storage_per_project: 1.5 },
    { robot_token_duration: 0 },
    { robot_name_prefix: 'a b' },
    { project_creation_restriction: 'nobody' },
    { audit_log_forward_endpoint: 'no port' },
    { skip_audit_log_database: true },
  ])('refuses %o and changes nothing', async (body) => {
    const before = (await asAdmin('GET', '/configurations')).json();
    const answer = await asAdmin('PUT', '/configurations', { banner_message: 'changed', ...body });
    expect([answer.status, codeOf(answer)]).toEqual([400, 'BAD_REQUEST']);
    expect((await asAdmin('GET', '/configurations')).json()).toEqual(before);
  });

  it('read-only mode stops pushes and changes, not pulls, and can be ended', async () => {
    await asAdmin('PUT', '/configurations', { read_only: true });
    const pushed = await push('team/app', 'v2');
    expect([pushed.status, pushed.text]).toEqual([403, expect.stringContaining('read-only')]);
    expect((await server.ask('POST', '/v2/team/app/blobs/uploads/', { as: 'admin' })).status).toBe(403);
    expect((await server.ask('DELETE', '/v2/team/app/manifests/v1', { as: 'admin' })).status).toBe(403);
    expect((await asAdmin('POST', '/projects', { project_name: 'never' })).status).toBe(403);
    expect((await server.ask('GET', '/v2/team/app/manifests/v1', { as: 'guest' })).status).toBe(200);
    expect((await asAdmin('GET', '/systeminfo')).json()).toMatchObject({ read_only: true });
    expect((await asAdmin('PUT', '/configurations', { read_only: false })).status).toBe(200);
    expect((await push('team/app', 'v2')).status).toBe(201);
  });

  it('another process learns of it within five seconds', async () => {
    await push('team/app', 'v1');
    await server.stores.settings.saveSystem({ read_only: true });
    server.passFiveSeconds();
    expect((await push('team/app', 'v3')).status).toBe(403);
    await server.stores.settings.saveSystem({ read_only: false });
    server.passFiveSeconds();
  });
});

describe('numbers', () => {
  it('counts what the caller may see, and storage for administrators', async () => {
    const all = { private_project_count: 1, public_project_count: 1, private_repo_count: 1, public_repo_count: 1 };
    expect((await ask('GET', '/statistics', { as: 'outsider' })).json()).toEqual({
      ...all,
      private_project_count: 0,
      private_repo_count: 0,
    });
    expect((await ask('GET', '/statistics', { as: 'guest' })).json()).toEqual(all);
    expect((await asAdmin('GET', '/statistics')).json()).toEqual({
      ...all,
      total_project_count: 2,
      total_repo_count: 2,
      total_storage_consumption: 0,
      physical_storage_consumption: 0,
      shared_storage_consumption: 0,
      pending_storage_consumption: 0,
    });
  });

  it('finds by name what the caller may see: projects, repositories, tags and digests', async () => {
    interface Found {
      readonly project: { name: string }[];
      readonly repository: { repository_name: string; artifact_count: number }[];
      readonly tag: { repository_name: string; digest: string }[];
      readonly artifact: { repository_name: string }[];
    }
    const find = async (q: string, as?: string): Promise<Found> =>
      (await ask('GET', `/search?q=${encodeURIComponent(q)}`, as === undefined ? {} : { as })).json<Found>();
    expect((await find('e')).project.map(({ name }) => name)).toEqual(['open']);
    expect((await find('e', 'guest')).project.map(({ name }) => name)).toEqual(['open', 'team']);
    expect((await find('TEAM/', 'guest')).repository).toEqual([
      expect.objectContaining({ repository_name: 'team/app', artifact_count: 2 }),
    ]);
    expect((await find('team', 'outsider')).repository).toEqual([]);
    const [tag] = (await find('v2', 'guest')).tag;
    expect(tag?.repository_name).toBe('team/app');
    expect((await find(tag?.digest.slice(7, 20) ?? '', 'guest')).artifact.map((hit) => hit.repository_name)).toEqual(['team/app']);
    expect((await find(tag?.digest ?? '', 'guest')).artifact.map((hit) => hit.repository_name)).toEqual(['team/app']);
    expect((await find(tag?.digest ?? '', 'outsider')).artifact).toEqual([]);
    expect((await find(tag?.digest.replace('sha256', 'sha512') ?? '', 'guest')).artifact).toEqual([]);
    expect((await ask('GET', '/search?q=e&limit=1', { as: 'guest' })).json<Found>().project.map(({ name }) => name)).toEqual(['open']);
    expect((await ask('GET', '/search?q=e&limit=51')).status).toBe(422);
    expect((await find('100%', 'admin')).repository).toEqual([]);
    expect((await find('a\0', 'admin')).repository).toEqual([]);
    expect((await ask('GET', '/search')).status).toBe(422);
  });

  it('tells the size of the storage', async () => {
    expect((await asAdmin('GET', '/systeminfo/volumes')).json()).toEqual({ storage: [{ total: 100, free: 40 }] });
  });
});

describe('metadata of a project', () => {
  it('is added once, changed, shown with the project, and removed', async () => {
    const at = '/projects/team/metadatas';
    expect((await asAdmin('POST', `${at}/`, { auto_scan: 'true' })).status).toBe(200);
    expect((await asAdmin('POST', `${at}/`, { auto_scan: 'false' })).status).toBe(409);
    expect((await asAdmin('POST', `${at}/`, {})).status).toBe(400);
    expect((await asAdmin('PUT', `${at}/severity`, { severity: 'high' })).status).toBe(200);
    expect((await asAdmin('PUT', `${at}/severity`, { severity: 'awful' })).status).toBe(400);
    expect((await asAdmin('GET', `${at}/`)).json()).toEqual({ auto_scan: 'true', public: 'false', severity: 'high' });
    expect((await asAdmin('GET', '/projects/team')).json()).toMatchObject({
      metadata: { auto_scan: 'true', severity: 'high', public: 'false' },
    });
    expect((await asAdmin('GET', '/projects?name=team')).json()).toMatchObject([{ metadata: { severity: 'high' } }]);
    expect((await asAdmin('DELETE', `${at}/severity`)).status).toBe(200);
    expect((await asAdmin('DELETE', `${at}/severity`)).status).toBe(404);
    expect((await asAdmin('DELETE', `${at}/public`)).status).toBe(400);
  });

  it('comes with the project when it is made, and nulls change nothing', async () => {
    const metadata = { public: 'true', auto_scan: 'true', severity: null, prevent_vul: 'false' };
    expect((await asAdmin('POST', '/projects', { project_name: 'made', metadata })).status).toBe(201);
    expect((await asAdmin('PUT', '/projects/made', { metadata: { auto_scan: 'false', public: null } })).status).toBe(200);
    expect((await asAdmin('GET', '/projects/made')).json()).toMatchObject({
      metadata: { public: 'true', auto_scan: 'false', prevent_vul: 'false' },
    });
  });
});

it('nothing failed inside the server', () => {
  expect(server.failures).toEqual([]);
});
