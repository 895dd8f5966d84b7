import { Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { useCurrentUser } from '../../shared/session/session.ts';
import { TextLink } from '../../shared/ui/links.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { jobPurpose } from './names.ts';
import { jobsQuery, runningQuery } from './queries.ts';
import { RunProgress } from './run-progress.tsx';
import { useWorkEvents } from './use-work-events.ts';

/** Of the dashboard: what the server works on now, for administrators. */
export function RunningWork(): ReactNode {
  return (
    <>
      {useCurrentUser().sysadmin_flag ? <Running /> : null}
      <Outlet />
    </>
  );
}

function Running(): ReactNode {
  const { t } = useText();
  return (
    <Section title={t('jobs.now')} actions={<TextLink to="/jobs">{t('jobs.title')}</TextLink>}>
      <Now />
    </Section>
  );
}

function Now(): ReactNode {
  const { t } = useText();
  const isLive = useWorkEvents();
  const runs = useQuery(runningQuery(isLive));
  const jobs = useQuery({ ...jobsQuery, select: (all) => all.filter(({ running }) => running) });
  if (runs.isPending || jobs.isPending) return <LoadingState rows={1} />;
  if (runs.data === undefined) return <ErrorState error={runs.error} onRetry={() => void runs.refetch()} />;
  const background = (jobs.data ?? []).map(({ name }) => jobPurpose(t, name) ?? name);
  return (
    <Stack gap="sm">
      {runs.data.items.map((run) => (
        <Group key={run.id} justify="space-between" align="flex-start" gap="md">
          <TextLink to="/jobs/runs/$run" params={{ run: String(run.id) }} fw={600}>
            {jobPurpose(t, run.kind) ?? run.kind}
          </TextLink>
          <RunProgress run={run} />
        </Group>
      ))}
      {runs.data.total > runs.data.items.length ? (
        <TextLink to="/jobs">{t('jobs.more', { count: runs.data.total - runs.data.items.length })}</TextLink>
      ) : null}
      {background.length > 0 ? (
        <Text size="sm" c="dimmed">
          {t('jobs.byItself', { names: background.join(', ') })}
        </Text>
      ) : null}
      {runs.data.total === 0 && background.length === 0 ? (
        <Text size="sm" c="dimmed">
          {t('jobs.nothingNow')}
        </Text>
      ) : null}
    </Stack>
  );
}
