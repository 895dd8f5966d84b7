import '@mantine/core/styles/InlineInput.css';
import '@mantine/core/styles/Switch.css';
import { Switch, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { useRegistryHost } from '../../shared/session/system-info.ts';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { PROJECTS_KEY } from '../../shared/session/project.ts';
import { notifyDone } from '../../shared/ui/notify.ts';
import { createProject } from './queries.ts';
import { AS_TYPED } from '../../shared/ui/as-typed.ts';

export function NewProjectDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useText();
  const [name, setName] = useState('');
  const [isPublic, setPublic] = useState(false);
  const host = useRegistryHost();
  const client = useQueryClient();
  const navigate = useNavigate();
  const create = async (): Promise<void> => {
    await createProject(name.trim(), isPublic);
    await client.invalidateQueries({ queryKey: PROJECTS_KEY });
    notifyDone(t('projects.madeNote', { name: name.trim() }));
    await navigate({ to: '/projects/$project', params: { project: name.trim() } });
  };
  return (
    <FormDialog
      title={t('projects.new')}
      onClose={onClose}
      onSubmit={create}
      submitLabel={t('action.create')}
      disabled={name.trim() === ''}
    >
      <TextInput
        data-autofocus
        label={t('projects.name')}
        description={t('projects.nameHelp', { host })}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        maxLength={255}
        {...AS_TYPED}
      />
      <Switch
        label={t('projects.makePublic')}
        description={t('projects.publicHelp')}
        checked={isPublic}
        onChange={(event) => setPublic(event.currentTarget.checked)}
      />
    </FormDialog>
  );
}
