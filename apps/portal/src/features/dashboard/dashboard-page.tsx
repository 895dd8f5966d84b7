import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { RecentRepositories } from '../../shared/content/recent-repositories.tsx';
import { useFirstPush } from '../../shared/content/use-first-push.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { useCurrentUser } from '../../shared/session/session.ts';
import { ButtonLink } from '../../shared/ui/links.tsx';
import { Page, Section } from '../../shared/ui/page.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { Components } from './components.tsx';
import { Numbers } from './numbers.tsx';
import { recentQuery } from './queries.ts';
import { Warnings } from './warnings.tsx';

export function DashboardPage(): ReactNode {
  const { t } = useText();
  const { sysadmin_flag: isAdmin } = useCurrentUser();
  return (
    <Page title={t('dashboard.title')}>
      {isAdmin ? <Warnings /> : null}
      <Numbers isAdmin={isAdmin} />
      <Components />
      <Recent />
      <Outlet />
    </Page>
  );
}

function Recent(): ReactNode {
  const { t } = useText();
  const query = useQuery(recentQuery);
  return (
    <Section title={t('dashboard.recent')}>
      {query.isPending ? (
        <LoadingState rows={4} />
      ) : query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data.items.length === 0 ? (
        <NothingPushed />
      ) : (
        <RecentRepositories repositories={query.data.items} />
      )}
    </Section>
  );
}

function NothingPushed(): ReactNode {
  const { t } = useText();
  return (
    <EmptyState
      title={t('dashboard.noRecent')}
      sentence={t('dashboard.noRecentHelp')}
      action={<ButtonLink to="/projects">{t('nav.projects')}</ButtonLink>}
      command={useFirstPush()}
    />
  );
}
