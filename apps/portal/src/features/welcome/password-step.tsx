import { Button, PasswordInput, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { currentUserQuery, signIn, useCurrentUser } from '../../shared/session/session.ts';
import { Refusal } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { setPassword } from './queries.ts';

const MAX_LENGTH = 255;

/** In the place of the generated password. The session ends with it, so a new one begins at once. */
export function PasswordStep(): ReactNode {
  const { t } = useText();
  const { user_id: id, username } = useCurrentUser();
  const client = useQueryClient();
  const [old, setOld] = useState('');
  const [wanted, setWanted] = useState('');
  const [repeated, setRepeated] = useState('');
  const differ = repeated !== '' && repeated !== wanted;
  const attempt = useMutation({
    mutationFn: async () => {
      await setPassword(id, old, wanted);
      return signIn(username, wanted);
    },
    onSuccess: (user) => {
      client.setQueryData(currentUserQuery.queryKey, user);
      notifyDone(t('welcome.wasSet'));
    },
  });
  const incomplete = old === '' || wanted === '' || repeated !== wanted;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!incomplete && !attempt.isPending) attempt.mutate();
  };
  const field = (value: string, set: (value: string) => void) => ({
    value,
    onChange: (event: { readonly currentTarget: { readonly value: string } }) => set(event.currentTarget.value),
    maxLength: MAX_LENGTH,
  });
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm">{t('welcome.passwordHelp')}</Text>
        <input type="text" name="username" autoComplete="username" value={username} readOnly hidden />
        <PasswordInput label={t('welcome.generated')} name="old" autoComplete="current-password" autoFocus {...field(old, setOld)} />
        <PasswordInput
          label={t('welcome.new')}
          description={t('welcome.newHelp')}
          name="new"
          autoComplete="new-password"
          {...field(wanted, setWanted)}
        />
        <PasswordInput
          label={t('welcome.repeat')}
          name="repeat"
          autoComplete="new-password"
          error={differ ? t('welcome.mismatch') : undefined}
          {...field(repeated, setRepeated)}
        />
        <Refusal error={attempt.error} />
        <Button type="submit" loading={attempt.isPending} disabled={incomplete}>
          {t('welcome.set')}
        </Button>
      </Stack>
    </form>
  );
}
