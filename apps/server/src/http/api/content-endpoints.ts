import { getArchive } from './archives/get-archive.ts';
import { importArchive } from './archives/import-archive.ts';
import { addLabel } from './artifacts/add-label.ts';
import { copyArtifact } from './artifacts/copy-artifact.ts';
import { createTag } from './artifacts/create-tag.ts';
import { deleteArtifact } from './artifacts/delete-artifact.ts';
import { deleteTag } from './artifacts/delete-tag.ts';
import { getAddition } from './artifacts/get-addition.ts';
import { getArtifact } from './artifacts/get-artifact.ts';
import { getArtifactManifest } from './artifacts/get-artifact-manifest.ts';
import { listAccessories } from './artifacts/list-accessories.ts';
import { listArtifactLayers } from './artifacts/list-artifact-layers.ts';
import { listArtifacts } from './artifacts/list-artifacts.ts';
import { listArtifactsOfProject } from './artifacts/list-artifacts-of-project.ts';
import { listTags } from './artifacts/list-tags.ts';
import { pinArtifact } from './artifacts/pin-artifact.ts';
import { removeLabel } from './artifacts/remove-label.ts';
import { unpinArtifact } from './artifacts/unpin-artifact.ts';
import type { Endpoint } from './endpoint.ts';
import { compareArtifacts } from './files/compare-artifacts.ts';
import { compareFiles } from './files/compare-files.ts';
import { getFile } from './files/get-file.ts';
import { listFiles } from './files/list-files.ts';
import { searchFiles } from './files/search-files.ts';
import { createLabel } from './labels/create-label.ts';
import { deleteLabel } from './labels/delete-label.ts';
import { getLabel } from './labels/get-label.ts';
import { listLabels } from './labels/list-labels.ts';
import { updateLabel } from './labels/update-label.ts';
import { deleteRepository } from './repositories/delete-repository.ts';
import { getProjectSummary } from './repositories/get-project-summary.ts';
import { getRepository } from './repositories/get-repository.ts';
import { listAllRepositories } from './repositories/list-all-repositories.ts';
import { listRepositories } from './repositories/list-repositories.ts';
import { updateRepository } from './repositories/update-repository.ts';
import { listRepositoryTags } from './tags/list-repository-tags.ts';
import { listTagHistory } from './tags/list-tag-history.ts';
import { rollbackTag } from './tags/rollback-tag.ts';
import { listProjectTrash } from './trash/list-project-trash.ts';
import { listTrash } from './trash/list-trash.ts';
import { purgeProjectTrash } from './trash/purge-project-trash.ts';
import { purgeTrash } from './trash/purge-trash.ts';
import { restoreProjectTrash } from './trash/restore-project-trash.ts';
import { restoreTrash } from './trash/restore-trash.ts';

/** Repositories, artifacts, tags, labels and the trash. */
export const CONTENT_ENDPOINTS: readonly Endpoint[] = [
  listAllRepositories,
  listRepositories,
  getRepository,
  updateRepository,
  deleteRepository,
  getProjectSummary,
  listArtifacts,
  copyArtifact,
  getArtifact,
  deleteArtifact,
  createTag,
  listTags,
  deleteTag,
  listAccessories,
  getAddition,
  listArtifactLayers,
  getArtifactManifest,
  addLabel,
  removeLabel,
  pinArtifact,
  unpinArtifact,
  listArtifactsOfProject,
  listRepositoryTags,
  listTagHistory,
  rollbackTag,
  listLabels,
  createLabel,
  getLabel,
  updateLabel,
  deleteLabel,
  importArchive,
  getArchive,
  listFiles,
  searchFiles,
  getFile,
  compareArtifacts,
  compareFiles,
  listTrash,
  restoreTrash,
  purgeTrash,
  listProjectTrash,
  restoreProjectTrash,
  purgeProjectTrash,
];
