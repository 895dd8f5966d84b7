import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { Refusal } from '../../shared/ui/dialogs.tsx';
import { FactList } from '../../shared/ui/fact-list.tsx';
import { TextLink } from '../../shared/ui/links.tsx';
import { LogView } from '../../shared/ui/log-view.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Page, Section } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { Age, Bytes, Count } from '../../shared/ui/values.tsx';
import { RunBadge } from '../../shared/work/run-badge.tsx';
import { isUnderWay } from '../../shared/work/run-states.ts';
import { type GcRun, parametersOf, runQuery, STORAGE_KEY, stopRun } from './queries.ts';
import { useCollectionEvents } from './use-collection-events.ts';

/** One collection: how far it is, what it did or would do, and its log as it grows. */
export function StorageRunPage(): ReactNode {
  const { t } = useText();
  const { run: id } = useParams({ from: '/shell/storage/runs/$run' });
  const isLive = useCollectionEvents(id);
  const query = useQuery(runQuery(id, isLive));
  const run = query.data?.run;
  const crumb = (
    <TextLink key="storage" to="/storage">
      {t('storage.title')}
    </TextLink>
  );
  return (
    <Page
      title={t('storage.run', { id })}
      crumbs={[crumb]}
      beside={run === undefined ? null : <RunBadge status={run.job_status} />}
      actions={run !== undefined && isUnderWay(run.job_status) ? <Stop run={run} /> : null}
    >
      {query.isPending ? (
        <LoadingState />
      ) : query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <>
          <Facts run={query.data.run} />
          <Section title={t('run.log')}>
            {query.data.log === '' ? <Text c="dimmed">{t('run.noLog')}</Text> : <LogView label={t('run.log')} text={query.data.log} />}
          </Section>
        </>
      )}
    </Page>
  );
}

function Facts({ run }: { readonly run: GcRun }): ReactNode {
  const { t } = useText();
  const {
    dry_run: dry,
    purged_blobs: blobs,
    purged_manifests: manifests,
    freed_space: freed,
    delete_untagged: untagged,
  } = parametersOf(run);
  return (
    <Section>
      <FactList
        facts={[
          { name: t('storage.started'), value: <Age at={run.creation_time} /> },
          { name: t('storage.startedBy'), value: t(run.job_kind === 'SCHEDULE' ? 'storage.bySchedule' : 'storage.byPerson') },
          { name: t('storage.what'), value: dry ? t('storage.dryRunHelp') : untagged ? t('storage.untagged') : t('storage.plainRun') },
          { name: t(dry ? 'storage.wouldFree' : 'storage.freed'), value: <Bytes value={freed} /> },
          { name: t('storage.runBlobs'), value: <Count value={blobs} /> },
          { name: t('storage.runManifests'), value: <Count value={manifests} /> },
        ]}
      />
    </Section>
  );
}

function Stop({ run }: { readonly run: GcRun }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const stop = useMutation({
    mutationFn: () => stopRun(run.id),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: STORAGE_KEY });
      notifyDone(t('run.stopping'));
    },
  });
  return (
    <Group gap="sm">
      <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
        {t('run.stop')}
      </Button>
      <Refusal error={stop.error} />
    </Group>
  );
}
