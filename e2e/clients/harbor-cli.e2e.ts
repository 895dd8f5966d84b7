import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Berth } from '../harness/berth.ts';
import { HarborCli } from '../harness/harbor-tools.ts';
import { RegistryClient } from '../harness/registry-client.ts';

/**
 * harbor-cli, played by hand: the requests of its commands in their order, as its generated client writes them. Lists come with `page=0` and
 * `page_size=0` where a command chose none, names in paths are encoded once, and selectors come without their kind.
 */
describe('harbor-cli', () => {
  let berth: Berth;
  let cli: HarborCli;
  let registry: RegistryClient;
  let projectId: number;

  beforeAll(async () => {
    berth = await Berth.start();
    cli = new HarborCli(berth);
    registry = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
    const body = { project_name: 'cli', public: false, storage_limit: -1, metadata: { public: 'false' } };
    await cli.send('POST', '/projects', { want: 201, body });
    projectId = Number((await cli.send('GET', '/projects/cli', { want: 200, byName: true }))['project_id']);
  });

  afterAll(async () => {
    cli.close();
    registry.close();
    await berth.dispose();
  });

  it('login, ping, health, info', async () => {
    expect(await cli.send('GET', '/users/current', { want: 200 })).toMatchObject({ username: 'admin', sysadmin_flag: true });
    const stranger = new HarborCli(berth, 'admin', 'Wrong-pass-1');
    await stranger.send('GET', '/users/current', { want: 401 });
    stranger.close();
    await cli.send('GET', '/ping', { want: 200 });
    expect(await cli.send('GET', '/health', { want: 200 })).toMatchObject({ status: 'healthy' });
    expect(await cli.send('GET', '/systeminfo', { want: 200 })).toMatchObject({ auth_mode: 'db_auth' });
    expect(await cli.send('GET', '/systeminfo/volumes', { want: 200 })).toMatchObject({ storage: [{ total: expect.any(Number) }] });
    expect(await cli.send('GET', '/statistics', { want: 200 })).toMatchObject({ total_project_count: 1 });
  });

  it('project: list, search, summary, logs, configuration', async () => {
    expect(await cli.list('/projects', { name: 'cli', public: false })).toMatchObject([{ name: 'cli', project_id: projectId }]);
    expect((await cli.list('/projects', { name: '' })).map(({ name }) => name)).toEqual(['cli']);
    expect(await cli.send('GET', '/search?q=cli', { want: 200 })).toMatchObject({ project: [{ name: 'cli' }], repository: [] });
    expect(await cli.send('GET', `/projects/${projectId}/summary`, { want: 200, byName: false })).toMatchObject({ repo_count: 0 });
    expect((await cli.list('/projects/cli/auditlog-exts')).length).toBeGreaterThan(0);
    await cli.send('PUT', '/projects/cli', { want: 200, byName: true, body: { metadata: { public: 'true', auto_scan: 'true' } } });
    expect(await cli.send('GET', '/projects/cli/metadatas/', { want: 200, byName: true })).toMatchObject({
      public: 'true',
      auto_scan: 'true',
    });
  });

  it('project member: by name, found by it, another role, out', async () => {
    await makeUser('clara');
    const body = { role_id: 2, member_user: { username: 'clara' } };
    await cli.send('POST', '/projects/cli/members', { want: 201, byName: true, body });
    const [member] = await cli.list('/projects/cli/members', { entityname: 'clara' }, true);
    expect(member).toMatchObject({ entity_name: 'clara', role_id: 2 });
    const path = `/projects/cli/members/${String(member?.['id'])}`;
    expect(await cli.send('GET', path, { want: 200, byName: true })).toMatchObject({ entity_name: 'clara' });
    await cli.send('PUT', path, { want: 200, byName: true, body: { role_id: 4 } });
    await cli.send('DELETE', path, { want: 200, byName: true });
    expect(await cli.list('/projects/cli/members', { entityname: 'clara' }, true)).toEqual([]);
  });

  it('robot: every permission there is, found by name, changed, another secret, gone', async () => {
    const all = await cli.send('GET', '/permissions', { want: 200 });
    const access = { system: all['system'], project: all['project'] };
    const permissions = [
      { kind: 'system', namespace: '/', access: access.system },
      { kind: 'project', namespace: 'cli', access: access.project },
    ];
    const made = await cli.send('POST', '/robots', { want: 201, body: { name: 'all', level: 'system', duration: 7, permissions } });
    expect(made).toMatchObject({ name: 'robot$all', secret: expect.any(String) });
    await cli.send('GET', '/configurations', { want: 200 });
    const [system] = await cli.list('/robots', { q: 'name=all' });
    expect(system).toMatchObject({ id: made['id'], name: 'robot$all' });

    const own = [{ kind: 'project', namespace: 'cli', access: access.project }];
    const robot = await cli.send('POST', '/robots', { want: 201, body: { name: 'ci', level: 'project', duration: -1, permissions: own } });
    // Encoded by the command and once more by its client.
    const [found] = await cli.list('/robots', { q: `Level%3Dproject%2CProjectID%3D${projectId}%2Cname=cli%2Bci` });
    expect(found).toMatchObject({ id: robot['id'], name: 'robot$cli+ci', level: 'project' });
    const path = `/robots/${String(robot['id'])}`;
    await cli.send('PUT', path, { want: 200, body: { ...found, description: 'of the CI', disable: true } });
    expect(await cli.send('GET', path, { want: 200 })).toMatchObject({ description: 'of the CI', disable: true });
    expect(await cli.send('PATCH', path, { want: 200, body: {} })).toMatchObject({ secret: expect.any(String) });
    for (const id of [robot['id'], made['id']]) await cli.send('DELETE', `/robots/${String(id)}`, { want: 200 });
  });

  it('label, user, quota: found in whole lists, changed', async () => {
    await cli.send('POST', '/labels', { want: 201, body: { name: 'stable', color: '#FFFFFF', scope: 'g' } });
    const [label] = await cli.list('/labels', { scope: 'g', project_id: 0 });
    expect(label).toMatchObject({ name: 'stable' });
    await cli.send('PUT', `/labels/${String(label?.['id'])}`, { want: 200, body: { name: 'steady', color: '#000000', scope: 'g' } });
    expect(await cli.send('GET', `/labels/${String(label?.['id'])}`, { want: 200 })).toMatchObject({ name: 'steady' });

    const user = await makeUser('uma');
    await cli.send('PUT', `/users/${user}/sysadmin`, { want: 200, body: { sysadmin_flag: true } });
    await cli.send('PUT', `/users/${user}/password`, { want: 200, body: { new_password: 'Second-pass-2' } });
    await cli.send('DELETE', `/users/${user}`, { want: 200 });

    const quotas = await cli.list('/quotas', { page: 1, page_size: 100, reference: '', reference_id: '' });
    const quota = quotas.find(({ ref }) => (ref as { id: number }).id === projectId);
    const path = `/quotas/${String(quota?.['id'])}`;
    await cli.send('PUT', path, { want: 200, body: { hard: { storage: 1_000_000_000 } } });
    expect(await cli.send('GET', path, { want: 200 })).toMatchObject({ hard: { storage: 1_000_000_000 } });
  });

  it('repository, artifact and tag: list, view, tag, label, delete', async () => {
    const { digest } = await registry.pushImage('cli/team/app', 'v1', randomBytes(100));
    expect(await cli.list('/projects/cli/repositories')).toMatchObject([{ name: 'cli/team/app', artifact_count: 1 }]);
    const repository = '/projects/cli/repositories/team%2Fapp';
    const seen = await cli.send('GET', repository, { want: 200 });
    await cli.send('PUT', repository, { want: 200, body: { ...seen, description: 'The app.' } });
    expect(await cli.list(`${repository}/artifacts`)).toMatchObject([{ digest, tags: [{ name: 'v1' }] }]);
    const artifact = `${repository}/artifacts/${digest}`;
    await cli.send('POST', `${artifact}/tags`, { want: 201, body: { name: 'v2' } });
    const tags = (await cli.send('GET', `${artifact}/tags`, { want: 200 })) as unknown as { name: string }[];
    expect(tags.map(({ name }) => name).sort()).toEqual(['v1', 'v2']);
    await cli.send('DELETE', `${artifact}/tags/v1`, { want: 200 });
    await cli.send('POST', '/labels', { want: 201, body: { name: 'own', color: '#000000', scope: 'p', project_id: projectId } });
    const [label] = await cli.list('/labels', { scope: 'p', project_id: projectId });
    await cli.send('POST', `${repository}/artifacts/v2/labels`, { want: 200, body: label });
    expect(await cli.send('GET', `${artifact}?with_label=true`, { want: 200 })).toMatchObject({ labels: [{ name: 'own' }] });
    await cli.send('DELETE', `${artifact}/labels/${String(label?.['id'])}`, { want: 200 });
    const second = await registry.pushImage('cli/team/app', 'v3', randomBytes(100));
    await cli.send('DELETE', artifact, { want: 200 });
    expect(await cli.list(`${repository}/artifacts`)).toMatchObject([{ digest: second.digest }]);
    await cli.send('DELETE', repository, { want: 200 });
  });

  it('tag retention and immutability: selectors without a kind', async () => {
    const rule = {
      action: 'retain',
      template: 'latestPushedK',
      params: { latestPushedK: 3 },
      scope_selectors: { repository: [{ decoration: 'repoMatches', pattern: '**' }] },
      tag_selectors: [{ decoration: 'matches', pattern: '**', extras: '{"untagged":true}' }],
    };
    const body = {
      algorithm: 'or',
      rules: [rule],
      scope: { level: 'project', ref: projectId },
      trigger: { kind: 'Schedule', settings: { cron: '' } },
    };
    await cli.send('POST', '/retentions', { want: 201, body });
    const { metadata } = await cli.send('GET', '/projects/cli', { want: 200, byName: true });
    const path = `/retentions/${(metadata as { retention_id: string }).retention_id}`;
    const policy = await cli.send('GET', path, { want: 200 });
    await cli.send('PUT', path, {
      want: 200,
      body: { ...policy, rules: [...(policy['rules'] as object[]), { ...rule, template: 'always', params: null }] },
    });
    expect(await cli.send('GET', path, { want: 200 })).toMatchObject({ rules: [{ template: 'latestPushedK' }, { template: 'always' }] });

    const immutable = { scope_selectors: rule.scope_selectors, tag_selectors: [{ decoration: 'matches', pattern: 'v*' }] };
    await cli.send('POST', '/projects/cli/immutabletagrules', { want: 201, body: immutable });
    const [made] = (await cli.send('GET', '/projects/cli/immutabletagrules', { want: 200, byName: true })) as unknown as { id: number }[];
    await cli.send('DELETE', `/projects/cli/immutabletagrules/${made?.id}`, { want: 200, byName: true });
  });

  it('audit log, schedules, configuration', async () => {
    for (const path of ['/auditlog-exts', '/audit-logs'])
      expect((await cli.list(path, { page: 1, page_size: 10 })).length, path).toBeGreaterThan(0);
    await cli.send('GET', '/auditlog-exts/events', { want: 200 });
    await cli.send('GET', '/schedules?page=0&page_size=0', { want: 200 });
    await cli.send('PUT', '/configurations', { want: 200, body: { session_timeout: 70 } });
    expect(await cli.send('GET', '/configurations', { want: 200 })).toMatchObject({ session_timeout: { value: 70 } });
  });

  it('project delete with force: rules, repositories, then the project', async () => {
    await cli.send('POST', '/projects', {
      want: 201,
      body: { project_name: 'doomed', public: true, storage_limit: -1, metadata: { public: 'true' } },
    });
    await registry.pushImage('doomed/a/b', 'v1', randomBytes(100));
    await cli.send('GET', '/projects/doomed/immutabletagrules', { want: 200, byName: true });
    for (const { name } of await cli.list('/projects/doomed/repositories'))
      await cli.send('DELETE', `/projects/doomed/repositories/${encodeURIComponent(String(name).slice('doomed/'.length))}`, { want: 200 });
    await cli.send('DELETE', '/projects/doomed', { want: 200, byName: true });
  });

  async function makeUser(username: string): Promise<number> {
    const body = { username, email: `${username}@example.com`, realname: username, comment: '', password: 'First-pass-1' };
    await cli.send('POST', '/users', { want: 201, body });
    const user = (await cli.list('/users')).find((one) => one['username'] === username);
    return Number(user?.['user_id']);
  }
});
