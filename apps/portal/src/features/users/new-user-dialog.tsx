import { PasswordInput, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { FormDialog } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { createUser, type NewUser, USERS_KEY } from './queries.ts';
import { AS_TYPED } from '../../shared/ui/as-typed.ts';

const EMPTY: NewUser = { username: '', email: '', realname: '', comment: '', password: '' };

export function NewUserDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const { t } = useText();
  const client = useQueryClient();
  const [wanted, setWanted] = useState(EMPTY);
  const field = (name: keyof NewUser) => ({
    value: wanted[name],
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => {
      const { value } = event.currentTarget;
      setWanted((old) => ({ ...old, [name]: value }));
    },
    maxLength: 255,
  });
  const create = async (): Promise<void> => {
    await createUser(wanted);
    await client.invalidateQueries({ queryKey: USERS_KEY });
    notifyDone(t('users.madeNote', { name: wanted.username }));
  };
  const incomplete = wanted.username === '' || wanted.email === '' || wanted.realname === '' || wanted.password === '';
  return (
    <FormDialog title={t('users.new')} onClose={onClose} onSubmit={create} submitLabel={t('action.create')} disabled={incomplete}>
      <TextInput data-autofocus label={t('users.username')} {...AS_TYPED} {...field('username')} />
      <TextInput label={t('users.realname')} autoComplete="off" {...field('realname')} />
      <TextInput label={t('users.email')} type="email" autoComplete="off" {...field('email')} />
      <PasswordInput label={t('users.password')} description={t('users.passwordHelp')} autoComplete="new-password" {...field('password')} />
      <TextInput label={t('users.comment')} autoComplete="off" {...field('comment')} />
    </FormDialog>
  );
}
