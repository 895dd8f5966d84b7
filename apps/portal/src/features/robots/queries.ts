import { permissions, robot, robotCreated, robotSecret } from '@berth/api-contract';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { z } from 'zod';
import { change, getOne, getPage } from '../../shared/api/fetcher.ts';
import { PAGE_SIZE } from '../../shared/list/list-view.tsx';

export type Robot = z.output<typeof robot>;
export type RobotCreated = z.output<typeof robotCreated>;
export const ROBOTS_KEY = ['robots'] as const;

export const robotsQuery = (projectId: number, page: number) =>
  queryOptions({
    queryKey: [...ROBOTS_KEY, projectId, page],
    queryFn: ({ signal }) =>
      getPage('/robots', robot, { query: { page, page_size: PAGE_SIZE, q: `Level=project,ProjectID=${projectId}` }, signal }),
    placeholderData: keepPreviousData,
  });

export const SYSTEM_ROBOTS = 'system';

export const systemRobotsQuery = (page: number) =>
  queryOptions({
    queryKey: [...ROBOTS_KEY, SYSTEM_ROBOTS, page],
    queryFn: ({ signal }) => getPage('/robots', robot, { query: { page, page_size: PAGE_SIZE, q: 'Level=system', sort: 'name' }, signal }),
    placeholderData: keepPreviousData,
  });

/** What can be given to robots, in projects and outside. */
export const givableQuery = queryOptions({
  queryKey: [...ROBOTS_KEY, 'givable'],
  queryFn: ({ signal }) => getOne('/permissions', permissions, { signal }),
  staleTime: 5 * 60_000,
});

export type RobotPermissions = Robot['permissions'];

export interface NewRobot {
  readonly name: string;
  readonly description: string;
  readonly level: 'project' | 'system';
  /** -1 for ever. */
  readonly days: number;
  readonly permissions: RobotPermissions;
}

/** Answers its full name and its secret, which is told once. */
export async function createRobot({ days, ...given }: NewRobot): Promise<RobotCreated> {
  const { body } = await change('POST', '/robots', { ...given, duration: days });
  return robotCreated.parse(body);
}

export type RobotChange = Pick<Robot, 'description' | 'duration' | 'permissions'>;

export const updateRobot = ({ id, name, level, disable }: Robot, changed: RobotChange) =>
  change('PUT', `/robots/${id}`, { name, level, disable, ...changed });

/** Everything else is sent as it is, as Harbor's API wants. */
export const setDisabled = ({ id, name, level, description, duration, permissions: held }: Robot, disable: boolean) =>
  change('PUT', `/robots/${id}`, { name, level, description, duration, permissions: held, disable });

export async function refreshSecret(id: number): Promise<string> {
  const { body } = await change('PATCH', `/robots/${id}`, {});
  return robotSecret.parse(body).secret ?? '';
}

export const deleteRobot = (id: number) => change('DELETE', `/robots/${id}`);
