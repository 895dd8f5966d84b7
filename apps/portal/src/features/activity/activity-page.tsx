import type { ReactNode } from 'react';
import { useFirstPush } from '../../shared/content/use-first-push.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { useCurrentUser } from '../../shared/session/session.ts';
import { ButtonLink } from '../../shared/ui/links.tsx';
import { Page } from '../../shared/ui/page.tsx';
import { ActivityList } from './activity-list.tsx';
import { ContentActivity } from './content-activity.tsx';

/** What happened across all projects: administrators see what was done and denied, with addresses; everyone what befell the images that he may see. */
export function ActivityPage(): ReactNode {
  const { t } = useText();
  return <Page title={t('nav.activity')}>{useCurrentUser().sysadmin_flag ? <Everything /> : <ContentActivity />}</Page>;
}

function Everything(): ReactNode {
  const { t } = useText();
  const action = <ButtonLink to="/projects">{t('nav.projects')}</ButtonLink>;
  return <ActivityList intro={t('activity.everywhere')} empty={{ sentence: t('activity.noneHelp'), action, command: useFirstPush() }} />;
}
