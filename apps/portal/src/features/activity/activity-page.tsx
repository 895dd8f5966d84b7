import type { ReactNode } from 'react';
import { useFirstPush } from '../../shared/content/use-first-push.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { useCurrentUser } from '../../shared/session/session.ts';
import { ButtonLink } from '../../shared/ui/links.tsx';
import { Page } from '../../shared/ui/page.tsx';
import { ActivityList } from './activity-list.tsx';

/** What was done in all projects of which one may know that. */
export function ActivityPage(): ReactNode {
  const { t } = useText();
  const { sysadmin_flag: isAdmin } = useCurrentUser();
  const firstPush = useFirstPush();
  const action = <ButtonLink to="/projects">{t('nav.projects')}</ButtonLink>;
  return (
    <Page title={t('nav.activity')}>
      <ActivityList
        intro={isAdmin ? t('activity.everywhere') : t('activity.inMine')}
        empty={{ sentence: isAdmin ? t('activity.noneHelp') : t('activity.noneInMine'), action, command: firstPush }}
      />
    </Page>
  );
}
