import '@mantine/core/styles/FloatingIndicator.css';
import '@mantine/core/styles/SegmentedControl.css';
import { Group, NativeSelect, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconPin } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { LabelChip } from '../../shared/content/label-chip.tsx';
import { Platforms } from '../../shared/content/platforms.tsx';
import { usableLabelsQuery } from '../../shared/content/usable-labels.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { useProjectRights } from '../../shared/session/session.ts';
import { useRegistryHost } from '../../shared/session/system-info.ts';
import { CopyIcon, shortDigest } from '../../shared/ui/copy.tsx';
import { ButtonLink, TextLink } from '../../shared/ui/links.tsx';
import { Age, Bytes } from '../../shared/ui/values.tsx';
import { FoldedParts } from './folded-parts.tsx';
import { type Artifact, artifactsQuery, type RepositoryName, repositoryQuery, type Shown } from './queries.ts';

const ROUTE = '/shell/projects/$project/repositories/$repository/frame/watched/digests';

export function DigestsTab(): ReactNode {
  const { t } = useText();
  const name = useParams({ from: ROUTE });
  const { shown = 'all', label } = useSearch({ from: ROUTE });
  const state = useListState('-push_time');
  const query = useQuery(artifactsQuery(name, { page: state.page, sort: state.sort, shown, label }));
  const columns = useColumns(name);
  const mayPush = useProjectRights(useQuery(repositoryQuery(name)).data?.project_id)('repository:push');
  const image = `${useRegistryHost()}/${name.project}/${name.repository}`;
  return (
    <ListView
      label={t('repository.tab.digests')}
      query={query}
      state={state}
      columns={columns}
      rowKey={(artifact) => artifact.id}
      narrowed={shown !== 'all' || label !== undefined}
      tools={
        <Group gap="sm">
          <LabelChoice label={label} />
          <ShownChoice shown={shown} />
        </Group>
      }
      empty={{
        title: t('artifacts.none'),
        sentence: t('artifacts.noneHelp'),
        action: <ButtonLink to="/connect">{t('nav.connect')}</ButtonLink>,
        command: mayPush ? `docker push ${image}:1.0` : null,
      }}
    />
  );
}

function LabelChoice({ label }: { readonly label: number | undefined }): ReactNode {
  const { t } = useText();
  const navigate = useNavigate();
  const name = useParams({ from: ROUTE });
  const project = useQuery(repositoryQuery(name)).data?.project_id;
  const usable = useQuery({ ...usableLabelsQuery(project ?? 0), enabled: project !== undefined });
  if (label === undefined && (usable.data === undefined || usable.data.length === 0)) return null;
  return (
    <NativeSelect
      aria-label={t('artifacts.label')}
      value={label === undefined ? '' : String(label)}
      onChange={(event) => {
        const { value } = event.currentTarget;
        void navigate({
          to: '/projects/$project/repositories/$repository/digests',
          params: name,
          search: (old) => ({
            ...(old.shown === undefined ? {} : { shown: old.shown }),
            ...(value === '' ? {} : { label: Number(value) }),
          }),
        });
      }}
      data={[
        { value: '', label: t('artifacts.anyLabel') },
        ...(usable.data ?? []).map(({ id, name: text }) => ({ value: String(id), label: text })),
      ]}
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
          search: (old) => ({
            ...(old.label === undefined ? {} : { label: old.label }),
            ...(value === 'tagged' || value === 'untagged' || value === 'pinned' ? { shown: value } : {}),
          }),
        })
      }
      data={[
        { value: 'all', label: t('artifacts.all') },
        { value: 'tagged', label: t('artifacts.tagged') },
        { value: 'untagged', label: t('artifacts.untaggedOnly') },
        { value: 'pinned', label: t('artifacts.pinned') },
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
      cell: (artifact) => (
        <Stack gap={4}>
          <Group gap={2} wrap="nowrap">
            <TextLink
              to="/projects/$project/repositories/$repository/artifacts/$reference"
              params={{ ...name, reference: artifact.digest }}
              ff="monospace"
              size="sm"
            >
              {shortDigest(artifact.digest)}
            </TextLink>
            <CopyIcon value={artifact.digest} label={`${t('action.copy')}: ${shortDigest(artifact.digest)}`} />
            {artifact.pin === undefined ? null : <IconPin size={16} role="img" aria-label={t('artifacts.pinned')} />}
          </Group>
          <FoldedParts name={name} artifact={artifact} />
        </Stack>
      ),
    },
    {
      key: 'tags',
      title: t('artifacts.tags'),
      cell: ({ tags, labels }) => (
        <Group gap={6}>
          {tags?.map((tag) => tag.name).join(', ') ?? (
            <Text span c="dimmed" inherit>
              {t('artifacts.untagged')}
            </Text>
          )}
          {labels?.map(({ id, name: text, color, description }) => (
            <LabelChip key={id} name={text} color={color} description={description} />
          ))}
        </Group>
      ),
    },
    { key: 'kind', title: t('artifacts.kind'), cell: ({ type }) => type },
    { key: 'platforms', title: t('tags.platforms'), cell: ({ platforms }) => <Platforms platforms={platforms} /> },
    { key: 'size', title: t('tags.size'), numeric: true, cell: ({ size }) => <Bytes value={size} /> },
    { key: 'pushed', title: t('tags.pushed'), sort: 'push_time', cell: ({ push_time: at }) => <Age at={at} /> },
    { key: 'pulled', title: t('tags.pulled'), sort: 'pull_time', cell: ({ pull_time: at }) => <Age at={at} /> },
  ];
}
