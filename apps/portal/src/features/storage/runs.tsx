import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Checkbox.css';
import { Badge, Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useApiCommand } from '../../shared/content/use-api-command.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import type { Column } from '../../shared/list/data-table.tsx';
import { useListState } from '../../shared/list/list-search.ts';
import { ListView } from '../../shared/list/list-view.tsx';
import { FormDialog, Refusal } from '../../shared/ui/dialogs.tsx';
import { TextLink } from '../../shared/ui/links.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { Age, Bytes, Count } from '../../shared/ui/values.tsx';
import { RunBadge } from '../../shared/work/run-badge.tsx';
import { type GcRun, parametersOf, runsQuery, scheduleQuery, STORAGE_KEY, startRun } from './queries.ts';
import { useCollectionEvents } from './use-collection-events.ts';

/** Collections that were asked for or planned, and buttons for another one. */
export function Runs(): ReactNode {
  const { t } = useText();
  const state = useListState('');
  const isLive = useCollectionEvents();
  const query = useQuery(runsQuery(state.page, isLive));
  const apiCommand = useApiCommand();
  const columns: Column<GcRun>[] = [
    {
      key: 'run',
      title: t('storage.started'),
      cell: (run) => (
        <Group gap="xs">
          <TextLink to="/storage/runs/$run" params={{ run: String(run.id) }} fw={600}>
            <Age at={run.creation_time} />
          </TextLink>
          {parametersOf(run).dry_run ? (
            <Badge variant="default" radius="sm" tt="none">
              {t('storage.dryRun')}
            </Badge>
          ) : null}
        </Group>
      ),
    },
    { key: 'status', title: t('run.state'), cell: (run) => <RunBadge status={run.job_status} /> },
    {
      key: 'kind',
      title: t('storage.startedBy'),
      cell: ({ job_kind: kind }) => t(kind === 'SCHEDULE' ? 'storage.bySchedule' : 'storage.byPerson'),
    },
    { key: 'blobs', title: t('storage.runBlobs'), numeric: true, cell: (run) => <Count value={parametersOf(run).purged_blobs} /> },
    { key: 'freed', title: t('storage.freed'), numeric: true, cell: (run) => <Bytes value={parametersOf(run).freed_space} /> },
  ];
  return (
    <Section title={t('storage.runs')} actions={<RunButtons />}>
      <Stack gap="sm">
        <NextRun />
        <ListView
          label={t('storage.runs')}
          query={query}
          state={state}
          columns={columns}
          rowKey={(run) => run.id}
          empty={{
            title: t('storage.noRuns'),
            sentence: t('storage.noRunsHelp'),
            // The buttons stand above.
            action: null,
            command: apiCommand('POST', '/system/gc/schedule', { schedule: { type: 'Manual' }, parameters: { dry_run: true } }),
          }}
        />
      </Stack>
    </Section>
  );
}

/** Beside the runs told here there is the collection of every minute, which needs nobody. */
function NextRun(): ReactNode {
  const { t } = useText();
  const next = useQuery(scheduleQuery).data?.schedule?.next_scheduled_time;
  return (
    <Text size="sm" c="dimmed">
      {t('storage.always')} {next === undefined ? t('storage.noNext') : t('storage.next')}
      {next === undefined ? null : (
        <>
          {' '}
          <Age at={next} />
        </>
      )}
    </Text>
  );
}

function RunButtons(): ReactNode {
  const { t } = useText();
  const [asking, setAsking] = useState(false);
  const start = useStart();
  const dry = useMutation({ mutationFn: () => start({ dry_run: true, delete_untagged: false }) });
  return (
    <Group gap="sm">
      <Button variant="default" size="xs" loading={dry.isPending} onClick={() => dry.mutate()}>
        {t('storage.dryRun')}
      </Button>
      <Button size="xs" onClick={() => setAsking(true)}>
        {t('storage.runNow')}
      </Button>
      <Refusal error={dry.error} />
      {asking ? <RunDialog onClose={() => setAsking(false)} /> : null}
    </Group>
  );
}

function RunDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useText();
  const [untagged, setUntagged] = useState(false);
  const start = useStart();
  return (
    <FormDialog
      title={t('storage.runTitle')}
      onClose={onClose}
      onSubmit={() => start({ dry_run: false, delete_untagged: untagged })}
      submitLabel={t('storage.runNow')}
    >
      <Text size="sm">{t('storage.runLost')}</Text>
      <Checkbox
        label={t('storage.untagged')}
        description={t('storage.untaggedHelp')}
        checked={untagged}
        onChange={(event) => setUntagged(event.currentTarget.checked)}
      />
    </FormDialog>
  );
}

/** Starts a run and opens its page. */
function useStart(): (asked: { dry_run: boolean; delete_untagged: boolean }) => Promise<void> {
  const client = useQueryClient();
  const navigate = useNavigate();
  return async (asked) => {
    const run = await startRun(asked);
    await client.invalidateQueries({ queryKey: STORAGE_KEY });
    await navigate({ to: '/storage/runs/$run', params: { run } });
  };
}
