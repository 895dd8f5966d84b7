import { Badge, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { type Column, DataTable } from '../../shared/list/data-table.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { Bytes } from '../../shared/ui/values.tsx';
import { MoreRows } from './more-rows.tsx';
import { changesQuery, type Compared, type FileChange } from './queries.ts';
import { UnreadableLayers } from './reading-layers.tsx';

/** The files that differ, part by part. */
export function ChangedFiles(compared: Compared): ReactNode {
  const { t } = useText();
  return (
    <Section title={t('compare.files')}>
      <Changes {...compared} />
    </Section>
  );
}

function Changes(compared: Compared): ReactNode {
  const { t } = useText();
  const query = useInfiniteQuery(changesQuery(compared));
  const columns = useColumns();
  const last = query.data?.pages.at(-1);
  if (query.isPending) return <LoadingState rows={3} />;
  if (last === undefined) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const changes = query.data?.pages.flatMap((page) => page.changes) ?? [];
  return (
    <Stack gap="md">
      {last.settled ? null : (
        <Text size="sm" role="status">
          {t('compare.waiting')}
        </Text>
      )}
      <UnreadableLayers layers={last.unreadable} />
      {changes.length > 0 ? (
        <DataTable label={t('compare.files')} columns={columns} rows={changes} rowKey={({ path, change }) => `${change} ${path}`} />
      ) : last.settled && !query.hasNextPage && last.unreadable.length === 0 ? (
        <Text c="dimmed">{t('compare.filesSame')}</Text>
      ) : null}
      <MoreRows query={query} shown={changes.length} />
    </Stack>
  );
}

function useColumns(): readonly Column<FileChange>[] {
  const { t } = useText();
  return [
    {
      key: 'path',
      title: t('files.name'),
      cell: ({ path }) => (
        <Text span size="sm" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
          {path}
        </Text>
      ),
    },
    {
      key: 'change',
      title: t('compare.change'),
      cell: ({ change }) => (
        <Badge variant="light" color={COLOURS[change]} radius="sm" tt="none">
          {t(`compare.change.${change}`)}
        </Badge>
      ),
    },
    { key: 'from', title: t('compare.from'), numeric: true, cell: ({ from }) => <Side side={from} /> },
    { key: 'to', title: t('compare.to'), numeric: true, cell: ({ to }) => <Side side={to} /> },
  ];
}

const COLOURS = { added: 'teal', removed: 'red', changed: 'yellow' } as const;

function Side({ side }: { readonly side: FileChange['from'] }): ReactNode {
  const { t } = useText();
  if (side === undefined) return null;
  return (
    <>
      {side.kind === 'file' ? <Bytes value={side.size} /> : t(`files.kind.${side.kind}`)}
      <Text size="xs" c="dimmed" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
        {side.target === undefined ? side.mode : `→ ${side.target}`}
      </Text>
    </>
  );
}
