import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Radio.css';
import { Alert, Radio, Stack, Textarea, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { PermissionPicker } from '../../shared/people/permission-picker.tsx';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { LoadingState } from '../../shared/ui/states.tsx';
import { createRobot, givableQuery, ROBOTS_KEY, type Robot, updateRobot } from './queries.ts';
import { RobotLife, useRobotLife } from './robot-life.tsx';
import type { ToldSecret } from './robots-tab.tsx';
import { draftOf, isMixed, permissionsOf, PULL_ONLY, type RightsDraft } from './system-robot-rights.ts';
import { AS_TYPED } from '../../shared/ui/as-typed.ts';

export interface SystemRobotDialogProps {
  /** Absent: a new one is made. */
  readonly robot?: Robot;
  readonly onClose: () => void;
  readonly onTold: (told: ToldSecret) => void;
}

/** Makes a robot of the system, or changes its rights and its life. */
export function SystemRobotDialog({ robot, onClose, onTold }: SystemRobotDialogProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const [description, setDescription] = useState(robot?.description ?? '');
  const life = useRobotLife(robot);
  const [draft, setDraft] = useState(robot === undefined ? PULL_ONLY : draftOf(robot.permissions));
  const permissions = permissionsOf(draft);
  const name = robot?.name ?? typed.trim();
  const save = async (): Promise<void> => {
    if (robot === undefined) onTold(await createRobot({ name, description, level: 'system', days: life.duration, permissions }));
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
      disabled={name === '' || permissions.length === 0}
    >
      {robot === undefined ? (
        <TextInput
          data-autofocus
          label={t('robots.name')}
          description={t('systemRobots.nameHelp')}
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
      {robot !== undefined && isMixed(robot.permissions) ? <Alert color="yellow">{t('systemRobots.mixed')}</Alert> : null}
      <Rights draft={draft} onChange={setDraft} />
    </FormDialog>
  );
}

function Rights({ draft, onChange }: { readonly draft: RightsDraft; readonly onChange: (draft: RightsDraft) => void }): ReactNode {
  const { t } = useText();
  const givable = useQuery(givableQuery).data;
  if (givable === undefined) return <LoadingState rows={3} />;
  return (
    <>
      <Radio.Group
        label={t('systemRobots.projects')}
        value={draft.everywhere ? 'all' : 'some'}
        onChange={(value) => onChange({ ...draft, everywhere: value === 'all' })}
      >
        <Stack gap={6} mt={4}>
          <Radio value="some" label={t('systemRobots.inSome')} />
          <Radio value="all" label={t('systemRobots.inAll')} />
        </Stack>
      </Radio.Group>
      {draft.everywhere ? null : (
        <Textarea
          label={t('systemRobots.projectNames')}
          value={draft.projects}
          onChange={(event) => onChange({ ...draft, projects: event.currentTarget.value })}
          rows={2}
          maxLength={8192}
          {...AS_TYPED}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
      )}
      <PermissionPicker
        label={t('systemRobots.projectRights')}
        choices={givable.project}
        value={draft.inProjects}
        onChange={(inProjects) => onChange({ ...draft, inProjects })}
      />
      <PermissionPicker
        label={t('systemRobots.systemRights')}
        choices={givable.system}
        value={draft.inSystem}
        onChange={(inSystem) => onChange({ ...draft, inSystem })}
      />
    </>
  );
}
