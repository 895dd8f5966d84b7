import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { formatDuration } from '../../shared/format/duration.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { Refusal } from '../../shared/ui/dialogs.tsx';
import { type Fact, FactList } from '../../shared/ui/fact-list.tsx';
import { TextLink } from '../../shared/ui/links.tsx';
import { LogView } from '../../shared/ui/log-view.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Page, Section } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { Age } from '../../shared/ui/values.tsx';
import { RunBadge } from '../../shared/work/run-badge.tsx';
import { isUnderWay } from '../../shared/work/run-states.ts';
import { jobPurpose } from './names.ts';
import { JOBS_KEY, mayRunAgain, runAgain, runQuery, stopRun, type WorkRun } from './queries.ts';
import { RunProgress } from './run-progress.tsx';
import { useWorkEvents } from './use-work-events.ts';

/** One run of long work, live: progress, what it was asked, what it came to, its log. */
export function JobRunPage(): ReactNode {
  const { t } = useText();
  const { run: id } = useParams({ from: '/shell/jobs/runs/$run' });
  const isLive = useWorkEvents(id);
  const query = useQuery(runQuery(id, isLive));
  const run = query.data?.run;
  const crumb = (
    <TextLink key="jobs" to="/jobs">
      {t('jobs.title')}
    </TextLink>
  );
  return (
    <Page
      title={run === undefined ? t('jobs.run', { id }) : `${jobPurpose(t, run.kind) ?? run.kind} · ${id}`}
      crumbs={[crumb]}
      beside={run === undefined ? null : <RunBadge status={run.status} />}
      actions={run === undefined ? null : <Buttons run={run} />}
    >
      {query.isPending ? (
        <LoadingState />
      ) : query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <>
          <Section title={t('jobs.progress')}>
            <RunProgress run={query.data.run} />
          </Section>
          <Facts run={query.data.run} />
          <Section title={t('run.log')}>
            {query.data.log === '' ? <Text c="dimmed">{t('run.noLog')}</Text> : <LogView label={t('run.log')} text={query.data.log} />}
          </Section>
        </>
      )}
    </Page>
  );
}

function Facts({ run }: { readonly run: WorkRun }): ReactNode {
  const { t, language } = useText();
  const { start_time: start, end_time: end } = run;
  const facts: Fact[] = [
    { name: t('jobs.by'), value: run.trigger === 'Schedule' ? t('jobs.bySchedule') : run.actor },
    { name: t('jobs.asked'), value: <Age at={run.creation_time} /> },
    ...(start === undefined ? [] : [{ name: t('jobs.started'), value: <Age at={start} /> }]),
    ...(start === undefined || end === undefined
      ? []
      : [{ name: t('jobs.took'), value: formatDuration((Date.parse(end) - Date.parse(start)) / 1000, language) }]),
    ...entries(run.parameters),
    ...entries(run.result),
  ];
  return (
    <Section>
      <FactList facts={facts} />
    </Section>
  );
}

/** Parameters and results are of the kind of work: shown as the API names them. */
function entries(values: Readonly<Record<string, unknown>>): readonly Fact[] {
  return Object.entries(values).map(([name, value]) => ({
    name,
    value: typeof value === 'string' ? value : JSON.stringify(value),
    code: true,
  }));
}

function Buttons({ run }: { readonly run: WorkRun }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const navigate = useNavigate();
  const stop = useMutation({
    mutationFn: () => stopRun(run.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: JOBS_KEY });
      notifyDone(t('run.stopping'));
    },
  });
  const again = useMutation({
    mutationFn: () => runAgain(run),
    onSuccess: (id) => navigate({ to: '/jobs/runs/$run', params: { run: id } }),
  });
  return (
    <Group gap="sm">
      {isUnderWay(run.status) ? (
        <Button variant="default" loading={stop.isPending} disabled={run.stop_wanted} onClick={() => stop.mutate()}>
          {t(run.stop_wanted ? 'run.stopping' : 'run.stop')}
        </Button>
      ) : null}
      {mayRunAgain(run) ? (
        <Button loading={again.isPending} onClick={() => again.mutate()}>
          {t('jobs.again')}
        </Button>
      ) : null}
      <Refusal error={stop.error ?? again.error} />
    </Group>
  );
}
