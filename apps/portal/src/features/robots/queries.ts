import { robot, robotCreated, robotSecret } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { change, getPage } from '../../shared/api/fetcher.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';

export type Robot = z.output<typeof robot>;
export const ROBOTS_KEY = ['robots'] as const;

export const robotsQuery = (projectId: number, page: number) =>
  queryOptions({
    queryKey: [...ROBOTS_KEY, projectId, page],
    queryFn: ({ signal }) =>
      getPage('/robots', robot, { query: { page, page_size: PAGE_SIZE, q: `Level=project,ProjectID=${projectId}` }, signal }),
    placeholderData: keepPreviousData,
  });

const PULL = { resource: 'repository', action: 'pull' } as const;
const PUSH = { resource: 'repository', action: 'push' } as const;

export interface NewRobot {
  readonly project: string;
  readonly name: string;
  readonly description: string;
  readonly mayPush: boolean;
  /** -1 for ever. */
  readonly days: number;
}

/** Answers its full name and its secret, which is told once. */
export async function createRobot({ project, name, description, mayPush, days }: NewRobot): Promise<z.output<typeof robotCreated>> {
  const permissions = [{ kind: 'project', namespace: project, access: mayPush ? [PULL, PUSH] : [PULL] }];
  const { body } = await change('POST', '/robots', { name, description, level: 'project', duration: days, permissions });
  return robotCreated.parse(body);
}

/** Everything else is sent as it is, as Harbor's API wants. */
export const setDisabled = ({ id, name, level, description, duration, permissions }: Robot, disable: boolean) =>
  change('PUT', `/robots/${id}`, { name, level, description, duration, permissions, disable });

export async function refreshSecret(id: number): Promise<string> {
  const { body } = await change('PATCH', `/robots/${id}`, {});
  return robotSecret.parse(body).secret ?? '';
}

export const deleteRobot = (id: number) => change('DELETE', `/robots/${id}`);
