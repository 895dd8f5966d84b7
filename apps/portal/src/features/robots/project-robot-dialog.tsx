import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { PermissionPicker } from '../../shared/people/permission-picker.tsx';
import { Refusal } from '../../shared/ui/dialogs.tsx';
import { LoadingState } from '../../shared/ui/states.tsx';
import { inProject, type Preset, presetOf, wordsOf, wordsOfPreset } from './project-robot-rights.ts';
import { givableQuery } from './queries.ts';
import { type RobotDialogProps, RobotForm } from './robot-form.tsx';

const CHOSEN = 'chosen';

/** Makes a robot of a project, or changes its rights and its life. */
export function ProjectRobotDialog({ project, ...props }: RobotDialogProps & { readonly project: string }): ReactNode {
  const { t } = useText();
  const [words, setWords] = useState(props.robot === undefined ? wordsOfPreset('pull') : wordsOf(props.robot.permissions));
  const [kind, setKind] = useState<Preset | typeof CHOSEN>(presetOf(words) ?? CHOSEN);
  const choose = (next: string): void => {
    setKind(next as Preset | typeof CHOSEN);
    if (next !== CHOSEN) setWords(wordsOfPreset(next as Preset));
  };
  return (
    <RobotForm {...props} level="project" nameHelp={t('robots.nameHelp', { project })} permissions={inProject(project, words)}>
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
    </RobotForm>
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
