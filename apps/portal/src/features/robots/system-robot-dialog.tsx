import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Radio.css';
import { Alert, Radio, Stack, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { PermissionPicker } from '../../shared/people/permission-picker.tsx';
import { AS_TYPED } from '../../shared/ui/as-typed.ts';
import { LoadingState } from '../../shared/ui/states.tsx';
import { givableQuery } from './queries.ts';
import { type RobotDialogProps, RobotForm } from './robot-form.tsx';
import { draftOf, isMixed, permissionsOf, PULL_ONLY, type RightsDraft } from './system-robot-rights.ts';

/** Makes a robot of the system, or changes its rights and its life. */
export function SystemRobotDialog(props: RobotDialogProps): ReactNode {
  const { t } = useText();
  const { robot } = props;
  const [draft, setDraft] = useState(robot === undefined ? PULL_ONLY : draftOf(robot.permissions));
  return (
    <RobotForm {...props} level="system" nameHelp={t('systemRobots.nameHelp')} permissions={permissionsOf(draft)}>
      {robot !== undefined && isMixed(robot.permissions) ? <Alert color="yellow">{t('systemRobots.mixed')}</Alert> : null}
      <Rights draft={draft} onChange={setDraft} />
    </RobotForm>
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
