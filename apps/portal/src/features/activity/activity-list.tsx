import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { eventInWords, statusInWords } from '../../shared/audit/audit-words.ts';
import { OutcomeBadge } from '../../shared/audit/outcome-badge.tsx';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import type { EmptyStateProps } from '../../shared/ui/states.tsx';
import { Age } from '../../shared/ui/values.tsx';
import { activityQuery, type AuditEntry } from './queries.ts';
import { useContentEvents } from './use-content-events.ts';

interface ActivityListProps {
  readonly intro: string;
  /** Only what was done in this project. */
  readonly project?: string;
  /** Where nothing was done yet. */
  readonly empty: Omit<EmptyStateProps, 'title'>;
}

/** What was done and what was denied, the newest first; what is pushed or deleted meanwhile comes by itself. */
export function ActivityList({ intro, project, empty }: ActivityListProps): ReactNode {
  const { t } = useText();
  const state = useListState('');
  const query = useQuery(activityQuery(project, state, useContentEvents(project)));
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {intro}
      </Text>
      <ListView
        label={t('activity.tab')}
        query={query}
        state={state}
        columns={useColumns()}
        rowKey={(entry) => entry.id}
        filterLabel={t('activity.filter')}
        empty={{ title: t('activity.none'), ...empty }}
      />
    </Stack>
  );
}

function useColumns(): readonly Column<AuditEntry>[] {
  const { t } = useText();
  return [
    { key: 'when', title: t('activity.when'), cell: ({ op_time: at }) => <Age at={at} /> },
    {
      key: 'who',
      title: t('activity.who'),
      cell: ({ username, client_address: address }) => (
        <div>
          <Text size="sm" fw={600}>
            {username}
          </Text>
          <Text size="xs" c="dimmed" style={{ whiteSpace: 'nowrap' }}>
            {t('activity.from', { address })}
          </Text>
        </div>
      ),
    },
    {
      key: 'what',
      title: t('activity.what'),
      cell: (entry) => (
        <Text size="sm" title={entry.operation_description}>
          {eventInWords(t, entry)}
        </Text>
      ),
    },
    {
      key: 'on',
      title: t('activity.on'),
      cell: ({ resource }) => (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {resource}
        </Text>
      ),
    },
    {
      key: 'result',
      title: t('activity.result'),
      cell: ({ operation_result: done, status }) => (
        <OutcomeBadge done={done} meaning={statusInWords(t, status)}>
          {done ? t('activity.done') : t('activity.denied', { status: String(status) })}
        </OutcomeBadge>
      ),
    },
  ];
}
