import { Badge, Button, Group } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useApiCommand } from '../../shared/content/use-api-command.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { sentenceInWords } from '../../shared/i18n/refusals.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import type { Project } from '../../shared/session/project.ts';
import { useProjectRights } from '../../shared/session/session.ts';
import { ConfirmDialog, Refusal } from '../../shared/ui/dialogs.tsx';
import { TextLink } from '../../shared/ui/links.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Section } from '../../shared/ui/page.tsx';
import { Age } from '../../shared/ui/values.tsx';
import { isUnderWay } from '../../shared/work/run-states.ts';
import { executionsQuery, RETENTION_KEY, type RetentionExecution, startRun, stopRun } from './queries.ts';
import { RunState } from './run-state.tsx';
import { useRetentionEvents } from './use-retention-events.ts';

interface RunsProps {
  readonly project: Project;
  readonly policyId: number;
}

/** What the policy did, and buttons to let it do it now. */
export function Runs({ project, policyId }: RunsProps): ReactNode {
  const { t } = useText();
  const state = useListState('');
  const isLive = useRetentionEvents(project.name);
  const query = useQuery(executionsQuery(policyId, { page: state.page, isLive }));
  const mayRun = useProjectRights(project.project_id)('tag-retention:operate');
  const columns = useColumns({ project, policyId }, mayRun);
  const apiCommand = useApiCommand();
  return (
    <Section title={t('retention.runs')} actions={mayRun ? <RunButtons project={project} policyId={policyId} /> : null}>
      <ListView
        label={t('retention.runs')}
        query={query}
        state={state}
        columns={columns}
        rowKey={(run) => run.id}
        empty={{
          title: t('retention.noRuns'),
          sentence: t('retention.noRunsHelp'),
          // The buttons stand above.
          action: null,
          command: mayRun ? apiCommand('POST', `/retentions/${policyId}/executions`, { dry_run: true }) : null,
        }}
      />
    </Section>
  );
}

function RunButtons({ project, policyId }: RunsProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const start = async (dryRun: boolean): Promise<void> => {
    await startRun(policyId, dryRun);
    await client.invalidateQueries({ queryKey: [...RETENTION_KEY, 'executions'] });
    notifyDone(t('retention.started'));
  };
  const dry = useMutation({ mutationFn: () => start(true) });
  return (
    <Group gap="sm">
      <Button variant="default" size="xs" loading={dry.isPending} onClick={() => dry.mutate()}>
        {t('retention.dryRun')}
      </Button>
      <Button size="xs" onClick={() => setAsking(true)}>
        {t('retention.runNow')}
      </Button>
      <Refusal error={dry.error} />
      {asking ? (
        <ConfirmDialog
          title={t('retention.runTitle', { name: project.name })}
          lost={t('retention.runLost')}
          confirmLabel={t('retention.runNow')}
          onClose={() => setAsking(false)}
          onConfirm={() => start(false)}
        />
      ) : null}
    </Group>
  );
}

function useColumns({ project, policyId }: RunsProps, mayRun: boolean): readonly Column<RetentionExecution>[] {
  const { t } = useText();
  return [
    {
      key: 'run',
      title: t('retention.started.at'),
      cell: ({ id, start_time: at, dry_run: dry }) => (
        <Group gap="xs">
          <TextLink to="/projects/$project/retention/$run" params={{ project: project.name, run: String(id) }} fw={600}>
            <Age at={at} />
          </TextLink>
          {dry ? (
            <Badge variant="default" radius="sm" tt="none">
              {t('retention.dryRun')}
            </Badge>
          ) : null}
        </Group>
      ),
    },
    {
      key: 'status',
      title: t('retention.status'),
      cell: (run) => <RunState status={run.status} message={sentenceInWords(t, { ...run, message: run.status_message })} />,
    },
    {
      key: 'trigger',
      title: t('retention.trigger'),
      cell: ({ trigger }) => t(trigger === 'Schedule' ? 'retention.trigger.Schedule' : 'retention.trigger.Manual'),
    },
    { key: 'took', title: t('retention.took'), cell: (run) => <Took run={run} /> },
    {
      key: 'stop',
      title: t('retention.stop'),
      quietTitle: true,
      corner: true,
      cell: (run) => (mayRun && isUnderWay(run.status) ? <Stop policyId={policyId} run={run} /> : null),
    },
  ];
}

function Took({ run }: { readonly run: RetentionExecution }): ReactNode {
  const { t } = useText();
  if (run.end_time === '') return null;
  return t('retention.seconds', { count: Math.max(0, Math.round((Date.parse(run.end_time) - Date.parse(run.start_time)) / 1000)) });
}

function Stop({ policyId, run }: { readonly policyId: number; readonly run: RetentionExecution }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [asking, setAsking] = useState(false);
  const stop = async (): Promise<void> => {
    await stopRun(policyId, run.id);
    await client.invalidateQueries({ queryKey: RETENTION_KEY });
    notifyDone(t('retention.stopped'));
  };
  return (
    <>
      <Button size="xs" variant="default" onClick={() => setAsking(true)}>
        {t('retention.stop')}
      </Button>
      {asking ? (
        <ConfirmDialog
          title={t('retention.stopTitle')}
          lost={t('retention.stopLost')}
          confirmLabel={t('retention.stop')}
          onClose={() => setAsking(false)}
          onConfirm={stop}
        />
      ) : null}
    </>
  );
}
