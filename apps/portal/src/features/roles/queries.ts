import { change } from '../../shared/api/fetcher.ts';
import type { Permission } from '../../shared/people/permissions.ts';

export interface RoleContent {
  readonly name: string;
  readonly description: string;
  readonly permissions: readonly Permission[];
}

export const createRole = (content: RoleContent) => change('POST', '/roles', content);
export const updateRole = (id: number, content: RoleContent) => change('PUT', `/roles/${id}`, content);
export const deleteRole = (id: number) => change('DELETE', `/roles/${id}`);
