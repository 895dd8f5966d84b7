import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Switch.css';
import { Button, Group, NativeSelect, Stack, Switch, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { Refusal } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Section } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { type GcPolicy, policyQuery, STORAGE_KEY, savePolicy, saveSchedule, type ScheduleType, scheduleQuery } from './queries.ts';

const TYPES: readonly ScheduleType[] = ['None', 'Hourly', 'Daily', 'Weekly', 'Custom'];
const MAX_HOURS = 87_600;
const MAX_DAYS = 3650;

/** How collection is set, and when a whole sweep runs besides. */
export function CollectionPolicy(): ReactNode {
  const { t } = useText();
  const policy = useQuery(policyQuery);
  const schedule = useQuery(scheduleQuery);
  return (
    <Section title={t('storage.policy')}>
      {policy.isPending || schedule.isPending ? (
        <LoadingState rows={4} />
      ) : policy.data === undefined ? (
        <ErrorState error={policy.error} onRetry={() => void policy.refetch()} />
      ) : schedule.data === undefined ? (
        <ErrorState error={schedule.error} onRetry={() => void schedule.refetch()} />
      ) : (
        <PolicyForm
          key={`${policy.dataUpdatedAt}`}
          policy={policy.data}
          type={typeOf(schedule.data.schedule?.type)}
          cron={schedule.data.schedule?.cron ?? ''}
        />
      )}
    </Section>
  );
}

interface PolicyFormProps {
  readonly policy: GcPolicy;
  readonly type: ScheduleType;
  readonly cron: string;
}

function PolicyForm({ policy, type: savedType, cron: savedCron }: PolicyFormProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [paused, setPaused] = useState(policy.paused);
  const [untagged, setUntagged] = useState(policy.delete_untagged);
  const [hours, setHours] = useState(String(policy.untagged_grace_hours));
  const [pulledDays, setPulledDays] = useState(String(policy.keep_pulled_days));
  const [type, setType] = useState(savedType);
  const [cron, setCron] = useState(savedCron);
  const grace = Number(hours);
  const isGrace = Number.isInteger(grace) && grace >= 1 && grace <= MAX_HOURS;
  const pulled = Number(pulledDays);
  const isPulled = pulledDays.trim() !== '' && Number.isInteger(pulled) && pulled >= 0 && pulled <= MAX_DAYS;
  const save = useMutation({
    mutationFn: async () => {
      // First what may be refused: then nothing was changed.
      if (type !== savedType || (type === 'Custom' && cron !== savedCron)) await saveSchedule(type, cron.trim());
      await savePolicy({ paused, delete_untagged: untagged, untagged_grace_hours: grace, keep_pulled_days: pulled });
    },
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: STORAGE_KEY });
      notifyDone(t('action.saved'));
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (isGrace && isPulled) save.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md" maw={560}>
        <Switch
          label={t('storage.paused')}
          description={t('storage.pausedHelp')}
          checked={paused}
          onChange={(event) => setPaused(event.currentTarget.checked)}
        />
        <Switch
          label={t('storage.untagged')}
          description={t('storage.untaggedHelp')}
          checked={untagged}
          onChange={(event) => setUntagged(event.currentTarget.checked)}
        />
        <TextInput
          label={t('storage.grace')}
          description={t('storage.graceHelp')}
          value={hours}
          inputMode="numeric"
          onChange={(event) => setHours(event.currentTarget.value)}
          error={isGrace ? undefined : t('storage.graceWrong')}
          maw={320}
        />
        <TextInput
          label={t('storage.pulledDays')}
          description={t('storage.pulledDaysHelp')}
          value={pulledDays}
          inputMode="numeric"
          onChange={(event) => setPulledDays(event.currentTarget.value)}
          error={isPulled ? undefined : t('storage.pulledDaysWrong')}
          maw={320}
        />
        <NativeSelect
          label={t('storage.schedule')}
          description={t('storage.scheduleHelp')}
          value={type}
          onChange={(event) => setType(event.currentTarget.value as ScheduleType)}
          data={TYPES.map((one) => ({ value: one, label: t(`storage.schedule.${one}` as 'storage.schedule.None') }))}
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
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          />
        ) : null}
        <Refusal error={save.error} />
        <Group>
          <Button type="submit" loading={save.isPending} disabled={!isGrace || !isPulled}>
            {t('action.save')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function typeOf(text: string | undefined): ScheduleType {
  return TYPES.find((one) => one === text) ?? 'None';
}
