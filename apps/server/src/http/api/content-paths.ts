import { projectOf, type RepositoryName } from '@berth/oci';
import { API_BASE } from './api-parts.ts';

/** Where a repository is in the API; its slashes are encoded twice, as Harbor's clients do. Without a host, as the Terraform provider needs. */
export function repositoryPath(name: RepositoryName): string {
  const project = projectOf(name);
  const rest = encodeURIComponent(encodeURIComponent(name.slice(project.length + 1)));
  return `${API_BASE}/projects/${project}/repositories/${rest}`;
}

export function artifactPath(name: RepositoryName, reference: string): string {
  return `${repositoryPath(name)}/artifacts/${reference}`;
}

/** Harbor's moment for "never". */
export const NEVER = '0001-01-01T00:00:00.000Z';
