import { NativeSelect, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { PermissionPicker } from '../../shared/people/permission-picker.tsx';
import { AS_TYPED } from '../../shared/ui/as-typed.ts';
import { FormDialog, Refusal } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { LoadingState } from '../../shared/ui/states.tsx';
import { inProject, type Preset, presetOf, wordsOf, wordsOfPreset } from './project-robot-rights.ts';
import { createRobot, givableQuery, ROBOTS_KEY, type Robot, updateRobot } from './queries.ts';
import { RobotLife, useRobotLife } from './robot-life.tsx';
import type { ToldSecret } from './robots-tab.tsx';

const CHOSEN = 'chosen';

export interface ProjectRobotDialogProps {
  readonly project: string;
  /** Absent: a new one is made. */
  readonly robot?: Robot;
  readonly onClose: () => void;
  readonly onTold: (told: ToldSecret) => void;
}

/** Makes a robot of a project, or changes its rights and its life. */
export function ProjectRobotDialog({ project, robot, onClose, onTold }: ProjectRobotDialogProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [typed, setTyped] = useState('');
  const [description, setDescription] = useState(robot?.description ?? '');
  const life = useRobotLife(robot);
  const [words, setWords] = useState(robot === undefined ? wordsOfPreset('pull') : wordsOf(robot.permissions));
  const [kind, setKind] = useState<Preset | typeof CHOSEN>(presetOf(words) ?? CHOSEN);
  const name = robot?.name ?? typed.trim();
  const choose = (next: string): void => {
    setKind(next as Preset | typeof CHOSEN);
    if (next !== CHOSEN) setWords(wordsOfPreset(next as Preset));
  };
  const save = async (): Promise<void> => {
    const permissions = inProject(project, words);
    if (robot === undefined) onTold(await createRobot({ name, description, level: 'project', days: life.duration, permissions }));
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
      disabled={name === '' || words.size === 0}
    >
      {robot === undefined ? (
        <TextInput
          data-autofocus
          label={t('robots.name')}
          description={t('robots.nameHelp', { project })}
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
      <NativeSelect
        label={t('robots.may')}
        value={kind}
        onChange={(event) => choose(event.currentTarget.value)}
        data={[
          { value: 'pull', label: t('robots.pull') },
          { value: 'push', label: t('robots.push') },
          { value: CHOSEN, label: t('robots.chosen') },
        ]}
      />
      {kind === CHOSEN ? <ChosenRights words={words} onChange={setWords} /> : null}
      <RobotLife {...life} />
    </FormDialog>
  );
}

interface ChosenRightsProps {
  readonly words: ReadonlySet<string>;
  readonly onChange: (words: ReadonlySet<string>) => void;
}

function ChosenRights({ words, onChange }: ChosenRightsProps): ReactNode {
  const { t } = useText();
  const givable = useQuery(givableQuery);
  if (givable.error !== null) return <Refusal error={givable.error} />;
  if (givable.data === undefined) return <LoadingState rows={3} />;
  return <PermissionPicker label={t('robots.chosenRights')} choices={givable.data.project} value={words} onChange={onChange} />;
}
