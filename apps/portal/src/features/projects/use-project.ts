import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { projectByName } from '../../shared/session/project.ts';
import type { Project } from './queries.ts';

/** The project around a tab; its frame has loaded it. */
export function useProject(): Project {
  const { project } = useParams({ from: '/shell/projects/$project' });
  return useSuspenseQuery(projectByName(project)).data;
}
