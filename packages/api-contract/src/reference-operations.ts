/** One operation of the reference, below `/api/v2.0`. */
export interface ReferenceOperation {
  readonly method: string;
  readonly path: string;
  /** Of success. */
  readonly status: number;
  /** It answers a list. */
  readonly list: boolean;
  /** Query parameters. */
  readonly query: readonly string[];
  readonly required: readonly string[];
}

/**
 * Every operation of Harbor's API: method, path, status of success, `[]` for a list, and query parameters (`!` required). Facts from
 * goharbor/harbor, api/v2.0/swagger.yaml at c50c7ddd (VERSION v2.16.0).
 */
const LINES = `
GET /health 200
GET /search 200 ?q!
GET /statistics 200
POST /ldap/ping 200
GET /ldap/users/search 200 [] ?username
POST /ldap/users/import 200
GET /ldap/groups/search 200 [] ?groupname,groupdn
GET /internalconfig 200
GET /configurations 200
PUT /configurations 200
GET /projects 200 [] ?q,sort,page,page_size,name,public,owner,with_detail
HEAD /projects 200 ?project_name!
POST /projects 201
GET /projects/{project_name_or_id} 200
PUT /projects/{project_name_or_id} 200
DELETE /projects/{project_name_or_id} 200
GET /projects/{project_name_or_id}/_deletable 200
GET /projects/{project_name_or_id}/summary 200
GET /projects/{project_name_or_id}/artifacts 200 [] ?q,sort,page,page_size,with_tag,with_label,with_scan_overview,with_sbom_overview,with_immutable_status,with_accessory,with_inherited_accessory,latest_in_repository
GET /projects/{project_name_or_id}/scanner 200
PUT /projects/{project_name_or_id}/scanner 200
GET /projects/{project_name_or_id}/scanner/candidates 200 [] ?q,sort,page,page_size
GET /projects/{project_name}/logs 200 [] ?q,sort,page,page_size
GET /projects/{project_name}/auditlog-exts 200 [] ?q,sort,page,page_size
GET /projects/{project_name_or_id}/members 200 [] ?page,page_size,entityname
POST /projects/{project_name_or_id}/members 201
GET /projects/{project_name_or_id}/members/{mid} 200
PUT /projects/{project_name_or_id}/members/{mid} 200
DELETE /projects/{project_name_or_id}/members/{mid} 200
GET /projects/{project_name_or_id}/metadatas/ 200
POST /projects/{project_name_or_id}/metadatas/ 200
GET /projects/{project_name_or_id}/metadatas/{meta_name} 200
PUT /projects/{project_name_or_id}/metadatas/{meta_name} 200
DELETE /projects/{project_name_or_id}/metadatas/{meta_name} 200
GET /repositories 200 [] ?q,sort,page,page_size
GET /projects/{project_name}/repositories 200 [] ?q,sort,page,page_size
GET /projects/{project_name}/repositories/{repository_name} 200
PUT /projects/{project_name}/repositories/{repository_name} 200
DELETE /projects/{project_name}/repositories/{repository_name} 200
GET /projects/{project_name}/repositories/{repository_name}/artifacts 200 [] ?q,sort,page,page_size,with_tag,with_label,with_scan_overview,with_sbom_overview,with_immutable_status,with_accessory,with_inherited_accessory
POST /projects/{project_name}/repositories/{repository_name}/artifacts 201 ?from!
GET /projects/{project_name}/repositories/{repository_name}/artifacts/{reference} 200 ?page,page_size,with_tag,with_label,with_scan_overview,with_sbom_overview,with_accessory,with_inherited_accessory,with_signature,with_immutable_status
DELETE /projects/{project_name}/repositories/{repository_name}/artifacts/{reference} 200
POST /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/tags 201
GET /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/tags 200 [] ?q,sort,page,page_size,with_immutable_status
DELETE /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/tags/{tag_name} 200
GET /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/accessories 200 [] ?q,sort,page,page_size
GET /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/additions/vulnerabilities 200
GET /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/additions/{addition} 200
POST /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/labels 200
DELETE /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/labels/{label_id} 200
POST /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/scan 202
POST /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/scan/stop 202
GET /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/scan/{report_id}/log 200
GET /audit-logs 200 [] ?q,sort,page,page_size
GET /auditlog-exts 200 [] ?q,sort,page,page_size
GET /auditlog-exts/events 200 []
GET /p2p/preheat/providers 200 []
POST /p2p/preheat/instances/ping 200
GET /p2p/preheat/instances 200 [] ?q,sort,page,page_size
POST /p2p/preheat/instances 201
GET /p2p/preheat/instances/{preheat_instance_name} 200
DELETE /p2p/preheat/instances/{preheat_instance_name} 200
PUT /p2p/preheat/instances/{preheat_instance_name} 200
POST /projects/{project_name}/preheat/policies 201
GET /projects/{project_name}/preheat/policies 200 [] ?q,sort,page,page_size
GET /projects/{project_name}/preheat/policies/{preheat_policy_name} 200
PUT /projects/{project_name}/preheat/policies/{preheat_policy_name} 200
POST /projects/{project_name}/preheat/policies/{preheat_policy_name} 201
DELETE /projects/{project_name}/preheat/policies/{preheat_policy_name} 200
GET /projects/{project_name}/preheat/policies/{preheat_policy_name}/executions 200 [] ?q,sort,page,page_size
GET /projects/{project_name}/preheat/policies/{preheat_policy_name}/executions/{execution_id} 200
PATCH /projects/{project_name}/preheat/policies/{preheat_policy_name}/executions/{execution_id} 200
GET /projects/{project_name}/preheat/policies/{preheat_policy_name}/executions/{execution_id}/tasks 200 [] ?q,sort,page,page_size
GET /projects/{project_name}/preheat/policies/{preheat_policy_name}/executions/{execution_id}/tasks/{task_id}/logs 200
GET /projects/{project_name}/preheat/providers 200 []
GET /projects/{project_name_or_id}/immutabletagrules 200 [] ?q,sort,page,page_size
POST /projects/{project_name_or_id}/immutabletagrules 201
PUT /projects/{project_name_or_id}/immutabletagrules/{immutable_rule_id} 200
DELETE /projects/{project_name_or_id}/immutabletagrules/{immutable_rule_id} 200
GET /projects/{project_name_or_id}/webhook/policies 200 [] ?q,sort,page,page_size
POST /projects/{project_name_or_id}/webhook/policies 201
GET /projects/{project_name_or_id}/webhook/policies/{webhook_policy_id} 200
PUT /projects/{project_name_or_id}/webhook/policies/{webhook_policy_id} 200
DELETE /projects/{project_name_or_id}/webhook/policies/{webhook_policy_id} 200
GET /projects/{project_name_or_id}/webhook/policies/{webhook_policy_id}/executions 200 [] ?q,sort,page,page_size
GET /projects/{project_name_or_id}/webhook/policies/{webhook_policy_id}/executions/{execution_id}/tasks 200 [] ?q,sort,page,page_size
GET /projects/{project_name_or_id}/webhook/policies/{webhook_policy_id}/executions/{execution_id}/tasks/{task_id}/log 200
GET /projects/{project_name_or_id}/webhook/lasttrigger 200 []
GET /projects/{project_name_or_id}/webhook/events 200
GET /projects/{project_name_or_id}/webhook/jobs 200 [] ?q,sort,page,page_size,policy_id!,status
GET /usergroups 200 [] ?page,page_size,ldap_group_dn,group_name
POST /usergroups 201
GET /usergroups/search 200 [] ?page,page_size,groupname!
GET /usergroups/{group_id} 200
PUT /usergroups/{group_id} 200
DELETE /usergroups/{group_id} 200
GET /icons/{digest} 200
GET /robots 200 [] ?q,sort,page,page_size
POST /robots 201
GET /robots/{robot_id} 200
PUT /robots/{robot_id} 200
PATCH /robots/{robot_id} 200
DELETE /robots/{robot_id} 200
GET /quotas 200 [] ?page,page_size,reference,reference_id,sort
GET /quotas/{id} 200
PUT /quotas/{id} 200
GET /replication/policies 200 [] ?q,sort,page,page_size,name
POST /replication/policies 201
GET /replication/policies/{id} 200
DELETE /replication/policies/{id} 200
PUT /replication/policies/{id} 200
GET /replication/executions 200 [] ?page,page_size,sort,policy_id,status,trigger
POST /replication/executions 201
GET /replication/executions/{id} 200
PUT /replication/executions/{id} 200
GET /replication/executions/{id}/tasks 200 [] ?page,page_size,sort,status,resource_type
GET /replication/executions/{id}/tasks/{task_id}/log 200
GET /replication/adapters 200 []
GET /replication/adapterinfos 200
POST /registries 201
GET /registries 200 [] ?q,sort,page,page_size,name
POST /registries/ping 200
GET /registries/{id} 200
DELETE /registries/{id} 200
PUT /registries/{id} 200
GET /registries/{id}/info 200
GET /scans/all/metrics 200
GET /scans/schedule/metrics 200
GET /system/scanAll/schedule 200
PUT /system/scanAll/schedule 200
POST /system/scanAll/schedule 201
POST /system/scanAll/stop 202
GET /systeminfo 200
GET /systeminfo/volumes 200
GET /systeminfo/getcert 200
POST /system/oidc/ping 200
GET /system/gc 200 [] ?q,sort,page,page_size
GET /system/gc/{gc_id} 200
PUT /system/gc/{gc_id} 200
GET /system/gc/{gc_id}/log 200
GET /system/gc/schedule 200
POST /system/gc/schedule 201
PUT /system/gc/schedule 200
GET /system/purgeaudit 200 [] ?q,sort,page,page_size
GET /system/purgeaudit/{purge_id} 200
PUT /system/purgeaudit/{purge_id} 200
GET /system/purgeaudit/{purge_id}/log 200
GET /system/purgeaudit/schedule 200
POST /system/purgeaudit/schedule 201
PUT /system/purgeaudit/schedule 200
GET /system/CVEAllowlist 200
PUT /system/CVEAllowlist 200
GET /jobservice/pools 200 []
GET /jobservice/pools/{pool_id}/workers 200 []
PUT /jobservice/jobs/{job_id} 200
GET /jobservice/jobs/{job_id}/log 200
GET /jobservice/queues 200 []
PUT /jobservice/queues/{job_type} 200
GET /schedules 200 [] ?page,page_size
GET /schedules/{job_type}/paused 200
GET /ping 200
GET /retentions/metadatas 200
POST /retentions 201
GET /retentions/{id} 200
PUT /retentions/{id} 200
DELETE /retentions/{id} 200
POST /retentions/{id}/executions 201
GET /retentions/{id}/executions 200 [] ?page,page_size
PATCH /retentions/{id}/executions/{eid} 200
GET /retentions/{id}/executions/{eid}/tasks 200 [] ?page,page_size
GET /retentions/{id}/executions/{eid}/tasks/{tid} 200
GET /scanners 200 [] ?q,sort,page,page_size
POST /scanners 201
POST /scanners/ping 200
GET /scanners/{registration_id} 200
PUT /scanners/{registration_id} 200
DELETE /scanners/{registration_id} 200
PATCH /scanners/{registration_id} 200
GET /scanners/{registration_id}/metadata 200
GET /users 200 [] ?q,sort,page,page_size
POST /users 201
GET /users/current 200
GET /users/search 200 [] ?page,page_size,username!
GET /users/{user_id} 200
PUT /users/{user_id} 200
DELETE /users/{user_id} 200
PUT /users/{user_id}/sysadmin 200
PUT /users/{user_id}/password 200
GET /users/current/permissions 200 [] ?scope,relative
PUT /users/{user_id}/cli_secret 200
GET /labels 200 [] ?q,sort,page,page_size,name,scope,project_id
POST /labels 201
GET /labels/{label_id} 200
PUT /labels/{label_id} 200
DELETE /labels/{label_id} 200
POST /export/cve 200
GET /export/cve/execution/{execution_id} 200
GET /export/cve/executions 200
GET /export/cve/download/{execution_id} 200 ?format
GET /security/summary 200 ?with_dangerous_cve,with_dangerous_artifact
GET /security/vul 200 [] ?page,page_size,q,tune_count,with_tag
GET /permissions 200
GET /metrics 200
`;

export const REFERENCE_OPERATIONS: readonly ReferenceOperation[] = LINES.trim()
  .split('\n')
  .map((line) => {
    const [method = '', path = '', status = '', ...rest] = line.split(' ');
    const query =
      rest
        .find((part) => part.startsWith('?'))
        ?.slice(1)
        .split(',') ?? [];
    return {
      method,
      path,
      status: Number(status),
      list: rest.includes('[]'),
      query: query.map((name) => name.replace('!', '')),
      required: query.filter((name) => name.endsWith('!')).map((name) => name.slice(0, -1)),
    };
  });
