import { NativeSelect, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useApiCommand } from '../../shared/content/use-api-command.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { ButtonLink, TextLink } from '../../shared/ui/links.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { Age } from '../../shared/ui/values.tsx';
import { RunBadge } from '../../shared/work/run-badge.tsx';
import { RUN_STATES, type RunState } from '../../shared/work/run-states.ts';
import { jobPurpose } from './names.ts';
import { runsQuery, type WorkRun } from './queries.ts';
import { RunProgress } from './run-progress.tsx';
import { useWorkEvents } from './use-work-events.ts';

/** Runs of long work, the newest first; those under way move by themselves. */
export function WorkRuns(): ReactNode {
  const { t } = useText();
  const state = useListState('');
  const { status } = useSearch({ from: '/shell/jobs' });
  const query = useQuery(runsQuery(state.page, status, useWorkEvents()));
  const navigate = useNavigate();
  const apiCommand = useApiCommand();
  const columns: Column<WorkRun>[] = [
    {
      key: 'run',
      title: t('jobs.work'),
      cell: ({ id, kind, creation_time: at }) => (
        <div>
          <TextLink to="/jobs/runs/$run" params={{ run: String(id) }} fw={600}>
            {jobPurpose(t, kind) ?? kind}
          </TextLink>
          <Text size="xs" c="dimmed">
            <Age at={at} />
          </Text>
        </div>
      ),
    },
    { key: 'state', title: t('run.state'), cell: (run) => <RunBadge status={run.status} /> },
    { key: 'by', title: t('jobs.by'), cell: ({ actor, trigger }) => (trigger === 'Schedule' ? t('jobs.bySchedule') : actor) },
    { key: 'progress', title: t('jobs.progress'), cell: (run) => <RunProgress run={run} /> },
  ];
  return (
    <Section title={t('jobs.runs')}>
      <ListView
        label={t('jobs.runs')}
        query={query}
        state={state}
        columns={columns}
        rowKey={(run) => run.id}
        tools={<StateFilter value={status} />}
        narrowed={status !== undefined}
        onClear={() => void navigate({ to: '/jobs', search: {} })}
        empty={{
          title: t('jobs.noRuns'),
          sentence: t('jobs.noRunsHelp'),
          action: <ButtonLink to="/storage">{t('nav.storage')}</ButtonLink>,
          command: apiCommand('POST', '/jobs/storage-fsck/runs', { parameters: { mend: false } }),
        }}
      />
    </Section>
  );
}

function StateFilter({ value }: { readonly value: RunState | undefined }): ReactNode {
  const { t } = useText();
  const navigate = useNavigate();
  return (
    <NativeSelect
      aria-label={t('run.state')}
      value={value ?? ''}
      onChange={(event) => {
        const status = RUN_STATES.find((one) => one === event.currentTarget.value);
        void navigate({ to: '/jobs', search: status === undefined ? {} : { status } });
      }}
      data={[{ value: '', label: t('jobs.anyState') }, ...RUN_STATES.map((one) => ({ value: one, label: t(`run.${one}`) }))]}
    />
  );
}
