import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { AS_TYPED } from '../../shared/ui/as-typed.ts';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { createRobot, ROBOTS_KEY, type Robot, type RobotPermissions, updateRobot } from './queries.ts';
import { RobotLife, useRobotLife } from './robot-life.tsx';
import type { ToldSecret } from './robots-tab.tsx';

export interface RobotDialogProps {
  /** Absent: a new one is made. */
  readonly robot?: Robot;
  readonly onClose: () => void;
  readonly onTold: (told: ToldSecret) => void;
}

export interface RobotFormProps extends RobotDialogProps {
  readonly level: Robot['level'];
  readonly nameHelp: string;
  /** Empty: nothing is allowed yet, so that there is nothing to save. */
  readonly permissions: RobotPermissions;
  /** Where its rights are chosen. */
  readonly children: ReactNode;
}

/** What robots of the system and of projects have in common: a name, a purpose, a life, and saving them. */
export function RobotForm({ robot, onClose, onTold, level, nameHelp, permissions, children }: RobotFormProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const [description, setDescription] = useState(robot?.description ?? '');
  const life = useRobotLife(robot);
  const name = robot?.name ?? typed.trim();
  const save = async (): Promise<void> => {
    if (robot === undefined) onTold(await createRobot({ name, description, level, days: life.duration, permissions }));
    else {
      await updateRobot(robot, { description, duration: life.duration, permissions });
      notifyDone(t('systemRobots.saved', { name }));
    }
    await client.invalidateQueries({ queryKey: ROBOTS_KEY });
  };
  return (
    <FormDialog
      title={robot === undefined ? t('robots.new') : t('systemRobots.editTitle', { name })}
      size="lg"
      onClose={onClose}
      onSubmit={save}
      submitLabel={robot === undefined ? t('action.create') : t('action.save')}
      disabled={name === '' || permissions.every(({ access }) => access.length === 0)}
    >
      {robot === undefined ? (
        <TextInput
          data-autofocus
          label={t('robots.name')}
          description={nameHelp}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          maxLength={255}
          {...AS_TYPED}
        />
      ) : null}
      <TextInput
        label={t('robots.description')}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        maxLength={1024}
        autoComplete="off"
      />
      <RobotLife {...life} />
      {children}
    </FormDialog>
  );
}
