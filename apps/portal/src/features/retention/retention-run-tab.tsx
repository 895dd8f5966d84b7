import { Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView, PAGE_SIZE } from '../../shared/list/list-view.tsx';
import { Pager } from '../../shared/list/pager.tsx';
import { useOpenProject } from '../../shared/session/project.ts';
import { Refusal } from '../../shared/ui/dialogs.tsx';
import { ButtonLink, TextLink } from '../../shared/ui/links.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { LoadingState } from '../../shared/ui/states.tsx';
import { Count } from '../../shared/ui/values.tsx';
import { DecisionTable } from './decision-table.tsx';
import { decisionsQuery, type RetentionTask, tasksQuery } from './queries.ts';
import { policyOf } from './retention-tab.tsx';
import { RunState } from './run-state.tsx';
import { useRetentionEvents } from './use-retention-events.ts';

const ROUTE = '/shell/projects/$project/retention/$run';

/** One run: what it decided in each repository, and why. */
export function RetentionRunTab(): ReactNode {
  const { t } = useText();
  const project = useOpenProject();
  const { run } = useParams({ from: ROUTE });
  const { task } = useSearch({ from: ROUTE });
  const policyId = policyOf(project) ?? 0;
  const state = useListState('');
  const isLive = useRetentionEvents(project.name, run);
  const query = useQuery(tasksQuery(policyId, run, { page: task === undefined ? state.page : 1, isLive }));
  const columns: Column<RetentionTask>[] = [
    {
      key: 'repository',
      title: t('retention.repository'),
      cell: ({ id, repository }) => (
        <TextLink to="/projects/$project/retention/$run" params={{ project: project.name, run }} search={{ task: id }} fw={600}>
          {repository}
        </TextLink>
      ),
    },
    { key: 'status', title: t('retention.status'), cell: ({ status }) => <RunState status={status} /> },
    { key: 'total', title: t('retention.total'), numeric: true, cell: ({ total }) => <Count value={total} /> },
    { key: 'retained', title: t('retention.retained'), numeric: true, cell: ({ retained }) => <Count value={retained} /> },
    { key: 'gone', title: t('retention.gone'), numeric: true, cell: ({ total, retained }) => <Count value={total - retained} /> },
  ];
  return (
    <Stack gap="lg">
      <Group gap="sm">
        <TextLink to="/projects/$project/retention" params={{ project: project.name }}>
          {t('retention.tab')}
        </TextLink>
        <Title order={2} size="h4">
          {t('retention.run', { id: run })}
        </Title>
      </Group>
      <ListView
        label={t('retention.run', { id: run })}
        query={query}
        state={state}
        columns={columns}
        rowKey={({ id }) => id}
        empty={{
          title: t('retention.noTasks'),
          sentence: t('retention.noTasksHelp'),
          action: (
            <ButtonLink to="/projects/$project/retention" params={{ project: project.name }} variant="default">
              {t('retention.tab')}
            </ButtonLink>
          ),
          command: null,
        }}
      />
      {task === undefined ? null : (
        <Decisions policyId={policyId} run={run} task={task} name={query.data?.items.find(({ id }) => id === task)?.repository ?? ''} />
      )}
    </Stack>
  );
}

interface DecisionsProps {
  readonly policyId: number;
  readonly run: string;
  readonly task: number;
  readonly name: string;
}

function Decisions({ policyId, run, task, name }: DecisionsProps): ReactNode {
  const { t } = useText();
  const state = useListState('');
  const query = useQuery(decisionsQuery(policyId, run, { task, page: state.page }));
  if (query.isPending) return <LoadingState rows={3} />;
  if (query.data === undefined) return <Refusal error={query.error} />;
  return (
    <Section title={name}>
      {query.data.items.length === 0 ? (
        <Text c="dimmed">{t('retention.previewNothing', { total: 0 })}</Text>
      ) : (
        <Stack gap="sm">
          <DecisionTable label={name} decisions={query.data.items} />
          <Pager page={state.page} total={query.data.total} pageSize={PAGE_SIZE} onPage={(page) => state.change({ page })} />
        </Stack>
      )}
    </Section>
  );
}
