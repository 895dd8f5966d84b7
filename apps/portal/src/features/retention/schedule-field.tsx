import { NativeSelect, Stack, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { SCHEDULE_NAMES, SCHEDULES, type ScheduleName, scheduleName } from './policy-draft.ts';

export interface ScheduleFieldProps {
  readonly cron: string;
  readonly disabled: boolean;
  readonly onChange: (cron: string) => void;
}

/** A schedule by name, or as cron. */
export function ScheduleField({ cron, disabled, onChange }: ScheduleFieldProps): ReactNode {
  const { t } = useText();
  const [custom, setCustom] = useState(false);
  const name = custom ? 'custom' : scheduleName(cron);
  const choose = (chosen: ScheduleName): void => {
    setCustom(chosen === 'custom');
    if (chosen !== 'custom') onChange(SCHEDULES[chosen]);
    else if (cron === '') onChange(SCHEDULES.daily);
  };
  return (
    <Stack gap="sm" maw={420}>
      <NativeSelect
        label={t('retention.schedule')}
        value={name}
        disabled={disabled}
        onChange={(event) => choose(event.currentTarget.value as ScheduleName)}
        data={SCHEDULE_NAMES.map((one) => ({ value: one, label: t(`retention.schedule.${one}`) }))}
      />
      {name === 'custom' ? (
        <TextInput
          label={t('retention.cron')}
          description={t('retention.cronHelp')}
          value={cron}
          disabled={disabled}
          onChange={(event) => onChange(event.currentTarget.value)}
          maxLength={100}
          autoComplete="off"
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
      ) : null}
    </Stack>
  );
}
