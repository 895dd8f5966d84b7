import type { ReactNode } from 'react';
import { usePushCommand } from '../../shared/content/use-push-command.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { useOpenProject } from '../../shared/session/project.ts';
import { ButtonLink } from '../../shared/ui/links.tsx';
import { ActivityList } from './activity-list.tsx';

/** What was done in a project, the newest first. */
export function ProjectActivityTab(): ReactNode {
  const { t } = useText();
  const { name } = useOpenProject();
  const action = (
    <ButtonLink to="/projects/$project" params={{ project: name }} variant="default">
      {t('project.tab.repositories')}
    </ButtonLink>
  );
  const empty = { sentence: t('activity.noneHelp'), action, command: usePushCommand(name) };
  return <ActivityList intro={t('activity.intro')} project={name} empty={empty} />;
}
