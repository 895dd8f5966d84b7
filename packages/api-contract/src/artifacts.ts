import { z } from 'zod';
import { idParam, listQuery, nothing, pageQuery, projectParams, queryBoolean, queryText, timestamp } from './common.ts';
import { label } from './labels.ts';
import { operation } from './operation.ts';
import { repositoryParams } from './repositories.ts';

export const tag = z.object({
  id: z.number().int(),
  repository_id: z.number().int(),
  artifact_id: z.number().int(),
  name: z.string(),
  push_time: timestamp,
  /** 0001-01-01T00:00:00.000Z when it was never pulled. */
  pull_time: timestamp,
  immutable: z.boolean(),
});

export const platform = z.object({
  architecture: z.string(),
  os: z.string(),
  'os.version': z.string().optional(),
  'os.features': z.array(z.string()).optional(),
  variant: z.string().optional(),
});

export const artifactReference = z.object({
  parent_id: z.number().int(),
  /** 0 when the child is not stored here. */
  child_id: z.number().int(),
  child_digest: z.string(),
  platform: platform.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  urls: z.array(z.string()).optional(),
});

export const accessory = z.object({
  id: z.number().int(),
  artifact_id: z.number().int(),
  subject_artifact_id: z.number().int(),
  subject_artifact_digest: z.string(),
  subject_artifact_repo: z.string(),
  size: z.number().int(),
  digest: z.string(),
  type: z.string(),
  icon: z.string(),
  creation_time: timestamp,
});

/** Berth's own: kept from policies and deletions. */
export const pin = z.object({
  /** Empty when none was given. */
  reason: z.string(),
  pinned_by: z.string(),
  pin_time: timestamp,
});

export const artifact = z.object({
  id: z.number().int(),
  /** IMAGE, CHART, ... */
  type: z.string(),
  /** Of the config. */
  media_type: z.string(),
  manifest_media_type: z.string(),
  artifact_type: z.string(),
  project_id: z.number().int(),
  repository_id: z.number().int(),
  repository_name: z.string(),
  digest: z.string(),
  /** Bytes, with everything it references. */
  size: z.number().int(),
  icon: z.string(),
  push_time: timestamp,
  /** 0001-01-01T00:00:00.000Z when it was never pulled. */
  pull_time: timestamp,
  /** Berth's own. */
  pull_count: z.number().int(),
  /** Berth's own: of an image its platform, of an index those of its images. */
  platforms: z.array(platform),
  /** Berth's own; absent where there is none. */
  pin: pin.optional(),
  extra_attrs: z.record(z.string(), z.unknown()),
  annotations: z.record(z.string(), z.string()).optional(),
  references: z.array(artifactReference).nullable(),
  tags: z.array(tag).nullable(),
  labels: z.array(label).nullable(),
  accessories: z.array(accessory).nullable(),
  addition_links: z.record(z.string(), z.object({ href: z.string(), absolute: z.boolean() })),
});

export const builtLayer = z.object({
  /** Absent where the line made no layer. */
  digest: z.string().optional(),
  media_type: z.string().optional(),
  /** Bytes as stored. */
  size: z.number().int().optional(),
  command: z.string().optional(),
  created: z.string().optional(),
  /** How many repositories hold the same bytes. */
  repositories: z.number().int().optional(),
});

/** Accepted for Harbor's sake; what Berth does not have is left out of the answer. */
const details = z.object({
  with_tag: queryBoolean.default(true),
  with_label: queryBoolean.default(false),
  with_accessory: queryBoolean.default(false),
  with_inherited_accessory: queryBoolean.optional(),
  with_immutable_status: queryBoolean.default(false),
  with_scan_overview: queryBoolean.optional(),
  with_sbom_overview: queryBoolean.optional(),
  with_signature: queryBoolean.optional(),
});

export const artifactParams = repositoryParams.extend({
  /** A tag or a digest. */
  reference: z.string().min(1).max(255),
});

const collection = '/projects/{project_name}/repositories/{repository_name}/artifacts';
const one = `${collection}/{reference}`;

export const artifactOperations = {
  listArtifacts: operation({
    id: 'listArtifacts',
    method: 'get',
    path: collection,
    tag: 'artifact',
    summary: 'List the artifacts of a repository.',
    params: repositoryParams,
    query: listQuery.extend(details.shape),
    body: nothing,
    answer: { status: 200, body: z.array(artifact), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 403, 404, 422],
  }),
  CopyArtifact: operation({
    id: 'CopyArtifact',
    method: 'post',
    path: collection,
    tag: 'artifact',
    summary: 'Copy an artifact from another repository, without moving its bytes.',
    params: repositoryParams,
    /** `project/repository:tag` or `project/repository@digest`. */
    query: z.object({ from: queryText(512) }),
    body: nothing,
    answer: { status: 201, headers: ['Location'] },
    errors: [400, 401, 403, 404, 422],
  }),
  getArtifact: operation({
    id: 'getArtifact',
    method: 'get',
    path: one,
    tag: 'artifact',
    summary: 'Read one artifact by tag or digest.',
    params: artifactParams,
    query: pageQuery.extend(details.shape),
    body: nothing,
    answer: { status: 200, body: artifact },
    errors: [400, 401, 403, 404, 422],
  }),
  deleteArtifact: operation({
    id: 'deleteArtifact',
    method: 'delete',
    path: one,
    tag: 'artifact',
    summary: 'Delete an artifact with its tags, untagged children and accessories; it stays in the trash for a while.',
    params: artifactParams,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [400, 401, 403, 404, 412],
  }),
  createTag: operation({
    id: 'createTag',
    method: 'post',
    path: `${one}/tags`,
    tag: 'artifact',
    summary: 'Give an artifact another tag.',
    params: artifactParams,
    query: nothing,
    body: z.object({ name: z.string().max(128) }),
    answer: { status: 201, headers: ['Location'] },
    errors: [400, 401, 403, 404, 409],
  }),
  listTags: operation({
    id: 'listTags',
    method: 'get',
    path: `${one}/tags`,
    tag: 'artifact',
    summary: 'List the tags of an artifact.',
    params: artifactParams,
    query: listQuery.extend({ with_immutable_status: queryBoolean.default(false), with_signature: queryBoolean.optional() }),
    body: nothing,
    answer: { status: 200, body: z.array(tag), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 403, 404, 422],
  }),
  deleteTag: operation({
    id: 'deleteTag',
    method: 'delete',
    path: `${one}/tags/{tag_name}`,
    tag: 'artifact',
    summary: 'Delete a tag; the artifact stays.',
    params: artifactParams.extend({ tag_name: z.string().min(1).max(255) }),
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [400, 401, 403, 404],
  }),
  listAccessories: operation({
    id: 'listAccessories',
    method: 'get',
    path: `${one}/accessories`,
    tag: 'artifact',
    summary: 'List signatures, SBOMs and other accessories of an artifact.',
    params: artifactParams,
    query: listQuery,
    body: nothing,
    answer: { status: 200, body: z.array(accessory), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 403, 404, 422],
  }),
  getAddition: operation({
    id: 'getAddition',
    method: 'get',
    path: `${one}/additions/{addition}`,
    tag: 'artifact',
    summary: 'Read what an artifact brings beside its manifest: the build history of an image; README, values and dependencies of a chart.',
    params: artifactParams.extend({ addition: z.string().max(64) }),
    query: nothing,
    body: nothing,
    // The lines of a build and a chart's dependencies as JSON, files of a chart as text.
    answer: { status: 200, body: z.union([z.array(z.record(z.string(), z.unknown())), z.string()]) },
    errors: [400, 401, 403, 404, 422],
  }),
  listArtifactLayers: operation({
    id: 'listArtifactLayers',
    method: 'get',
    path: `${one}/layers`,
    tag: 'artifact',
    summary: "Berth's own: the lines of an image's build, each with the layer that it made and how many repositories share it.",
    params: artifactParams,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: z.array(builtLayer) },
    errors: [400, 401, 403, 404],
  }),
  getArtifactManifest: operation({
    id: 'getArtifactManifest',
    method: 'get',
    path: `${one}/manifest`,
    tag: 'artifact',
    summary: "Berth's own: the manifest as it was pushed, byte for byte.",
    params: artifactParams,
    query: nothing,
    body: nothing,
    answer: { status: 200, body: z.record(z.string(), z.unknown()) },
    errors: [400, 401, 403, 404],
  }),
  addLabel: operation({
    id: 'addLabel',
    method: 'post',
    path: `${one}/labels`,
    tag: 'artifact',
    summary: 'Put a label on an artifact.',
    params: artifactParams,
    query: nothing,
    body: z.object({ id: z.number().int().min(1) }),
    answer: { status: 200 },
    errors: [400, 401, 403, 404, 409],
  }),
  removeLabel: operation({
    id: 'removeLabel',
    method: 'delete',
    path: `${one}/labels/{label_id}`,
    tag: 'artifact',
    summary: 'Take a label off an artifact.',
    params: artifactParams.extend({ label_id: idParam }),
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [400, 401, 403, 404, 422],
  }),
  pinArtifact: operation({
    id: 'pinArtifact',
    method: 'put',
    path: `${one}/pin`,
    tag: 'artifact',
    summary:
      "Berth's own: pin an artifact: no policy and no deletion takes it until the pin is taken off. A tag is resolved first: the pin is on its digest.",
    params: artifactParams,
    query: nothing,
    body: z.object({ reason: z.string().max(255).optional() }),
    answer: { status: 200 },
    errors: [400, 401, 403, 404],
  }),
  unpinArtifact: operation({
    id: 'unpinArtifact',
    method: 'delete',
    path: `${one}/pin`,
    tag: 'artifact',
    summary: "Berth's own: take the pin off an artifact.",
    params: artifactParams,
    query: nothing,
    body: nothing,
    answer: { status: 200 },
    errors: [400, 401, 403, 404],
  }),
  listArtifactsOfProject: operation({
    id: 'listArtifactsOfProject',
    method: 'get',
    path: '/projects/{project_name_or_id}/artifacts',
    tag: 'project',
    summary: 'List the artifacts of a project.',
    params: projectParams,
    query: listQuery.extend(details.shape).extend({ latest_in_repository: queryBoolean.default(false) }),
    body: nothing,
    answer: { status: 200, body: z.array(artifact), headers: ['X-Total-Count', 'Link'] },
    errors: [400, 401, 403, 404, 422],
  }),
} as const;
