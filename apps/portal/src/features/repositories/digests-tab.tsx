import { SegmentedControl, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Platforms } from '../../shared/content/platforms.tsx';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { CopyIcon, shortDigest } from '../../shared/ui/copy.tsx';
import { TextLink } from '../../shared/ui/links.tsx';
import { EmptyState } from '../../shared/ui/states.tsx';
import { Age, Bytes } from '../../shared/ui/values.tsx';
import { type Artifact, artifactsQuery, type RepositoryName, type Shown } from './queries.ts';

const ROUTE = '/shell/projects/$project/repositories/$repository/frame/digests';

export function DigestsTab(): ReactNode {
  const { t } = useText();
  const name = useParams({ from: ROUTE });
  const { shown = 'all' } = useSearch({ from: ROUTE });
  const state = useListState('-push_time');
  const query = useQuery(artifactsQuery(name, { page: state.page, sort: state.sort, shown }));
  const columns = useColumns(name);
  return (
    <ListView
      label={t('repository.tab.digests')}
      query={query}
      state={state}
      columns={columns}
      rowKey={(artifact) => artifact.id}
      narrowed={shown !== 'all'}
      tools={<ShownChoice shown={shown} />}
      empty={<EmptyState title={t('artifacts.none')} />}
    />
  );
}

function ShownChoice({ shown }: { readonly shown: Shown }): ReactNode {
  const { t } = useText();
  const navigate = useNavigate();
  const name = useParams({ from: ROUTE });
  return (
    <SegmentedControl
      aria-label={t('artifacts.show')}
      value={shown}
      onChange={(value) =>
        void navigate({
          to: '/projects/$project/repositories/$repository/digests',
          params: name,
          search: value === 'tagged' || value === 'untagged' ? { shown: value } : {},
        })
      }
      data={[
        { value: 'all', label: t('artifacts.all') },
        { value: 'tagged', label: t('artifacts.tagged') },
        { value: 'untagged', label: t('artifacts.untaggedOnly') },
      ]}
    />
  );
}

function useColumns(name: RepositoryName): readonly Column<Artifact>[] {
  const { t } = useText();
  return [
    {
      key: 'digest',
      title: t('tags.digest'),
      cell: ({ digest }) => (
        <span style={{ whiteSpace: 'nowrap' }}>
          <TextLink
            to="/projects/$project/repositories/$repository/artifacts/$reference"
            params={{ ...name, reference: digest }}
            ff="monospace"
            size="sm"
          >
            {shortDigest(digest)}
          </TextLink>
          <CopyIcon value={digest} label={`${t('action.copy')}: ${shortDigest(digest)}`} />
        </span>
      ),
    },
    {
      key: 'tags',
      title: t('artifacts.tags'),
      cell: ({ tags }) =>
        tags?.map((tag) => tag.name).join(', ') ?? (
          <Text span c="dimmed" inherit>
            {t('artifacts.untagged')}
          </Text>
        ),
    },
    { key: 'kind', title: t('artifacts.kind'), cell: ({ type }) => type },
    { key: 'platforms', title: t('tags.platforms'), cell: ({ platforms }) => <Platforms platforms={platforms} /> },
    { key: 'size', title: t('tags.size'), numeric: true, cell: ({ size }) => <Bytes value={size} /> },
    { key: 'pushed', title: t('tags.pushed'), sort: 'push_time', cell: ({ push_time: at }) => <Age at={at} /> },
    { key: 'pulled', title: t('tags.pulled'), sort: 'pull_time', cell: ({ pull_time: at }) => <Age at={at} /> },
  ];
}
