import { getArtifact } from './artifacts/get-artifact.ts';
import { listAccessories } from './artifacts/list-accessories.ts';
import { listArtifacts } from './artifacts/list-artifacts.ts';
import { listArtifactsOfProject } from './artifacts/list-artifacts-of-project.ts';
import { listTags } from './artifacts/list-tags.ts';
import type { Endpoint } from './endpoint.ts';
import { getRepository } from './repositories/get-repository.ts';
import { listAllRepositories } from './repositories/list-all-repositories.ts';
import { listRepositories } from './repositories/list-repositories.ts';
import { listRepositoryTags } from './tags/list-repository-tags.ts';

/** Repositories, artifacts, tags, labels and the trash. */
export const CONTENT_ENDPOINTS: readonly Endpoint[] = [
  listAllRepositories,
  listRepositories,
  getRepository,
  listArtifacts,
  getArtifact,
  listTags,
  listAccessories,
  listArtifactsOfProject,
  listRepositoryTags,
];
