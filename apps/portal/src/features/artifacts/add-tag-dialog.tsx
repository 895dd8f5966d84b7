import { TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { type ArtifactName, addTag } from './queries.ts';
import { AS_TYPED } from '../../shared/ui/as-typed.ts';

export interface AddTagProps {
  readonly name: ArtifactName;
  readonly onClose: () => void;
  readonly onAdded: () => void;
}

export function AddTagDialog({ name, onClose, onAdded }: AddTagProps): ReactNode {
  const { t } = useText();
  const [tag, setTag] = useState('');
  const add = async (): Promise<void> => {
    await addTag(name, tag.trim());
    onAdded();
    notifyDone(t('artifact.tagAdded', { name: tag.trim() }));
  };
  return (
    <FormDialog title={t('artifact.addTag')} onClose={onClose} onSubmit={add} submitLabel={t('action.add')} disabled={tag.trim() === ''}>
      <TextInput
        data-autofocus
        label={t('artifact.tagName')}
        description={t('artifact.tagNameHelp')}
        value={tag}
        onChange={(event) => setTag(event.currentTarget.value)}
        maxLength={128}
        {...AS_TYPED}
      />
    </FormDialog>
  );
}
