import { Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { currentUserQuery, useCurrentUser } from '../../shared/session/session.ts';
import { Refusal } from '../../shared/ui/dialogs.tsx';
import { notifyDone } from '../../shared/ui/notify.ts';
import { Page, Section } from '../../shared/ui/page.tsx';
import { AccessTokens } from './access-tokens.tsx';
import { changePassword, type ProfileText, saveProfile } from './queries.ts';

export function ProfilePage(): ReactNode {
  const { t } = useText();
  const { username } = useCurrentUser();
  return (
    <Page title={t('profile.title')} intro={t('profile.intro', { name: username })}>
      <AccessTokens />
      <About />
      <Password />
    </Page>
  );
}

const FIELDS = ['realname', 'email', 'comment'] as const;

function About(): ReactNode {
  const { t } = useText();
  const user = useCurrentUser();
  const client = useQueryClient();
  const [text, setText] = useState<ProfileText>({ realname: user.realname, email: user.email, comment: user.comment });
  const save = useMutation({
    mutationFn: () => saveProfile(user.user_id, text),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: currentUserQuery.queryKey });
      notifyDone(t('profile.saved'));
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Section title={t('profile.about')}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm" maw={460} align="stretch">
          {FIELDS.map((name) => (
            <TextInput
              key={name}
              label={t(`users.${name}`)}
              type={name === 'email' ? 'email' : 'text'}
              autoComplete={name === 'email' ? 'email' : name === 'realname' ? 'name' : 'off'}
              maxLength={255}
              value={text[name]}
              onChange={(event) => {
                const { value } = event.currentTarget;
                setText((old) => ({ ...old, [name]: value }));
              }}
            />
          ))}
          <Refusal error={save.error} />
          <Button type="submit" loading={save.isPending} style={{ alignSelf: 'flex-start' }}>
            {t('action.save')}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}

/** Changing it ends every session, this one too, so one signs in again. */
function Password(): ReactNode {
  const { t } = useText();
  const user = useCurrentUser();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [old, setOld] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const save = useMutation({
    mutationFn: () => changePassword(user.user_id, { old, next }),
    onSuccess: async () => {
      notifyDone(t('profile.changed'));
      client.setQueryData(currentUserQuery.queryKey, null);
      await navigate({ to: '/sign-in', search: { to: '/profile' } });
      client.clear();
    },
  });
  const differs = again !== '' && again !== next;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (next === again) save.mutate();
  };
  return (
    <Section title={t('profile.password')}>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm" maw={460}>
          <Text size="sm" c="dimmed">
            {t('profile.changeHelp')}
          </Text>
          <input type="text" name="username" autoComplete="username" value={user.username} readOnly hidden />
          <PasswordInput
            label={t('profile.oldPassword')}
            autoComplete="current-password"
            maxLength={255}
            value={old}
            onChange={(event) => setOld(event.currentTarget.value)}
          />
          <PasswordInput
            label={t('profile.newPassword')}
            description={t('users.passwordHelp')}
            autoComplete="new-password"
            maxLength={255}
            value={next}
            onChange={(event) => setNext(event.currentTarget.value)}
          />
          <PasswordInput
            label={t('profile.repeatPassword')}
            autoComplete="new-password"
            maxLength={255}
            value={again}
            error={differs ? t('profile.mismatch') : undefined}
            onChange={(event) => setAgain(event.currentTarget.value)}
          />
          <Refusal error={save.error} />
          <Button
            type="submit"
            loading={save.isPending}
            disabled={old === '' || next === '' || again !== next}
            style={{ alignSelf: 'flex-start' }}
          >
            {t('profile.change')}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}
