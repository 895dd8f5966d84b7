import { Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { describeRepository, REPOSITORIES_KEY, type RepositoryName } from './queries.ts';

export interface DescriptionProps {
  readonly name: RepositoryName;
  readonly description: string;
  readonly onClose: () => void;
}

export function DescriptionDialog({ name, description, onClose }: DescriptionProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [typed, setTyped] = useState(description);
  const save = async (): Promise<void> => {
    await describeRepository(name, typed.trim());
    await client.invalidateQueries({ queryKey: REPOSITORIES_KEY });
    notifyDone(t('repository.described'));
  };
  return (
    <FormDialog title={t('repository.describe')} size="lg" onClose={onClose} onSubmit={save} submitLabel={t('action.save')}>
      <Textarea
        data-autofocus
        label={t('repository.description')}
        description={t('repository.descriptionHelp')}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        rows={6}
        maxLength={65_536}
      />
    </FormDialog>
  );
}
