import { useQuery } from '@tanstack/react-query';
import { Outlet, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { useProjectRights } from '../../shared/session/session.ts';
import { TextLink } from '../../shared/ui/links.tsx';
import { Page } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { type TabLink, TabLinks } from '../../shared/ui/tab-links.tsx';
import { VisibilityBadge } from './projects-page.tsx';
import { projectByName } from '../../shared/session/project.ts';

/** Title and tabs of a project, around the tab that is open. */
export function ProjectFrame(): ReactNode {
  const { t } = useText();
  const { project: name } = useParams({ from: '/shell/projects/$project' });
  const query = useQuery(projectByName(name));
  const may = useProjectRights(query.data?.project_id);
  const tabs: TabLink[] = [{ label: t('project.tab.repositories'), link: { to: '/projects/$project', params: { project: name } } }];
  if (may('member:list'))
    tabs.push({ label: t('project.tab.members'), link: { to: '/projects/$project/members', params: { project: name } } });
  if (may('robot:list')) tabs.push({ label: t('robots.tab'), link: { to: '/projects/$project/robots', params: { project: name } } });
  if (may('label:list')) tabs.push({ label: t('nav.labels'), link: { to: '/projects/$project/labels', params: { project: name } } });
  if (may('repository:delete')) tabs.push({ label: t('trash.tab'), link: { to: '/projects/$project/trash', params: { project: name } } });
  if (may('project:update'))
    tabs.push({ label: t('project.tab.settings'), link: { to: '/projects/$project/settings', params: { project: name } } });
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
