import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { TrashList } from './trash-list.tsx';

/** Of one project. Whoever sees the tab may restore and remove: it is one right. */
export function ProjectTrashTab(): ReactNode {
  const { project } = useParams({ from: '/shell/projects/$project' });
  return <TrashList of={project} mayRestore mayPurge />;
}
