import { Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type LinkProps, Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { RecentRepositories } from '../../shared/content/recent-repositories.tsx';
import { usePushCommand } from '../../shared/content/use-push-command.ts';
import { formatBytes } from '../../shared/format/bytes.ts';
import { type TextKey, useText } from '../../shared/i18n/i18n.ts';
import { useOpenProject } from '../../shared/session/project.ts';
import { useProjectRights } from '../../shared/session/session.ts';
import { Command } from '../../shared/ui/copy.tsx';
import { FactList } from '../../shared/ui/fact-list.tsx';
import { ButtonLink, TextLink } from '../../shared/ui/links.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { Tile, Tiles } from '../../shared/ui/tiles.tsx';
import { Count } from '../../shared/ui/values.tsx';
import { immutableCountQuery, memberCountQuery, recentQuery, retentionQuery, summaryQuery } from './queries.ts';

/** What a project is and holds, what was pushed last, and what its rules do. */
export function OverviewTab(): ReactNode {
  const { t } = useText();
  const { name, project_id: id } = useOpenProject();
  const push = usePushCommand(name);
  const may = useProjectRights(id);
  return (
    <Stack gap="lg">
      <Numbers />
      <Recent />
      <Rules />
      {may('repository:push') ? (
        <Section title={t('project.pushHere')}>
          <Command text={push} />
        </Section>
      ) : null}
      <Outlet />
    </Stack>
  );
}

function Numbers(): ReactNode {
  const { t, language } = useText();
  const { project_id: id } = useOpenProject();
  const query = useQuery(summaryQuery(id));
  if (query.isPending) return <LoadingState rows={2} />;
  if (query.data === undefined) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const { repo_count: repositories, quota } = query.data;
  const [limit = -1, used = 0] = [quota?.hard['storage'], quota?.used['storage']];
  return (
    <Tiles>
      <Tile name={t('project.tab.repositories')} value={<Count value={repositories} />} />
      <Tile
        name={t('overview.used')}
        value={formatBytes(used, language)}
        help={limit > 0 ? t('overview.ofLimit', { limit: formatBytes(limit, language) }) : t('overview.noLimit')}
      />
      <Members admins={query.data.project_admin_count ?? 0} />
    </Tiles>
  );
}

/** As many as their tab lists, with roles of whatever making; for who may look at it. */
function Members({ admins }: { readonly admins: number }): ReactNode {
  const { t } = useText();
  const { project_id: id } = useOpenProject();
  const { data: count } = useQuery({ ...memberCountQuery(id), enabled: useProjectRights(id)('member:list') });
  if (count === undefined) return null;
  return <Tile name={t('project.tab.members')} value={<Count value={count} />} help={t('overview.admins', { count: admins })} />;
}

function Recent(): ReactNode {
  const { t } = useText();
  const { name: project } = useOpenProject();
  const query = useQuery(recentQuery(project));
  return (
    <Section
      title={t('overview.recent')}
      actions={
        <TextLink to="/projects/$project" params={{ project }}>
          {t('overview.all')}
        </TextLink>
      }
    >
      {query.isPending ? (
        <LoadingState rows={3} />
      ) : query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : query.data.items.length === 0 ? (
        <NothingPushed />
      ) : (
        <RecentRepositories repositories={query.data.items} within={project} />
      )}
    </Section>
  );
}

function NothingPushed(): ReactNode {
  const { t } = useText();
  const { name: project, project_id: id } = useOpenProject();
  const mayPush = useProjectRights(id)('repository:push');
  return (
    <EmptyState
      title={t('project.noRepositories')}
      sentence={t(mayPush ? 'project.noRepositoriesHelp' : 'project.noRepositoriesMayNot')}
      action={
        mayPush ? (
          <ButtonLink to="/projects/$project/upload" params={{ project }} variant="default">
            {t('upload.open')}
          </ButtonLink>
        ) : null
      }
      // It stands at the end of the page, filled or not.
      command={null}
    />
  );
}

const NO_POLICY = { rules: 0, isPlanned: false };

/** Each in one sentence, a link to where it is changed for who may look at it. */
function Rules(): ReactNode {
  const { t } = useText();
  const { project_id: id, metadata } = useOpenProject();
  const may = useProjectRights(id);
  const policyId = metadata.retention_id;
  const immutable = useQuery({ ...immutableCountQuery(id), enabled: may('immutable-tag:list') });
  const retention = useQuery({ ...retentionQuery(policyId ?? ''), enabled: policyId !== undefined && may('tag-retention:list') });
  const policy = policyId === undefined ? NO_POLICY : retention.data;
  const facts = [
    {
      name: t('project.visibility'),
      value: metadata.public === 'true' ? t('project.visibilityPublic') : t('project.visibilityPrivate'),
    },
    ...(may('immutable-tag:list') && immutable.data !== undefined
      ? [
          {
            name: t('immutable.tab'),
            value: (
              <Rule tab="/projects/$project/immutable-tags" action="immutable.tab">
                {immutable.data === 0 ? t('overview.noImmutable') : t('overview.immutable', { count: immutable.data })}
              </Rule>
            ),
          },
        ]
      : []),
    ...(may('tag-retention:list') && policy !== undefined
      ? [
          {
            name: t('retention.tab'),
            value: (
              <Rule tab="/projects/$project/retention" action="retention.tab">
                {policy.rules === 0
                  ? t('overview.noRetention')
                  : t(policy.isPlanned ? 'overview.retention' : 'overview.retentionByHand', { count: policy.rules })}
              </Rule>
            ),
          },
        ]
      : []),
  ];
  return (
    <Section title={t('overview.rules')}>
      <FactList facts={facts} />
    </Section>
  );
}

interface RuleProps {
  readonly tab: NonNullable<LinkProps['to']>;
  /** What the link is called. */
  readonly action: TextKey;
  readonly children: ReactNode;
}

function Rule({ tab, action, children }: RuleProps): ReactNode {
  const { t } = useText();
  const { name: project } = useOpenProject();
  return (
    <>
      {children}{' '}
      <TextLink to={tab} params={{ project }} underline="always" aria-label={`${t('overview.look')}: ${t(action)}`}>
        {t('overview.look')}
      </TextLink>
    </>
  );
}
