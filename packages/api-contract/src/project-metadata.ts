import { z } from 'zod';
import { nothing, projectParams } from './common.ts';
import { FIELD_CHECKS } from './field-problem.ts';
import { operation } from './operation.ts';

const flag = z.enum(['true', 'false']).optional();
const whole = z
  .string()
  .regex(/^-?\d{1,15}$/, FIELD_CHECKS['whole-number'])
  .optional();

/** Values are strings in Harbor: "true", "false". */
export const projectMetadata = z.object({
  public: flag,
  enable_content_trust: flag,
  enable_content_trust_cosign: flag,
  prevent_vul: flag,
  severity: z.enum(['none', 'low', 'medium', 'high', 'critical', 'negligible', 'unknown']).optional(),
  auto_scan: flag,
  auto_sbom_generation: flag,
  reuse_sys_cve_allowlist: flag,
  retention_id: whole,
  proxy_speed_kb: whole,
  max_upstream_conn: whole,
  proxy_cache_local_on_not_found: flag,
  proxy_referrer_api: flag,
  proxy_cache_filter_pattern: z.string().max(1024).optional(),
  proxy_cache_filter_kind: z.string().max(64).optional(),
});

/** In requests a null is like an absent key: Go's clients send them. */
export const projectMetadataRequest = z.preprocess(
  (value) =>
    typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== null)) : value,
  projectMetadata,
);

const path = '/projects/{project_name_or_id}/metadatas';
const oneParams = projectParams.extend({ meta_name: z.string().max(64) });

export const projectMetadataOperations = {
  listProjectMetadatas: operation({
    id: 'listProjectMetadatas',
    method: 'get',
    path: `${path}/`,
    tag: 'projectMetadata',
    summary: 'Read the metadata of a project.',
    params: projectParams,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: z.record(z.string(), z.string()) },
    errors: [401, 403, 404],
  }),
  addProjectMetadatas: operation({
    id: 'addProjectMetadatas',
    method: 'post',
    path: `${path}/`,
    tag: 'projectMetadata',
    summary: 'Add one metadata entry to a project.',
    params: projectParams,
    query: nothing,
    body: projectMetadata,
    answer: { status: 200 },
    errors: [400, 401, 403, 404, 409],
  }),
  getProjectMetadata: operation({
    id: 'getProjectMetadata',
    method: 'get',
    path: `${path}/{meta_name}`,
    tag: 'projectMetadata',
    summary: 'Read one metadata entry of a project.',
    params: oneParams,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: z.record(z.string(), z.string()) },
    errors: [401, 403, 404],
  }),
  updateProjectMetadata: operation({
    id: 'updateProjectMetadata',
    method: 'put',
    path: `${path}/{meta_name}`,
    tag: 'projectMetadata',
    summary: 'Change one metadata entry of a project.',
    params: oneParams,
    query: nothing,
    body: projectMetadata,
    answer: { status: 200 },
    errors: [400, 401, 403, 404],
  }),
  deleteProjectMetadata: operation({
    id: 'deleteProjectMetadata',
    method: 'delete',
    path: `${path}/{meta_name}`,
    tag: 'projectMetadata',
    summary: 'Remove one metadata entry of a project.',
    params: oneParams,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [400, 401, 403, 404],
  }),
} as const;
