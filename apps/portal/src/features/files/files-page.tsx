import { Button, Group, NativeSelect, Stack } from '@mantine/core';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type ReactNode, useCallback } from 'react';
import { ArtifactTabs } from '../../shared/content/artifact-tabs.tsx';
import { useCrumbs } from '../../shared/content/crumbs.tsx';
import { platformName } from '../../shared/content/platforms.tsx';
import { useText } from '../../shared/i18n/i18n.ts';
import { DataTable } from '../../shared/list/data-table.tsx';
import { FilterField } from '../../shared/list/filter-field.tsx';
import { shortDigest } from '../../shared/ui/copy.tsx';
import { Page } from '../../shared/ui/page.tsx';
import { EmptyState, ErrorState, LoadingState, NoMatch } from '../../shared/ui/states.tsx';
import { DirectoryPath } from './directory-path.tsx';
import { useFileColumns } from './file-columns.tsx';
import { MoreRows } from './more-rows.tsx';
import { filesQuery, platformsQuery } from './queries.ts';
import { ReadingLayers, UnreadableLayers } from './reading-layers.tsx';

const ROUTE = '/shell/projects/$project/repositories/$repository/artifacts/$reference/files';

/** What a container of the image would see: directory by directory, or what a search finds. */
export function FilesPage(): ReactNode {
  const { t } = useText();
  const name = useParams({ from: ROUTE });
  const { directory = '', text = '', platform } = useSearch({ from: ROUTE });
  const navigate = useNavigate();
  const search = useCallback(
    (value: string) =>
      void navigate({
        to: '.',
        replace: true,
        search: (old: object) => ({ ...old, text: value.trim() === '' ? undefined : value.trim() }),
      } as never),
    [navigate],
  );
  return (
    <Page
      title={t('files.title', { name: name.reference.includes(':') ? shortDigest(name.reference) : name.reference })}
      crumbs={useCrumbs(name)}
    >
      <ArtifactTabs
        name={name}
        platform={platform}
        label={t('artifact.tabs')}
        overview={t('artifact.tab.overview')}
        files={t('artifact.tab.files')}
      />
      <Group gap="sm">
        <FilterField value={text} label={t('files.search')} onChange={search} />
        <PlatformField />
      </Group>
      {text === '' ? <DirectoryPath directory={directory} /> : null}
      <Files key={`${directory}\n${text}\n${platform}`} />
    </Page>
  );
}

/** Of an index: which of its images. */
function PlatformField(): ReactNode {
  const { t } = useText();
  const name = useParams({ from: ROUTE });
  const { platform } = useSearch({ from: ROUTE });
  const navigate = useNavigate();
  const names = [...new Set((useQuery(platformsQuery(name)).data ?? []).map(platformName))];
  if (names.length < 2) return null;
  return (
    <NativeSelect
      aria-label={t('artifact.platform')}
      value={platform ?? (names.includes('linux/amd64') ? 'linux/amd64' : names[0])}
      data={names}
      onChange={(event) => void navigate({ to: '.', search: { platform: event.currentTarget.value } } as never)}
    />
  );
}

function Files(): ReactNode {
  const { t } = useText();
  const name = useParams({ from: ROUTE });
  const { directory = '', text = '', platform } = useSearch({ from: ROUTE });
  const query = useInfiniteQuery(filesQuery(name, { directory, text, platform }));
  const last = query.data?.pages.at(-1);
  const layers = last?.layers ?? [];
  const columns = useFileColumns({ name, platform, layers, isSearch: text !== '' });
  if (query.isPending) return <LoadingState />;
  if (last === undefined) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const files = query.data?.pages.flatMap((page) => page.files) ?? [];
  return (
    <Stack gap="md">
      {last.settled ? null : <ReadingLayers layers={layers} />}
      <UnreadableLayers layers={layers} />
      {files.length > 0 ? (
        <DataTable label={t('artifact.tab.files')} columns={columns} rows={files} rowKey={({ path }) => path} />
      ) : layers.every(({ state }) => state === 'ready') ? (
        <Nothing directory={directory} isSearch={text !== ''} />
      ) : null}
      <MoreRows query={query} shown={files.length} />
    </Stack>
  );
}

function Nothing({ directory, isSearch }: { readonly directory: string; readonly isSearch: boolean }): ReactNode {
  const { t } = useText();
  const navigate = useNavigate();
  const go = (search: object): void =>
    void navigate({ to: '.', search: ({ platform }: { platform?: string }) => ({ platform, ...search }) } as never);
  if (isSearch) return <NoMatch title={t('files.noMatch')} onClear={() => go(directory === '' ? {} : { directory })} />;
  return (
    <EmptyState
      title={t('files.none')}
      sentence={t('files.noneHelp')}
      action={
        directory === '' ? null : (
          <Button variant="default" onClick={() => go({})}>
            {t('files.toRoot')}
          </Button>
        )
      }
      command={null}
    />
  );
}
