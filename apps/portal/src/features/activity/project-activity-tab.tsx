import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { useOpenProject } from '../../shared/session/project.ts';
import { ActivityList } from './activity-list.tsx';

/** What was done in a project, the newest first. */
export function ProjectActivityTab(): ReactNode {
  const { t } = useText();
  return <ActivityList intro={t('activity.intro')} project={useOpenProject().name} />;
}
