import { Button, Group, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { ConfirmDialog, Refusal } from '../../shared/ui/dialogs.tsx';
import { TextLink } from '../../shared/ui/links.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Section } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { AUDIT_KEY, keptHours, purge, purgeQuery, type ScheduleType } from './queries.ts';

const TYPES: readonly ScheduleType[] = ['None', 'Hourly', 'Daily', 'Weekly', 'Custom'];
/** A year. */
const USUAL_HOURS = 8_760;
const MAX_HOURS = 240_000;

/** How long records stay, and purges by hand and by plan. */
export function KeptFor(): ReactNode {
  const { t } = useText();
  const query = useQuery(purgeQuery);
  return (
    <Section title={t('audit.kept')}>
      {query.isPending ? (
        <LoadingState rows={3} />
      ) : query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <PurgeForm
          key={query.dataUpdatedAt}
          type={TYPES.find((one) => one === query.data.schedule?.type) ?? 'None'}
          cron={query.data.schedule?.cron ?? ''}
          hours={keptHours(query.data.job_parameters) ?? USUAL_HOURS}
        />
      )}
    </Section>
  );
}

interface PurgeFormProps {
  readonly type: ScheduleType;
  readonly cron: string;
  readonly hours: number;
}

function PurgeForm(saved: PurgeFormProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [type, setType] = useState(saved.type);
  const [cron, setCron] = useState(saved.cron);
  const [typed, setTyped] = useState(String(saved.hours));
  const [asking, setAsking] = useState(false);
  const hours = Number(typed);
  const isHours = Number.isInteger(hours) && hours >= 1 && hours <= MAX_HOURS;
  const save = useMutation({
    mutationFn: () => purge({ type, cron: cron.trim(), hours, dryRun: false }),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: purgeQuery.queryKey });
      notifyDone(t('action.saved'));
    },
  });
  const run = async (dryRun: boolean): Promise<void> => {
    await purge({ type: 'Manual', cron: '', hours, dryRun });
    await client.invalidateQueries({ queryKey: [...AUDIT_KEY, 'entries'] });
    notifyDone(t('audit.purgeStarted'));
  };
  const dry = useMutation({ mutationFn: () => run(true) });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isHours) save.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" maw={560}>
        <Text size="sm">
          {t('audit.keptHelp')}{' '}
          <TextLink to="/jobs" underline="always">
            {t('audit.purges')}
          </TextLink>
        </Text>
        <TextInput
          label={t('audit.hours')}
          description={t('audit.hoursHelp')}
          value={typed}
          inputMode="numeric"
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={isHours ? undefined : t('audit.hoursWrong')}
          maw={320}
        />
        <NativeSelect
          label={t('storage.schedule')}
          description={t('storage.scheduleHelp')}
          value={type}
          onChange={(event) => setType(event.currentTarget.value as ScheduleType)}
          data={TYPES.map((one) => ({ value: one, label: t(`storage.schedule.${one}`) }))}
          maw={320}
        />
        {type === 'Custom' ? (
          <TextInput
            label={t('storage.cron')}
            description={t('storage.cronHelp')}
            value={cron}
            onChange={(event) => setCron(event.currentTarget.value)}
            maxLength={100}
            autoComplete="off"
            spellCheck={false}
            maw={320}
          />
        ) : null}
        <Refusal error={save.error ?? dry.error} />
        <Group gap="sm">
          <Button type="submit" loading={save.isPending} disabled={!isHours}>
            {t('action.save')}
          </Button>
          <Button variant="default" loading={dry.isPending} disabled={!isHours} onClick={() => dry.mutate()}>
            {t('audit.dryPurge')}
          </Button>
          <Button variant="default" disabled={!isHours} onClick={() => setAsking(true)}>
            {t('audit.purgeNow')}
          </Button>
        </Group>
      </Stack>
      {asking ? (
        <ConfirmDialog
          title={t('audit.purgeTitle')}
          lost={t('audit.purgeLost', { hours })}
          confirmLabel={t('audit.purgeNow')}
          onClose={() => setAsking(false)}
          onConfirm={() => run(false)}
        />
      ) : null}
    </form>
  );
}
