import { nothing, operation } from '@berth/api-contract';
import { say } from '@berth/oci';
import { z } from 'zod';
import { ApiError } from './api-error.ts';
import { type Endpoint, principalEndpoint } from './endpoint.ts';
import { listReply } from './paging.ts';

/**
 * What Harbor's API has and Berth does not have yet; `[]` is a list. A test keeps this table and what is implemented equal to the reference:
 * whoever implements an operation takes its line away here.
 */
const LINES = `
POST /ldap/ping
GET /ldap/users/search []
POST /ldap/users/import
GET /ldap/groups/search []
GET /projects/{project_name_or_id}/scanner
PUT /projects/{project_name_or_id}/scanner
GET /projects/{project_name_or_id}/scanner/candidates []
GET /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/additions/vulnerabilities
POST /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/scan
POST /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/scan/stop
GET /projects/{project_name}/repositories/{repository_name}/artifacts/{reference}/scan/{report_id}/log
GET /p2p/preheat/providers []
POST /p2p/preheat/instances/ping
GET /p2p/preheat/instances []
POST /p2p/preheat/instances
GET /p2p/preheat/instances/{preheat_instance_name}
DELETE /p2p/preheat/instances/{preheat_instance_name}
PUT /p2p/preheat/instances/{preheat_instance_name}
POST /projects/{project_name}/preheat/policies
GET /projects/{project_name}/preheat/policies []
GET /projects/{project_name}/preheat/policies/{preheat_policy_name}
PUT /projects/{project_name}/preheat/policies/{preheat_policy_name}
POST /projects/{project_name}/preheat/policies/{preheat_policy_name}
DELETE /projects/{project_name}/preheat/policies/{preheat_policy_name}
GET /projects/{project_name}/preheat/policies/{preheat_policy_name}/executions []
GET /projects/{project_name}/preheat/policies/{preheat_policy_name}/executions/{execution_id}
PATCH /projects/{project_name}/preheat/policies/{preheat_policy_name}/executions/{execution_id}
GET /projects/{project_name}/preheat/policies/{preheat_policy_name}/executions/{execution_id}/tasks []
GET /projects/{project_name}/preheat/policies/{preheat_policy_name}/executions/{execution_id}/tasks/{task_id}/logs
GET /projects/{project_name}/preheat/providers []
GET /projects/{project_name_or_id}/webhook/policies []
POST /projects/{project_name_or_id}/webhook/policies
GET /projects/{project_name_or_id}/webhook/policies/{webhook_policy_id}
PUT /projects/{project_name_or_id}/webhook/policies/{webhook_policy_id}
DELETE /projects/{project_name_or_id}/webhook/policies/{webhook_policy_id}
GET /projects/{project_name_or_id}/webhook/policies/{webhook_policy_id}/executions []
GET /projects/{project_name_or_id}/webhook/policies/{webhook_policy_id}/executions/{execution_id}/tasks []
GET /projects/{project_name_or_id}/webhook/policies/{webhook_policy_id}/executions/{execution_id}/tasks/{task_id}/log
GET /projects/{project_name_or_id}/webhook/lasttrigger []
GET /projects/{project_name_or_id}/webhook/events
GET /projects/{project_name_or_id}/webhook/jobs []
GET /icons/{digest}
GET /replication/policies []
POST /replication/policies
GET /replication/policies/{id}
DELETE /replication/policies/{id}
PUT /replication/policies/{id}
GET /replication/executions []
POST /replication/executions
GET /replication/executions/{id}
PUT /replication/executions/{id}
GET /replication/executions/{id}/tasks []
GET /replication/executions/{id}/tasks/{task_id}/log
GET /replication/adapters []
GET /replication/adapterinfos
POST /registries
GET /registries []
POST /registries/ping
GET /registries/{id}
DELETE /registries/{id}
PUT /registries/{id}
GET /registries/{id}/info
GET /scans/all/metrics
GET /scans/schedule/metrics
GET /system/scanAll/schedule
PUT /system/scanAll/schedule
POST /system/scanAll/schedule
POST /system/scanAll/stop
POST /system/oidc/ping
GET /system/CVEAllowlist
PUT /system/CVEAllowlist
GET /jobservice/pools []
GET /jobservice/pools/{pool_id}/workers []
PUT /jobservice/jobs/{job_id}
GET /jobservice/jobs/{job_id}/log
GET /jobservice/queues []
PUT /jobservice/queues/{job_type}
GET /scanners []
POST /scanners
POST /scanners/ping
GET /scanners/{registration_id}
PUT /scanners/{registration_id}
DELETE /scanners/{registration_id}
PATCH /scanners/{registration_id}
GET /scanners/{registration_id}/metadata
PUT /users/{user_id}/cli_secret
POST /export/cve
GET /export/cve/execution/{execution_id}
GET /export/cve/executions
GET /export/cve/download/{execution_id}
GET /security/summary
GET /security/vul []
GET /metrics
`;

export interface NotYet {
  readonly method: string;
  readonly path: string;
  readonly list: boolean;
}

export const NOT_YET: readonly NotYet[] = LINES.trim()
  .split('\n')
  .map((line) => {
    const [method = '', path = '', list] = line.split(' ');
    return { method, path, list: list === '[]' };
  });

const page = z.object({ page: z.string().optional(), page_size: z.string().optional() });

/**
 * Lists are empty, so that tools which only look go on; a single thing is not there; everything else is refused in words. `implemented`: paths
 * that have endpoints already, whose spelling of parameters is taken over, since a router knows a path by its shape.
 */
export function notYetEndpoints(implemented: readonly Endpoint[]): readonly Endpoint[] {
  const spelling = new Map(implemented.map(({ operation: { path } }) => [shapeOf(path), path]));
  return NOT_YET.map((line) => notYetEndpoint(line, spelling.get(shapeOf(line.path)) ?? line.path));
}

function shapeOf(path: string): string {
  return path.replace(/\{\w+\}/g, '{}');
}

function notYetEndpoint({ method, path, list }: NotYet, spelled: string): Endpoint {
  const definition = operation({
    id: `${method} ${path}`,
    method: method.toLowerCase() as 'get',
    path: spelled,
    tag: 'not yet',
    summary: 'Not there yet.',
    params: nothing,
    query: page,
    body: nothing,
    answer: { status: 200 },
    errors: [401, 404, 501],
  });
  return principalEndpoint(definition, async ({ request }) => {
    if (list) return listReply([], { request, query: { page: 1, page_size: 10 }, total: 0 });
    if (method === 'GET' && path.includes('{'))
      throw new ApiError('NOT_FOUND', say('not-there-yet')`There is no such thing here: Berth does not have this yet.`);
    throw new ApiError('NOT_IMPLEMENTED', say('not-made-yet')`Berth does not have ${{ method }} ${{ path }} yet. Nothing was changed.`);
  });
}
