import { NativeSelect, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { createRobot, ROBOTS_KEY } from './queries.ts';
import type { ToldSecret } from './robots-tab.tsx';
import { AS_TYPED } from '../../shared/ui/as-typed.ts';

const DAYS = [30, 90, 365] as const;
const FOREVER = -1;

export interface NewRobotProps {
  readonly project: string;
  readonly onClose: () => void;
  readonly onTold: (told: ToldSecret) => void;
}

export function NewRobotDialog({ project, onClose, onTold }: NewRobotProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [rights, setRights] = useState('pull');
  const [days, setDays] = useState('90');
  const create = async (): Promise<void> => {
    onTold(await createRobot({ project, name: name.trim(), description, mayPush: rights === 'push', days: Number(days) }));
    await client.invalidateQueries({ queryKey: ROBOTS_KEY });
  };
  return (
    <FormDialog title={t('robots.new')} onClose={onClose} onSubmit={create} submitLabel={t('action.create')} disabled={name.trim() === ''}>
      <TextInput
        data-autofocus
        label={t('robots.name')}
        description={t('robots.nameHelp', { project })}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={255}
        {...AS_TYPED}
      />
      <TextInput
        label={t('robots.description')}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        maxLength={1024}
        autoComplete="off"
      />
      <NativeSelect
        label={t('robots.may')}
        value={rights}
        onChange={(event) => setRights(event.currentTarget.value)}
        data={[
          { value: 'pull', label: t('robots.pull') },
          { value: 'push', label: t('robots.push') },
        ]}
      />
      <NativeSelect
        label={t('tokens.duration')}
        value={days}
        onChange={(event) => setDays(event.currentTarget.value)}
        data={[
          ...DAYS.map((count) => ({ value: String(count), label: t('tokens.days', { count }) })),
          { value: String(FOREVER), label: t('tokens.forever') },
        ]}
      />
    </FormDialog>
  );
}
