import { Stack } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { useOpenProject } from '../../shared/session/project.ts';
import { useProjectRights } from '../../shared/session/session.ts';
import { useRegistryHost } from '../../shared/session/system-info.ts';
import { Command } from '../../shared/ui/copy.tsx';
import { ButtonLink, TextLink } from '../../shared/ui/links.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import { Age, Count } from '../../shared/ui/values.tsx';
import { type Repository, repositoriesQuery } from './queries.ts';

export function RepositoriesTab(): ReactNode {
  const { t } = useText();
  const project = useOpenProject();
  const state = useListState('name');
  const query = useQuery(repositoriesQuery(project.name, state));
  const may = useProjectRights(project.project_id);
  const push = usePushCommand(project.name);
  const columns = useColumns(project.name);
  return (
    <Stack gap="lg">
      <ListView
        label={t('project.tab.repositories')}
        query={query}
        state={state}
        columns={columns}
        rowKey={(repository) => repository.id}
        filterLabel={t('project.filterRepositories')}
        tools={
          may('repository:push') ? (
            <ButtonLink
              to="/projects/$project/upload"
              params={{ project: project.name }}
              variant="default"
              leftSection={<IconUpload size={16} aria-hidden />}
            >
              {t('upload.open')}
            </ButtonLink>
          ) : undefined
        }
        empty={
          <EmptyState title={t('project.noRepositories')} action={may('repository:push') ? <Command text={push} /> : null}>
            {may('repository:push') ? t('project.noRepositoriesHelp') : undefined}
          </EmptyState>
        }
      />
      {may('repository:push') && query.data !== undefined && query.data.total > 0 ? (
        <Section title={t('project.pushHere')}>
          <Command text={push} />
        </Section>
      ) : null}
    </Stack>
  );
}

function usePushCommand(project: string): string {
  const image = `${useRegistryHost()}/${project}/app:1.0`;
  return `docker tag app:1.0 ${image}\ndocker push ${image}`;
}

function useColumns(project: string): readonly Column<Repository>[] {
  const { t } = useText();
  return [
    {
      key: 'name',
      title: t('project.repository'),
      sort: 'name',
      cell: ({ name }) => {
        const inside = name.slice(project.length + 1);
        return (
          <TextLink to="/projects/$project/repositories/$repository" params={{ project, repository: inside }} fw={600}>
            {inside}
          </TextLink>
        );
      },
    },
    { key: 'artifacts', title: t('project.artifacts'), numeric: true, cell: ({ artifact_count: count }) => <Count value={count} /> },
    {
      key: 'pulls',
      title: t('project.pulls'),
      numeric: true,
      sort: 'pull_count',
      cell: ({ pull_count: count }) => <Count value={count} />,
    },
    { key: 'updated', title: t('project.updated'), sort: 'update_time', cell: ({ update_time: at }) => <Age at={at} /> },
  ];
}
