import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { createGroup, type Group, GROUPS_KEY, renameGroup } from './queries.ts';

/** Makes a group, or gives one another name. */
export function GroupNameDialog({ group, onClose }: { readonly group?: Group; readonly onClose: () => void }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [typed, setTyped] = useState(group?.group_name ?? '');
  const name = typed.trim();
  const save = async (): Promise<void> => {
    await (group === undefined ? createGroup(name) : renameGroup(group.id, name));
    await client.invalidateQueries({ queryKey: GROUPS_KEY });
    notifyDone(t(group === undefined ? 'groups.madeNote' : 'groups.renamed', { name }));
  };
  return (
    <FormDialog
      title={group === undefined ? t('groups.new') : t('groups.renameTitle', { name: group.group_name })}
      onClose={onClose}
      onSubmit={save}
      submitLabel={group === undefined ? t('action.create') : t('action.save')}
      disabled={name === ''}
    >
      <TextInput
        data-autofocus
        label={t('groups.name')}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        maxLength={255}
        autoComplete="off"
      />
    </FormDialog>
  );
}
