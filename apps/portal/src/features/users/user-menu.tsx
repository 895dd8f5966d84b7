import { ActionIcon, Menu, PasswordInput, Text } from '@mantine/core';
import { IconDots, IconKey, IconShield, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { ConfirmDialog, FormDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { deleteUser, setAdmin, setPassword, type User, USERS_KEY } from './queries.ts';

/** What an administrator can do with somebody else's account. */
export function UserMenu({ user }: { readonly user: User }): ReactNode {
  const { t } = useText();
  const [open, setOpen] = useState<'password' | 'admin' | 'delete' | undefined>();
  const close = (): void => setOpen(undefined);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('action.actionsFor', { name: user.username })}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconKey size={16} aria-hidden />} onClick={() => setOpen('password')}>
            {t('users.setPassword')}
          </Menu.Item>
          <Menu.Item leftSection={<IconShield size={16} aria-hidden />} onClick={() => setOpen('admin')}>
            {user.sysadmin_flag ? t('users.takeAdmin') : t('users.makeAdmin')}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} aria-hidden />} onClick={() => setOpen('delete')}>
            {t('users.delete')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open === 'password' ? <PasswordDialog user={user} onClose={close} /> : null}
      {open === 'admin' ? <AdminDialog user={user} onClose={close} /> : null}
      {open === 'delete' ? <DeleteDialog user={user} onClose={close} /> : null}
    </>
  );
}

interface DialogProps {
  readonly user: User;
  readonly onClose: () => void;
}

function PasswordDialog({ user, onClose }: DialogProps): ReactNode {
  const { t } = useText();
  const [password, setTyped] = useState('');
  const { username: name } = user;
  const save = async (): Promise<void> => {
    await setPassword(user.user_id, password);
    notifyDone(t('users.passwordSet', { name }));
  };
  return (
    <FormDialog
      title={t('users.setPasswordTitle', { name })}
      onClose={onClose}
      onSubmit={save}
      submitLabel={t('action.save')}
      disabled={password === ''}
    >
      <Text size="sm">{t('users.setPasswordHelp', { name })}</Text>
      <PasswordInput
        data-autofocus
        label={t('profile.newPassword')}
        description={t('users.passwordHelp')}
        value={password}
        onChange={(event) => setTyped(event.currentTarget.value)}
        autoComplete="new-password"
        maxLength={255}
      />
    </FormDialog>
  );
}

function AdminDialog({ user, onClose }: DialogProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const { username: name, sysadmin_flag: isAdmin } = user;
  const save = async (): Promise<void> => {
    await setAdmin(user.user_id, !isAdmin);
    await client.invalidateQueries({ queryKey: USERS_KEY });
    notifyDone(t('action.saved'));
  };
  return (
    <ConfirmDialog
      title={t(isAdmin ? 'users.takeAdminTitle' : 'users.makeAdminTitle', { name })}
      lost={t(isAdmin ? 'users.takeAdminLost' : 'users.makeAdminLost', { name })}
      confirmLabel={isAdmin ? t('users.takeAdmin') : t('users.makeAdmin')}
      onClose={onClose}
      onConfirm={save}
    />
  );
}

function DeleteDialog({ user, onClose }: DialogProps): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const { username: name } = user;
  const remove = async (): Promise<void> => {
    await deleteUser(user.user_id);
    await client.invalidateQueries({ queryKey: USERS_KEY });
    notifyDone(t('users.deleted', { name }));
  };
  return (
    <ConfirmDialog
      title={t('users.deleteTitle', { name })}
      lost={t('users.deleteLost', { name })}
      confirmLabel={t('users.delete')}
      typeName={name}
      onClose={onClose}
      onConfirm={remove}
    />
  );
}
