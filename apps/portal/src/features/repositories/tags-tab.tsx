import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Checkbox.css';
import { Checkbox, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { IconCertificate } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { Platforms } from '../../shared/content/platforms.tsx';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { EndlessTable } from '../../shared/list/endless-table.tsx';
import { type ListState, useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { useEndless } from '../../shared/list/use-endless.ts';
import { useProjectRights } from '../../shared/session/session.ts';
import { useRegistryHost } from '../../shared/session/system-info.ts';
import { Command, CopyIcon, Digest } from '../../shared/ui/copy.tsx';
import { ButtonLink, TextLink } from '../../shared/ui/links.tsx';
import { Age, Bytes } from '../../shared/ui/values.tsx';
import { type RepositoryName, type RepositoryTag, repositoryQuery, tagsList } from './queries.ts';
import { SelectionBar } from './selection-bar.tsx';
import { TagMenu } from './tag-menu.tsx';

export function TagsTab(): ReactNode {
  const { t } = useText();
  const name = useParams({ from: '/shell/projects/$project/repositories/$repository' });
  const state = useListState('-push_time');
  const list = useEndless(tagsList(name, state));
  const project = useQuery(repositoryQuery(name)).data?.project_id;
  const may = useProjectRights(project);
  const [mayDelete, mayPush] = [may('tag:delete'), may('repository:push')];
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const image = `${useRegistryHost()}/${name.project}/${name.repository}`;
  const columns = useColumns({ name, image, mayDelete, selected, onSelect: setSelected });
  const newest = list.rowAt(0)?.name;
  return (
    <Stack gap="md">
      {newest === undefined ? null : <Command text={`docker pull ${image}:${newest}`} label={t('repository.pull')} />}
      {selected.size === 0 ? null : (
        <SelectionBar
          name={name}
          filter={state.filter}
          matching={list.total}
          selected={selected}
          mayDelete={mayDelete}
          onSelect={setSelected}
        />
      )}
      <ListView
        label={t('repository.tab.tags')}
        query={list.first}
        state={state}
        columns={columns}
        rowKey={(tag) => tag.name}
        filterLabel={t('repository.filterTags')}
        tools={
          <>
            <Order state={state} />
            {list.total === 0 ? null : (
              <Text size="sm" c="dimmed" role="status" ml="auto">
                {t('list.total', { count: list.total })}
              </Text>
            )}
          </>
        }
        table={
          <EndlessTable
            label={t('repository.tab.tags')}
            columns={columns}
            list={list}
            rowKey={(tag) => tag.name}
            sort={state.sort}
            onSort={(sort) => state.change({ sort })}
          />
        }
        empty={{
          title: t('repository.noTags'),
          sentence: t('repository.noTagsHelp'),
          action: (
            <ButtonLink to="/projects/$project/repositories/$repository/digests" params={name} variant="default">
              {t('repository.tab.digests')}
            </ButtonLink>
          ),
          command: mayPush ? `docker push ${image}:1.0` : null,
        }}
      />
    </Stack>
  );
}

/** The two orders that people want, without looking for a column. */
function Order({ state }: { readonly state: ListState }): ReactNode {
  const { t } = useText();
  const known = ['-push_time', '-version', 'name'];
  return (
    <NativeSelect
      aria-label={t('tags.order')}
      value={state.sort}
      onChange={(event) => state.change({ sort: event.currentTarget.value })}
      data={[
        { value: '-push_time', label: t('tags.sortPushed') },
        { value: '-version', label: t('tags.sortVersion') },
        { value: 'name', label: t('tags.sortName') },
        ...(known.includes(state.sort) ? [] : [{ value: state.sort, label: '…' }]),
      ]}
    />
  );
}

interface ColumnsWanted {
  readonly name: RepositoryName;
  readonly image: string;
  readonly mayDelete: boolean;
  readonly selected: ReadonlySet<string>;
  readonly onSelect: (names: ReadonlySet<string>) => void;
}

function useColumns({ name, image, mayDelete, selected, onSelect }: ColumnsWanted): readonly Column<RepositoryTag>[] {
  const { t } = useText();
  const toggle = (tag: string, on: boolean): void => {
    const next = new Set(selected);
    if (on) next.add(tag);
    else next.delete(tag);
    onSelect(next);
  };
  const select: Column<RepositoryTag> = {
    key: 'select',
    title: t('list.selectPage'),
    quietTitle: true,
    corner: true,
    width: 52,
    cell: (tag) => (
      <Checkbox
        checked={selected.has(tag.name)}
        onChange={(event) => toggle(tag.name, event.currentTarget.checked)}
        aria-label={t('list.select', { name: tag.name })}
      />
    ),
  };
  return [
    select,
    {
      key: 'tag',
      title: t('tags.tag'),
      sort: 'name',
      cell: (tag) => (
        <Group gap={4} wrap="nowrap">
          <TextLink
            to="/projects/$project/repositories/$repository/artifacts/$reference"
            params={{ ...name, reference: tag.name }}
            fw={600}
            // A version stays on one line; what is longer may break anywhere.
            style={{ overflowWrap: 'anywhere', minWidth: '9ch' }}
          >
            {tag.name}
          </TextLink>
          {tag.accessory_count === 0 ? null : (
            <IconCertificate size={16} role="img" aria-label={t('tags.signed', { count: tag.accessory_count })} />
          )}
          <CopyIcon value={`docker pull ${image}:${tag.name}`} label={t('tags.copyPull', { name: tag.name })} />
        </Group>
      ),
    },
    { key: 'digest', title: t('tags.digest'), width: 176, cell: ({ digest }) => <Digest value={digest} /> },
    { key: 'platforms', title: t('tags.platforms'), width: 180, cell: ({ platforms }) => <Platforms platforms={platforms} /> },
    { key: 'size', title: t('tags.size'), width: 104, numeric: true, cell: ({ size }) => <Bytes value={size} /> },
    { key: 'pushed', title: t('tags.pushed'), width: 136, sort: 'push_time', cell: ({ push_time: at }) => <Age at={at} /> },
    {
      key: 'pulled',
      title: t('tags.pulled'),
      width: 136,
      sort: 'pull_time',
      cell: ({ pull_time: at, pull_count: count }) => (
        <div>
          <Age at={at} />
          {count === 0 ? null : (
            <Text size="xs" c="dimmed">
              {t('tags.pulledCount', { count })}
            </Text>
          )}
        </div>
      ),
    },
    {
      key: 'actions',
      title: t('action.actionsFor', { name: '' }),
      quietTitle: true,
      corner: true,
      width: 60,
      cell: (tag) => <TagMenu name={name} tag={tag} mayDelete={mayDelete} />,
    },
  ];
}
