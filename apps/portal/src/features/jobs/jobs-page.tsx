import { Badge, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { formatDuration } from '../../shared/format/duration.ts';
import { useApiCommand } from '../../shared/content/use-api-command.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { sentenceInWords } from '../../shared/i18n/refusals.ts';
import { type Column, DataTable } from '../../shared/list/data-table.tsx';
import { ButtonLink } from '../../shared/ui/links.tsx';
import { Page, Section } from '../../shared/ui/page.tsx';
import { EmptyState, ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { Age } from '../../shared/ui/values.tsx';
import { jobPurpose } from './names.ts';
import { type Job, jobsQuery } from './queries.ts';
import { WorkRuns } from './work-runs.tsx';

/** What the server does by itself, and the long work that people started. */
export function JobsPage(): ReactNode {
  const { t } = useText();
  return (
    <Page title={t('jobs.title')} intro={t('jobs.intro')}>
      <WorkRuns />
      <Section title={t('jobs.background')}>
        <Background />
      </Section>
    </Page>
  );
}

function Background(): ReactNode {
  const { t, language } = useText();
  const query = useQuery(jobsQuery);
  const apiCommand = useApiCommand();
  if (query.isPending) return <LoadingState />;
  if (query.data === undefined) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data.length === 0)
    return (
      <EmptyState
        title={t('jobs.none')}
        sentence={t('jobs.noneHelp')}
        action={<ButtonLink to="/health">{t('nav.health')}</ButtonLink>}
        command={apiCommand('GET', '/jobs')}
      />
    );
  const columns: Column<Job>[] = [
    {
      key: 'job',
      title: t('jobs.job'),
      cell: ({ name }) => (
        <div>
          <Text size="sm" fw={600}>
            {jobPurpose(t, name) ?? name}
          </Text>
          <Text size="xs" c="dimmed" ff="monospace">
            {name}
          </Text>
        </div>
      ),
    },
    { key: 'state', title: t('run.state'), cell: (job) => <JobState job={job} /> },
    { key: 'last', title: t('jobs.last'), cell: ({ last_start_time: at }) => <Age at={at} /> },
    {
      key: 'took',
      title: t('jobs.took'),
      numeric: true,
      cell: ({ seconds }) => (seconds === undefined ? '' : formatDuration(seconds, language)),
    },
    { key: 'next', title: t('jobs.next'), cell: ({ next_time: at }) => (at === undefined ? '' : <Age at={at} />) },
    {
      key: 'schedule',
      title: t('jobs.schedule'),
      cell: ({ schedule }) => (
        <Text size="xs" ff="monospace" style={{ whiteSpace: 'nowrap' }}>
          {schedule}
        </Text>
      ),
    },
  ];
  return (
    <Stack gap="sm">
      {query.isError ? <ErrorState error={query.error} onRetry={() => void query.refetch()} /> : null}
      <DataTable label={t('jobs.background')} columns={columns} rows={query.data} rowKey={({ name }) => name} />
    </Stack>
  );
}

function JobState({ job }: { readonly job: Job }): ReactNode {
  const { t } = useText();
  const { text, color } = stateOf(job);
  return (
    <Stack gap={2} align="flex-start">
      <Badge color={color} variant="light" radius="sm" tt="none" miw="max-content">
        {t(text)}
      </Badge>
      {job.problem === '' ? null : (
        <Text size="xs" c="red" style={{ overflowWrap: 'anywhere' }}>
          {sentenceInWords(t, { ...job, message: job.problem })}{' '}
          {job.failing_since === undefined ? null : (
            <>
              ({t('jobs.failingSince')} <Age at={job.failing_since} />)
            </>
          )}
        </Text>
      )}
    </Stack>
  );
}

function stateOf({ running, problem, last_start_time: last }: Job) {
  if (running) return { text: 'run.Running', color: 'harbour' } as const;
  if (problem !== '') return { text: 'run.Error', color: 'red' } as const;
  return last === undefined ? ({ text: 'run.Pending', color: 'gray' } as const) : ({ text: 'jobs.well', color: 'teal' } as const);
}
