/** A field of a model: its name, its type as in {@link MODELS}, and whether requests must have it. */
export interface ReferenceField {
  readonly name: string;
  readonly type: string;
  readonly required: boolean;
}

/** Models of one operation's body and answer; `[]` behind a name is a list. */
export interface ReferenceBodies {
  readonly method: string;
  readonly path: string;
  readonly request: string | undefined;
  readonly answer: string | undefined;
}

/**
 * Models of Harbor's API that implemented operations use: `field type`, `!` required; str, int, bool, time (a string), obj (anything), another
 * model, `[]` a list, `map<...>` by keys of any name. Facts from goharbor/harbor, api/v2.0/swagger.yaml at c50c7ddd (VERSION v2.16.0).
 */
const MODEL_LINES = `
Access: resource str, action str, effect str
Accessory: id int, artifact_id int, subject_artifact_id int, subject_artifact_digest str, subject_artifact_repo str, size int, digest str, type str, icon str, creation_time time
AdditionLink: href str, absolute bool
AdditionLinks: map<AdditionLink>
Annotations: map<str>
Artifact: id int, type str, media_type str, manifest_media_type str, artifact_type str, project_id int, repository_id int, repository_name str, digest str, size int, icon str, push_time time, pull_time time, extra_attrs ExtraAttrs, annotations Annotations, references Reference[], tags Tag[], addition_links AdditionLinks, labels Label[], scan_overview ScanOverview, sbom_overview SBOMOverview, accessories Accessory[], inherited_accessories Accessory[]
AuditLog: id int, username str, resource str, resource_type str, operation str, op_time time
AuditLogEventType: event_type str
AuditLogExt: id int, username str, resource str, resource_type str, operation str, operation_description str, operation_result bool, op_time time
ComponentHealthStatus: name str, status str, error str
ExecHistory: id int, job_name str, job_kind str, job_parameters str, schedule ScheduleObj, job_status str, deleted bool, creation_time time, update_time time
ExtraAttrs: map<obj>
GCHistory: id int, job_name str, job_kind str, job_parameters str, schedule ScheduleObj, job_status str, deleted bool, creation_time time, update_time time
GeneralInfo: banner_message str, current_time time, registry_url str, external_url str, auth_mode str, primary_auth_mode bool, project_creation_restriction str, self_registration bool, has_ca_root bool, harbor_version str, registry_storage_provider_name str, read_only bool, notification_enable bool, authproxy_settings AuthproxySetting, oidc_provider_name str
ImmutableRule: id int, priority int, disabled bool, action str, template str, params map<obj>, tag_selectors ImmutableSelector[], scope_selectors map<ImmutableSelector[]>
ImmutableSelector: kind str, decoration str, pattern str, extras str
Label: id int, name str, description str, color str, scope str, project_id int, creation_time time, update_time time
NewTag: name! str
OverallHealthStatus: status str, components ComponentHealthStatus[]
PasswordReq: old_password str, new_password str
Permission: resource str, action str
Permissions: system Permission[], project Permission[]
Platform: architecture str, os str, os.version str, os.features str[], variant str
Project: project_id int, owner_id int, name str, registry_id int, creation_time time, update_time time, deleted bool, owner_name str, togglable bool, current_user_role_id int, current_user_role_ids int[], repo_count int, metadata ProjectMetadata, cve_allowlist CVEAllowlist
ProjectDeletable: deletable bool, message str
ProjectMember: role_id int, member_user UserEntity, member_group UserGroup
ProjectMemberEntity: id int, project_id int, entity_name str, role_name str, role_id int, entity_id int, entity_type str
ProjectMetadata: public str, enable_content_trust str, enable_content_trust_cosign str, prevent_vul str, severity str, auto_scan str, auto_sbom_generation str, reuse_sys_cve_allowlist str, retention_id str, proxy_speed_kb str, max_upstream_conn str, proxy_cache_local_on_not_found str, proxy_referrer_api str, proxy_cache_filter_pattern str, proxy_cache_filter_kind str
ProjectReq: project_name str, public bool, metadata ProjectMetadata, cve_allowlist CVEAllowlist, storage_limit int, registry_id int
ProjectSummary: repo_count int, project_admin_count int, maintainer_count int, developer_count int, guest_count int, limited_guest_count int, quota ProjectSummaryQuota, registry Registry
ProjectSummaryQuota: hard ResourceList, used ResourceList
Quota: id int, ref QuotaRefObject, hard ResourceList, used ResourceList, creation_time time, update_time time
QuotaRefObject: map<?>
QuotaUpdateReq: hard ResourceList
Reference: parent_id int, child_id int, child_digest str, platform Platform, annotations Annotations, urls str[]
Repository: id int, project_id int, name str, description str, artifact_count int, pull_count int, creation_time time, update_time time
ResourceList: map<int>
RetentionExecution: id int, policy_id int, start_time str, end_time str, status str, trigger str, dry_run bool
RetentionExecutionTask: id int, execution_id int, repository str, job_id str, status str, status_code int, status_revision int, start_time str, end_time str, total int, retained int
RetentionMetadata: templates RetentionRuleMetadata[], scope_selectors RetentionSelectorMetadata[], tag_selectors RetentionSelectorMetadata[]
RetentionPolicy: id int, algorithm str, rules RetentionRule[], trigger RetentionRuleTrigger, scope RetentionPolicyScope
RetentionPolicyScope: level str, ref int
RetentionRule: id int, priority int, disabled bool, action str, template str, params map<obj>, tag_selectors RetentionSelector[], scope_selectors map<RetentionSelector[]>
RetentionRuleMetadata: rule_template str, display_text str, action str, params RetentionRuleParamMetadata[]
RetentionRuleParamMetadata: type str, unit str, required bool
RetentionRuleTrigger: kind str, settings obj, references obj
RetentionSelector: kind str, decoration str, pattern str, extras str
RetentionSelectorMetadata: display_text str, kind str, decorations str[]
Robot: id int, name str, description str, secret str, level str, duration int, editable bool, disable bool, expires_at int, permissions RobotPermission[], creator_type str, creator_ref int, creation_time time, update_time time
RobotCreate: name str, description str, secret str, level str, disable bool, duration int, permissions RobotPermission[]
RobotCreated: id int, name str, secret str, creation_time time, expires_at int
RobotPermission: kind str, namespace str, access Access[]
RobotSec: secret str
RoleRequest: role_id int
Schedule: id int, status str, creation_time time, update_time time, schedule ScheduleObj, parameters map<obj>
ScheduleObj: type str, cron str, next_scheduled_time time
ScheduleTask: id int, vendor_type str, vendor_id int, cron str, update_time time
SchedulerStatus: paused bool
Search: project Project[], repository SearchRepository[]
SearchRepository: project_id int, project_name str, project_public bool, repository_name str, pull_count int, artifact_count int
Statistic: private_project_count int, private_repo_count int, public_project_count int, public_repo_count int, total_project_count int, total_repo_count int, total_storage_consumption int
Storage: total int, free int
SystemInfo: storage Storage[]
Tag: id int, repository_id int, artifact_id int, name str, push_time time, pull_time time, immutable bool
UserCreationReq: email str, realname str, comment str, password str, username str
UserEntity: user_id int, username str
UserGroup: id int, group_name str, group_type int, ldap_group_dn str
UserGroupSearchItem: id int, group_name str, group_type int
UserProfile: email str, realname str, comment str
UserResp: email str, realname str, comment str, user_id int, username str, sysadmin_flag bool, admin_role_in_auth bool, oidc_user_meta OIDCUserInfo, creation_time time, update_time time
UserSearchRespItem: user_id int, username str
UserSysAdminFlag: sysadmin_flag bool
`;

/** `>` the model of the body, `<` that of the answer. */
const OPERATION_LINES = `
GET /health < OverallHealthStatus
GET /search < Search
GET /statistics < Statistic
GET /projects < Project[]
POST /projects > ProjectReq
GET /projects/{project_name_or_id} < Project
PUT /projects/{project_name_or_id} > ProjectReq
GET /projects/{project_name_or_id}/_deletable < ProjectDeletable
GET /projects/{project_name_or_id}/summary < ProjectSummary
GET /projects/{project_name_or_id}/artifacts < Artifact[]
GET /projects/{project_name}/logs < AuditLog[]
GET /projects/{project_name}/auditlog-exts < AuditLogExt[]
GET /projects/{project_name_or_id}/members < ProjectMemberEntity[]
POST /projects/{project_name_or_id}/members > ProjectMember
GET /projects/{project_name_or_id}/members/{mid} < ProjectMemberEntity
PUT /projects/{project_name_or_id}/members/{mid} > RoleRequest
GET /repositories < Repository[]
GET /projects/{project_name}/repositories < Repository[]
GET /projects/{project_name}/repositories/{repository_name} < Repository
PUT /projects/{project_name}/repositories/{repository_name} > Repository
GET /projects/{project_name}/repositories/{repository_name}/artifacts < Artifact[]
GET /projects/{project_name}/repositories/{repository_name}/artifacts/{reference} < Artifact
POST /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/tags > NewTag
GET /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/tags < Tag[]
GET /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/accessories < Accessory[]
POST /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/labels > Label
GET /audit-logs < AuditLog[]
GET /auditlog-exts < AuditLogExt[]
GET /auditlog-exts/events < AuditLogEventType[]
GET /projects/{project_name_or_id}/immutabletagrules < ImmutableRule[]
POST /projects/{project_name_or_id}/immutabletagrules > ImmutableRule
PUT /projects/{project_name_or_id}/immutabletagrules/{immutable_rule_id} > ImmutableRule
GET /usergroups < UserGroup[]
POST /usergroups > UserGroup
GET /usergroups/search < UserGroupSearchItem[]
GET /usergroups/{group_id} < UserGroup
PUT /usergroups/{group_id} > UserGroup
GET /robots < Robot[]
POST /robots > RobotCreate < RobotCreated
GET /robots/{robot_id} < Robot
PUT /robots/{robot_id} > Robot
PATCH /robots/{robot_id} > RobotSec < RobotSec
GET /quotas < Quota[]
GET /quotas/{id} < Quota
PUT /quotas/{id} > QuotaUpdateReq
GET /systeminfo < GeneralInfo
GET /systeminfo/volumes < SystemInfo
GET /system/gc < GCHistory[]
GET /system/gc/{gc_id} < GCHistory
GET /system/gc/schedule < GCHistory
POST /system/gc/schedule > Schedule
PUT /system/gc/schedule > Schedule
GET /system/purgeaudit < ExecHistory[]
GET /system/purgeaudit/{purge_id} < ExecHistory
GET /system/purgeaudit/schedule < ExecHistory
POST /system/purgeaudit/schedule > Schedule
PUT /system/purgeaudit/schedule > Schedule
GET /schedules < ScheduleTask[]
GET /schedules/{job_type}/paused < SchedulerStatus
GET /retentions/metadatas < RetentionMetadata
POST /retentions > RetentionPolicy
GET /retentions/{id} < RetentionPolicy
PUT /retentions/{id} > RetentionPolicy
GET /retentions/{id}/executions < RetentionExecution[]
GET /retentions/{id}/executions/{eid}/tasks < RetentionExecutionTask[]
GET /users < UserResp[]
POST /users > UserCreationReq
GET /users/current < UserResp
GET /users/search < UserSearchRespItem[]
GET /users/{user_id} < UserResp
PUT /users/{user_id} > UserProfile
PUT /users/{user_id}/sysadmin > UserSysAdminFlag
PUT /users/{user_id}/password > PasswordReq
GET /users/current/permissions < Permission[]
GET /labels < Label[]
POST /labels > Label
GET /labels/{label_id} < Label
PUT /labels/{label_id} > Label
GET /permissions < Permissions
`;

export const REFERENCE_MODELS: ReadonlyMap<string, readonly ReferenceField[] | { readonly mapOf: string }> = new Map(
  MODEL_LINES.trim()
    .split('\n')
    .map((line) => {
      const [name = '', fields = ''] = line.split(': ');
      const map = /^map<(.+)>$/.exec(fields);
      return [name, map?.[1] === undefined ? fields.split(', ').map(fieldOf) : { mapOf: map[1] }];
    }),
);

export const REFERENCE_BODIES: readonly ReferenceBodies[] = OPERATION_LINES.trim()
  .split('\n')
  .map((line) => {
    const match = /^(\S+) (\S+)(?: > (\S+))?(?: < (\S+))?$/.exec(line);
    return { method: match?.[1] ?? '', path: match?.[2] ?? '', request: match?.[3], answer: match?.[4] };
  });

function fieldOf(text: string): ReferenceField {
  const [name = '', type = ''] = text.split(' ');
  return { name: name.replace('!', ''), type, required: name.endsWith('!') };
}
