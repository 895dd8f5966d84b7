import { useQuery } from '@tanstack/react-query';
import { type LinkProps, Outlet, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { type TextKey, useText } from '../../shared/i18n/i18n.ts';
import { useProjectRights } from '../../shared/session/session.ts';
import { TextLink } from '../../shared/ui/links.tsx';
import { Page } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { type TabLink, TabLinks } from '../../shared/ui/tab-links.tsx';
import { VisibilityBadge } from './projects-page.tsx';
import { projectByName } from '../../shared/session/project.ts';

interface Tab {
  readonly text: TextKey;
  readonly to: NonNullable<LinkProps['to']>;
  /** Whoever may do this is offered the tab. */
  readonly action: string;
}

const TABS: readonly Tab[] = [
  { text: 'project.tab.members', to: '/projects/$project/members', action: 'member:list' },
  { text: 'robots.tab', to: '/projects/$project/robots', action: 'robot:list' },
  { text: 'nav.labels', to: '/projects/$project/labels', action: 'label:list' },
  { text: 'immutable.tab', to: '/projects/$project/immutable-tags', action: 'immutable-tag:list' },
  { text: 'retention.tab', to: '/projects/$project/retention', action: 'tag-retention:list' },
  { text: 'nav.trends', to: '/projects/$project/statistics', action: 'repository:pull' },
  { text: 'quota.tab', to: '/projects/$project/quota', action: 'quota:read' },
  { text: 'activity.tab', to: '/projects/$project/activity', action: 'log:list' },
  { text: 'trash.tab', to: '/projects/$project/trash', action: 'repository:delete' },
  { text: 'project.tab.settings', to: '/projects/$project/settings', action: 'project:update' },
];

/** Title and tabs of a project, around the tab that is open. */
export function ProjectFrame(): ReactNode {
  const { t } = useText();
  const { project: name } = useParams({ from: '/shell/projects/$project' });
  const query = useQuery(projectByName(name));
  const may = useProjectRights(query.data?.project_id);
  const params = { project: name };
  const tabs: TabLink[] = [
    { label: t('overview.tab'), link: { to: '/projects/$project/overview', params } },
    { label: t('project.tab.repositories'), link: { to: '/projects/$project', params } },
    ...TABS.filter(({ action }) => may(action)).map(({ text, to }) => ({ label: t(text), link: { to, params }, holdsPages: true })),
  ];
  return (
    <Page
      title={name}
      beside={query.data === undefined ? null : <VisibilityBadge isPublic={query.data.metadata.public === 'true'} />}
      crumbs={[
        <TextLink key="projects" to="/projects">
          {t('projects.title')}
        </TextLink>,
      ]}
    >
      {query.isPending ? (
        <LoadingState />
      ) : query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <>
          <TabLinks label={t('project.tabs')} tabs={tabs} />
          <Outlet />
        </>
      )}
    </Page>
  );
}
