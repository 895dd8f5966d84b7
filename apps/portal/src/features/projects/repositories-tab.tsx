import { Group, Stack } from '@mantine/core';
import { IconFolder, IconUpload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { useOpenProject } from '../../shared/session/project.ts';
import { useProjectRights } from '../../shared/session/session.ts';
import { Command } from '../../shared/ui/copy.tsx';
import { ButtonLink, TextLink } from '../../shared/ui/links.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { Age, Count } from '../../shared/ui/values.tsx';
import { type Repository, repositoriesQuery } from './queries.ts';
import { asTree, type TreeRow } from './repository-tree.ts';
import { usePushCommand } from '../../shared/content/use-push-command.ts';

const INDENT = 22;

export function RepositoriesTab(): ReactNode {
  const { t } = useText();
  const project = useOpenProject();
  const state = useListState('name');
  const may = useProjectRights(project.project_id);
  // A tree stands in the order of names only.
  const isTree = state.sort === 'name';
  const inTree = useQuery({
    ...repositoriesQuery(project.name, state),
    select: ({ items, total }) => ({ total, items: asTree(items, { prefix: `${project.name}/`, isTree }) }),
  });
  const push = usePushCommand(project.name);
  const columns = useColumns(project.name);
  const upload = may('repository:push') ? (
    <ButtonLink
      to="/projects/$project/upload"
      params={{ project: project.name }}
      variant="default"
      leftSection={<IconUpload size={16} aria-hidden />}
    >
      {t('upload.open')}
    </ButtonLink>
  ) : null;
  return (
    <Stack gap="lg">
      <ListView
        label={t('project.tab.repositories')}
        query={inTree}
        state={state}
        columns={columns}
        rowKey={({ item }) => item.id}
        filterLabel={t('project.filterRepositories')}
        tools={upload}
        empty={{
          title: t('project.noRepositories'),
          sentence: t(may('repository:push') ? 'project.noRepositoriesHelp' : 'project.noRepositoriesMayNot'),
          action: upload,
          command: may('repository:push') ? push : null,
        }}
      />
      {may('repository:push') && inTree.data !== undefined && inTree.data.total > 0 ? (
        <Section title={t('project.pushHere')}>
          <Command text={push} />
        </Section>
      ) : null}
    </Stack>
  );
}

/** Where a repository is in the tree: the folders that it begins are written above it, each a link to what is in it. */
function Place({ project, row: { inside, folders, depth } }: { readonly project: string; readonly row: TreeRow<Repository> }): ReactNode {
  const last = inside.slice(inside.lastIndexOf('/') + 1);
  // One thing: as a card on a telephone, the cell would put its things beside each other.
  return (
    <div>
      {folders.map(({ path, depth: level }) => (
        <Group data-folder key={path} gap={6} wrap="nowrap" pl={level * INDENT} mb={6}>
          <IconFolder size={16} aria-hidden style={{ flex: 'none' }} />
          <TextLink to="/projects/$project" params={{ project }} search={{ filter: `${path}/` }} c="dimmed">
            {path.slice(path.lastIndexOf('/') + 1)}/
          </TextLink>
        </Group>
      ))}
      <div style={{ paddingLeft: depth * INDENT }}>
        <TextLink
          to="/projects/$project/repositories/$repository"
          params={{ project, repository: inside }}
          fw={600}
          aria-label={inside}
          style={{ overflowWrap: 'anywhere' }}
        >
          {depth === 0 ? inside : last}
        </TextLink>
      </div>
    </div>
  );
}

function useColumns(project: string): readonly Column<TreeRow<Repository>>[] {
  const { t } = useText();
  return [
    {
      key: 'name',
      title: t('project.repository'),
      sort: 'name',
      cell: (row) => <Place project={project} row={row} />,
    },
    {
      key: 'artifacts',
      title: t('project.artifacts'),
      numeric: true,
      cell: ({ item: { artifact_count: count } }) => <Count value={count} />,
    },
    {
      key: 'pulls',
      title: t('project.pulls'),
      numeric: true,
      sort: 'pull_count',
      cell: ({ item: { pull_count: count } }) => <Count value={count} />,
    },
    { key: 'updated', title: t('project.updated'), sort: 'update_time', cell: ({ item: { update_time: at } }) => <Age at={at} /> },
  ];
}
