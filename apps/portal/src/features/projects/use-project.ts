import { useSuspenseQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type Project, projectQuery } from './queries.ts';

/** The project around a tab; its frame has loaded it. */
export function useProject(): Project {
  const { project } = useParams({ from: '/shell/projects/$project' });
  return useSuspenseQuery(projectQuery(project)).data;
}
