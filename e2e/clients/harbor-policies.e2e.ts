import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Berth } from '../harness/berth.ts';
import { decode, omitEmpty, TerraformProvider } from '../harness/harbor-tools.ts';
import {
  IMMUTABLE,
  PROJECT,
  projectBody,
  RETENTION,
  RETENTION_RULE,
  SCHEDULE,
  SETTINGS,
  SYSTEM_BODY,
  values,
} from '../harness/terraform-models.ts';

const GIB = 1_073_741_824;

/** The Terraform provider's resources for policies and settings, as harbor-tools.e2e.ts plays the others. */
describe('Terraform provider: policies and settings', () => {
  let berth: Berth;
  let terraform: TerraformProvider;

  beforeAll(async () => {
    berth = await Berth.start();
    terraform = new TerraformProvider(berth);
  });

  afterAll(async () => {
    terraform.close();
    await berth.dispose();
  });

  async function makeProject(name: string): Promise<{ readonly path: string; readonly id: number }> {
    const { id: path } = await terraform.create('/projects', projectBody(name));
    return { path, id: Number(path.split('/').at(-1)) };
  }

  it('retention_policy: create, read, change, destroy, and create again where one is left', async () => {
    const { path: project, id } = await makeProject('tf-retention');
    const body = {
      algorithm: 'or',
      rules: [RETENTION_RULE],
      trigger: { kind: 'Schedule', references: {}, settings: { cron: '0 0 0 * * *' } },
      scope: { level: 'project', ref: id },
    };
    const { id: policy } = await terraform.create('/retentions', body);
    expect(policy).toMatch(/^\/retentions\/\d+$/);
    expect(await terraform.read(policy, RETENTION)).toMatchObject({
      scope: { ref: id },
      trigger: { settings: { cron: '0 0 0 * * *' } },
      rules: [
        {
          template: 'latestPushedK',
          params: { latestPushedK: 5 },
          tag_selectors: [{ decoration: 'matches', pattern: '**', extras: '{"untagged":true}' }],
        },
      ],
    });
    expect(await terraform.read(project, PROJECT)).toMatchObject({ metadata: { retention_id: policy.split('/').at(-1) } });
    await terraform.send('PUT', policy, 200, {
      ...body,
      rules: [RETENTION_RULE, { ...RETENTION_RULE, disabled: true, template: 'always', params: {} }],
    });
    expect(await terraform.read(policy, RETENTION)).toMatchObject({ rules: [{}, { template: 'always', disabled: true }] });

    const emptied = {
      ...body,
      rules: [],
      trigger: { kind: 'Schedule', references: {}, settings: { cron: '' } },
      id: Number(policy.split('/').at(-1)),
    };
    await terraform.send('PUT', policy, 200, emptied);
    expect(await terraform.read(policy, RETENTION)).toMatchObject({ rules: [] });
    // A second creation is refused; the provider then looks for the policy of the project and writes that one.
    const again = await terraform.send('POST', '/retentions', 400, body);
    expect(again.body.toString()).toContain('retention');
    await terraform.send('PUT', policy, 200, body);
    await terraform.send('DELETE', project, 200);
  });

  it('immutable_tag_rule: create, also disabled, find in the pages of the list, change, destroy', async () => {
    const { path: project } = await makeProject('tf-immutable');
    const body = {
      disabled: false,
      scope_selectors: { repository: [{ kind: 'doublestar', decoration: 'repoMatches', pattern: '**' }] },
      tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: 'v*' }],
      action: 'immutable',
      template: 'immutable_template',
    };
    const { id: rule } = await terraform.create(`${project}/immutabletagrules`, body);
    const { id: disabled } = await terraform.create(`${project}/immutabletagrules`, {
      ...body,
      disabled: true,
      tag_selectors: [{ kind: 'doublestar', decoration: 'excludes', pattern: 'latest' }],
    });
    const number = Number(disabled.split('/').at(-1));
    await terraform.send('PUT', disabled, 200, {
      ...body,
      id: number,
      disabled: true,
      tag_selectors: [{ kind: 'doublestar', decoration: 'excludes', pattern: 'latest' }],
    });
    const list = decode(
      JSON.parse((await terraform.send('GET', `${project}/immutabletagrules?page=1&page_size=15`, 200)).body.toString()),
      [IMMUTABLE],
    );
    expect(list).toHaveLength(2);
    expect((list as unknown as { id: number }[]).find(({ id }) => id === number)).toMatchObject({
      disabled: true,
      tag_selectors: [{ decoration: 'excludes', pattern: 'latest' }],
    });
    await terraform.send('PUT', rule, 200, {
      ...body,
      id: Number(rule.split('/').at(-1)),
      tag_selectors: [{ kind: 'doublestar', decoration: 'matches', pattern: 'v1*' }],
    });
    for (const path of [rule, disabled, project]) await terraform.send('DELETE', path, 200);
  });

  it('garbage_collection and purge_audit_log: a schedule is set, changed and taken away', async () => {
    for (const { path, parameters, changed } of [
      { path: '/system/gc/schedule', parameters: { delete_untagged: true, workers: 1 }, changed: { workers: 10 } },
      {
        path: '/system/purgeaudit/schedule',
        parameters: { audit_retention_hour: 24, include_operations: 'create,pull' },
        changed: { audit_retention_hour: 48, include_event_types: 'create_artifact,delete_artifact,pull_artifact' },
      },
    ]) {
      await setSchedule(path, 'Daily', '0 0 0 * * *', parameters);
      let read = await terraform.read(path, SCHEDULE);
      expect(read).toMatchObject({ schedule: { type: 'Daily' } });
      expect(JSON.parse(String(read?.['job_parameters']))).toMatchObject(parameters);
      await setSchedule(path, 'Custom', '0 30 2 * * 1', changed);
      read = await terraform.read(path, SCHEDULE);
      expect(read).toMatchObject({ schedule: { type: 'Custom', cron: '0 30 2 * * 1' } });
      expect(JSON.parse(String(read?.['job_parameters']))).toMatchObject(changed);
      await terraform.send('PUT', path, 200, { ...SYSTEM_BODY, schedule: { type: 'None' }, parameters: omitEmpty(changed) });
    }
  });

  /** The provider looks first: POST where nothing is planned (an empty answer), else PUT. */
  async function setSchedule(path: string, type: string, cron: string, parameters: Readonly<Record<string, unknown>>): Promise<void> {
    const planned = (await terraform.send('GET', path, 200)).body.length > 0;
    const body = { ...SYSTEM_BODY, schedule: { type, cron }, parameters };
    await terraform.send(planned ? 'PUT' : 'POST', path, planned ? 200 : 201, body);
  }

  it('config_system and config_auth: what was written is read again', async () => {
    const banner = '{"closable":true,"message":"Maintenance","type":"warning","fromDate":"12/01/2026","toDate":"12/02/2026"}';
    await terraform.send('PUT', '/configurations', 200, {
      project_creation_restriction: 'adminonly',
      read_only: false,
      robot_token_duration: 45,
      token_expiration: 30,
      session_timeout: 90,
      quota_per_project_enable: true,
      robot_name_prefix: 'robot$',
      storage_per_project: 10 * GIB,
      scanner_skip_update_pulltime: false,
      skip_audit_log_database: false,
      banner_message: banner,
      notification_enable: true,
    });
    // The values that the provider compares with its defaults; another would be a change in every plan.
    expect(values(await terraform.read('/configurations', SETTINGS))).toMatchObject({
      project_creation_restriction: 'adminonly',
      read_only: false,
      robot_token_duration: 45,
      token_expiration: 30,
      session_timeout: 90,
      robot_name_prefix: 'robot$',
      storage_per_project: 10 * GIB,
      scanner_skip_update_pulltime: false,
      skip_audit_log_database: false,
      banner_message: banner,
      notification_enable: true,
      audit_log_forward_endpoint: '',
      disabled_audit_log_event_types: '',
    });
    await terraform.send('PUT', '/configurations', 200, {
      storage_per_project: -1,
      quota_per_project_enable: true,
      banner_message: '',
      read_only: false,
    });
    await terraform.send('PUT', '/configurations', 200, {
      oidc_verify_cert: false,
      oidc_auto_onboard: false,
      oidc_logout: false,
      auth_mode: 'db_auth',
      self_registration: false,
      scan_all_policy: { parameter: {} },
      ldap_scope: 0,
      ldap_group_search_scope: 0,
      ldap_verify_cert: false,
    });
    expect(values(await terraform.read('/configurations', SETTINGS))).toMatchObject({
      auth_mode: 'db_auth',
      primary_auth_mode: false,
      banner_message: '',
    });
  });
});
