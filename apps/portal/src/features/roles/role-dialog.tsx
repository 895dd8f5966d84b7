import { Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { PermissionPicker } from '../../shared/people/permission-picker.tsx';
import { type Permission, permissionOf, wordOf } from '../../shared/people/permissions.ts';
import { type Role, ROLES_KEY } from '../../shared/people/roles.ts';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { createRole, updateRole } from './queries.ts';

export interface RoleDialogProps {
  /** Everything that there is. */
  readonly choices: readonly Permission[];
  readonly role?: Role;
  readonly onClose: () => void;
}

/** Makes a role of single permissions, or changes one. */
export function RoleDialog({ choices, role, onClose }: RoleDialogProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [typed, setTyped] = useState(role?.name ?? '');
  const [description, setDescription] = useState(role?.description ?? '');
  const [words, setWords] = useState<ReadonlySet<string>>(new Set(role?.permissions.map(wordOf)));
  const name = typed.trim();
  const save = async (): Promise<void> => {
    const content = { name, description, permissions: [...words].map(permissionOf) };
    await (role === undefined ? createRole(content) : updateRole(role.id, content));
    await client.invalidateQueries({ queryKey: ROLES_KEY });
    notifyDone(t(role === undefined ? 'roles.madeNote' : 'roles.saved', { name }));
  };
  return (
    <FormDialog
      title={role === undefined ? t('roles.new') : t('roles.editTitle', { name: role.name })}
      size="lg"
      onClose={onClose}
      onSubmit={save}
      submitLabel={role === undefined ? t('action.create') : t('action.save')}
      disabled={name === '' || words.size === 0}
    >
      {role === undefined ? null : (
        <Text size="sm" c="dimmed">
          {t('roles.editHelp')}
        </Text>
      )}
      <TextInput
        data-autofocus
        label={t('roles.name')}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        maxLength={64}
        autoComplete="off"
      />
      <TextInput
        label={t('roles.description')}
        value={description}
        onChange={(event) => setDescription(event.currentTarget.value)}
        maxLength={1024}
        autoComplete="off"
      />
      <PermissionPicker label={t('roles.choose')} choices={choices} value={words} onChange={setWords} />
    </FormDialog>
  );
}
