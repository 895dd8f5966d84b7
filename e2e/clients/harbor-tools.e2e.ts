import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Berth } from '../harness/berth.ts';
import { decode, TerraformProvider } from '../harness/harbor-tools.ts';
import { RegistryClient } from '../harness/registry-client.ts';
import {
  GROUP,
  LABEL,
  MEMBER,
  PROJECT,
  projectBody,
  QUOTA,
  REPOSITORY,
  ROBOT,
  SETTINGS,
  USER,
  userBody,
} from '../harness/terraform-models.ts';

const GIB = 1_073_741_824;

/**
 * The Terraform provider for Harbor, played by hand: for each resource the requests that it sends to create, read, import, change and
 * destroy, in their order, with its bodies (Go's zero values left out or written, as its structs say) and the statuses that it insists on.
 */
describe('Terraform provider', () => {
  let berth: Berth;
  let terraform: TerraformProvider;
  let registry: RegistryClient;

  beforeAll(async () => {
    berth = await Berth.start();
    terraform = new TerraformProvider(berth);
    registry = new RegistryClient(berth.url, { user: 'admin', password: berth.adminPassword });
  });

  afterAll(async () => {
    terraform.close();
    registry.close();
    await berth.dispose();
  });

  async function makeProject(name: string): Promise<{ readonly path: string; readonly id: number }> {
    const { id: path } = await terraform.create('/projects', projectBody(name));
    return { path, id: Number(path.split('/').at(-1)) };
  }

  it('project: create, read, change with its quota, import, destroy', async () => {
    const { path, id } = await makeProject('tf-project');
    expect(path).toMatch(/^\/projects\/\d+$/);
    expect(await terraform.read(path, PROJECT)).toMatchObject({
      name: 'tf-project',
      project_id: id,
      metadata: {
        public: 'false',
        auto_scan: 'true',
        severity: 'low',
        prevent_vul: 'false',
        reuse_sys_cve_allowlist: 'true',
        proxy_speed_kb: '-1',
      },
    });

    await terraform.send('PUT', path, 200, { ...projectBody('tf-project', true), storage_limit: 5 * GIB });
    const configuration = await terraform.read('/configurations', { quota_per_project_enable: { value: 'bool', editable: 'bool' } });
    expect(configuration?.['quota_per_project_enable']).toMatchObject({ value: true });
    const quotas = await terraform.readAll('/quotas/?page={page}&page_size=100', QUOTA);
    const quota = quotas.find(({ ref }) => (ref as { id: number }).id === id);
    await terraform.send('PUT', `/quotas/${quota?.['id']}`, 200, { hard: { storage: 5 * GIB } });
    expect((await terraform.readAll('/quotas/?page={page}&page_size=100', QUOTA)).find((one) => one['id'] === quota?.['id'])).toMatchObject(
      {
        hard: { storage: 5 * GIB },
      },
    );
    expect(await terraform.read(path, PROJECT)).toMatchObject({ metadata: { public: 'true' } });

    const listed = decode(JSON.parse((await terraform.send('GET', '/projects?name=tf-project', 200)).body.toString()), [PROJECT]);
    expect(listed).toMatchObject([{ name: 'tf-project', project_id: id }]);
    expect(listed).not.toHaveProperty('0.registry_id');
    // The data source goes on without a scanner when there is none.
    await terraform.send('GET', `${path}/scanner`, 404);
    expect((await terraform.readAll('/projects?page={page}', PROJECT)).map(({ name }) => name)).toContain('tf-project');

    await registry.pushImage('tf-project/group/app', '1', randomBytes(100));
    const repositories = await terraform.readAll('/projects/tf-project/repositories?page={page}&page_size=100', REPOSITORY);
    expect(repositories.map(({ name }) => name)).toEqual(['tf-project/group/app']);
    await terraform.send('DELETE', '/projects/tf-project/repositories/group%252Fapp', 200);
    await terraform.send('DELETE', path, 200);
    expect(await terraform.read(path, PROJECT)).toBeUndefined();
  });

  it('project: with a quota from the beginning, and an allowlist, which comes in a second request', async () => {
    const body = { ...projectBody('tf-limited'), storage_limit: 2 * GIB, cve_allowlist: { items: [{ cve_id: 'CVE-2026-1' }] } };
    const { id: path } = await terraform.create('/projects', body);
    await terraform.send('PUT', path, 200, body);
    const quotas = await terraform.readAll('/quotas/?page={page}&page_size=100', QUOTA);
    expect(quotas.find(({ ref }) => `/projects/${(ref as { id: number }).id}` === path)).toMatchObject({ hard: { storage: 2 * GIB } });
    await terraform.send('DELETE', path, 200);
  });

  it('project_member_user and project_member_group', async () => {
    const { path: project, id } = await makeProject('tf-members');
    const { id: user } = await terraform.create('/users', userBody('tf-member'));
    const { id: group } = await terraform.create('/usergroups', { group_name: 'tf-crew', group_type: 3 });
    const groupId = Number(group.split('/').at(-1));

    const asUser = { role_id: 2, member_group: {}, member_user: { username: 'tf-member' } };
    const { id: userMember } = await terraform.create(`${project}/members`, asUser);
    expect(userMember).toMatch(new RegExp(`^/projects/${id}/members/\\d+$`));
    expect(await terraform.read(userMember, MEMBER)).toMatchObject({
      role_id: 2,
      project_id: id,
      entity_name: 'tf-member',
      entity_type: 'u',
    });
    await terraform.send('PUT', userMember, 200, { ...asUser, role_id: 4 });
    expect(await terraform.read(userMember, MEMBER)).toMatchObject({ role_id: 4 });

    const asGroup = { role_id: 3, member_group: { group_type: 3, group_name: 'tf-crew' }, member_user: {} };
    const { id: groupMember } = await terraform.create(`${project}/members`, asGroup);
    expect(await terraform.read(groupMember, MEMBER)).toMatchObject({ role_id: 3, entity_name: 'tf-crew', entity_type: 'g' });
    await terraform.send('PUT', groupMember, 200, { ...asGroup, role_id: 1 });
    const listed = await terraform.readAll(`${project}/members?page={page}`, MEMBER);
    expect(listed.map(({ entity_name: name, entity_type: type, role_id: role }) => [name, type, role])).toEqual(
      expect.arrayContaining([
        ['tf-member', 'u', 4],
        ['tf-crew', 'g', 1],
      ]),
    );
    await terraform.send('DELETE', groupMember, 200);
    const { id: byId } = await terraform.create(`${project}/members`, {
      role_id: 5,
      member_group: { group_type: 3, id: groupId },
      member_user: {},
    });
    await terraform.send('DELETE', byId, 200);
    await terraform.send('DELETE', userMember, 200);
    expect(await terraform.read(userMember, MEMBER)).toBeUndefined();
    for (const path of [project, user, group]) await terraform.send('DELETE', path, 200);
  });

  it('robot_account: of the system and of a project, secrets included', async () => {
    const { path: project, id } = await makeProject('tf-robots');
    const { id: system, body: made } = await terraform.create('/robots', {
      name: 'tf-deploy',
      level: 'system',
      duration: -1,
      permissions: [
        {
          access: [
            { action: 'create', resource: 'project' },
            { action: 'list', resource: 'project' },
          ],
          kind: 'system',
          namespace: '/',
        },
        {
          access: [
            { action: 'push', resource: 'repository' },
            { action: 'pull', resource: 'repository', effect: 'allow' },
          ],
          kind: 'project',
          namespace: '*',
        },
      ],
    });
    decode(made, { id: 'int', name: 'string', secret: 'string', expires_at: 'int', creation_time: 'string' });
    await terraform.send('PATCH', `/robots/${made['id']}`, 200, { secret: 'Chosen-secret-1' });
    expect(await terraform.read(system, ROBOT)).toMatchObject({
      name: 'robot$tf-deploy',
      level: 'system',
      duration: -1,
      permissions: [
        { kind: 'system', namespace: '/' },
        { kind: 'project', namespace: '*' },
      ],
    });
    // Without robot_prefix the provider takes the prefix off that the settings name.
    expect(await terraform.read('/configurations', SETTINGS)).toMatchObject({ robot_name_prefix: { value: 'robot$' } });
    const asRobot = new TerraformProvider(berth, 'robot$tf-deploy', 'Chosen-secret-1');
    await asRobot.send('GET', '/projects?page=1', 200);
    asRobot.close();

    const permissions = [
      {
        access: [
          { action: 'pull', resource: 'repository' },
          { action: 'read', resource: 'artifact' },
        ],
        kind: 'project',
        namespace: 'tf-robots',
      },
    ];
    const { id: robot } = await terraform.create('/robots', { name: 'ci', level: 'project', description: 'CI', duration: 30, permissions });
    expect(await terraform.read(robot, ROBOT)).toMatchObject({
      name: 'robot$tf-robots+ci',
      permissions: [{ namespace: 'tf-robots' }],
      duration: 30,
    });
    await terraform.send('PUT', robot, 200, { name: 'robot$tf-robots+ci', level: 'project', duration: -1, disable: true, permissions });
    expect(await terraform.read(robot, ROBOT)).toMatchObject({ duration: -1, disable: true, description: '' });

    const ofProject = await terraform.readAll(`/robots?page={page}&q=Level=project,ProjectID=${id}`, ROBOT);
    expect(ofProject.map(({ name }) => name)).toEqual(['robot$tf-robots+ci']);
    expect((await terraform.readAll('/robots?page={page}&q=Level=system', ROBOT)).map(({ name }) => name)).toContain('robot$tf-deploy');
    for (const path of [robot, system, project]) await terraform.send('DELETE', path, 200);
    expect(await terraform.read(robot, ROBOT)).toBeUndefined();
  });

  it('label: global and of a project, without a color, which the provider then calls false', async () => {
    const { path: project, id } = await makeProject('tf-labels');
    const label = { description: '', color: 'false', deleted: false, id: 0 };
    const { id: global } = await terraform.create('/labels', { ...label, scope: 'g', project_id: 0, name: 'tf-global' });
    expect(await terraform.read(global, LABEL)).toMatchObject({ name: 'tf-global', color: 'false', scope: 'g', description: '' });
    await terraform.send('PUT', global, 200, {
      ...label,
      scope: 'g',
      project_id: 0,
      name: 'tf-renamed',
      color: '#00AB9A',
      description: 'of all',
    });
    expect(await terraform.read(global, LABEL)).toMatchObject({ name: 'tf-renamed', color: '#00AB9A', description: 'of all' });
    const { id: own } = await terraform.create('/labels', { ...label, scope: 'p', project_id: id, name: 'tf-own' });
    expect(await terraform.read(own, LABEL)).toMatchObject({ name: 'tf-own', scope: 'p' });
    for (const path of [own, global, project]) await terraform.send('DELETE', path, 200);
    expect(await terraform.read(global, LABEL)).toBeUndefined();
  });

  it('user and group: create, read, change, find, destroy', async () => {
    const { id: user } = await terraform.create('/users', userBody('tf-user'));
    expect(user).toMatch(/^\/users\/\d+$/);
    expect(await terraform.read(user, USER)).toMatchObject({ username: 'tf-user', realname: 'tf-user', sysadmin_flag: false });
    const changed = { ...userBody('tf-user', 'Second-pass-2'), realname: 'Another', sysadmin_flag: true };
    await terraform.send('PUT', user, 200, changed);
    await terraform.send('PUT', `${user}/sysadmin`, 200, changed);
    await terraform.send('PUT', `${user}/password`, 200, changed);
    expect(await terraform.read(user, USER)).toMatchObject({ realname: 'Another', sysadmin_flag: true });
    // false is left out of the body, and means false.
    await terraform.send('PUT', `${user}/sysadmin`, 200, userBody('tf-user'));
    expect(await terraform.read(user, USER)).toMatchObject({ sysadmin_flag: false });
    const self = new TerraformProvider(berth, 'tf-user', 'Second-pass-2');
    await self.send('GET', '/projects?page=1', 200);
    self.close();
    expect(await terraform.readAll('/users?page={page}&q=username=tf-user,email=tf-user@example.com', USER)).toHaveLength(1);

    const { id: group } = await terraform.create('/usergroups', { group_name: 'tf-group', group_type: 3 });
    expect(await terraform.read(group, GROUP)).toMatchObject({ group_name: 'tf-group', group_type: 3 });
    expect((await terraform.readAll('/usergroups?page={page}', GROUP)).map(({ group_name: name }) => name)).toContain('tf-group');
    for (const path of [user, group]) await terraform.send('DELETE', path, 200);
    expect(await terraform.read(group, GROUP)).toBeUndefined();
    await terraform.send('GET', user, 404);
  });
});
