import { Alert, Button, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { ApiError } from '../../shared/api/api-error.ts';
import { useText } from '../../shared/i18n/i18n.ts';
import { refusalInWords } from '../../shared/i18n/refusals.ts';
import { currentUserQuery, signIn } from '../../shared/session/session.ts';
import { Logo } from '../../shared/ui/logo.tsx';
import { PreferencesMenu } from '../../shared/ui/preferences-menu.tsx';
import { localTarget } from './local-target.ts';
import classes from './sign-in-page.module.css';

export function SignInPage(): ReactNode {
  const { t } = useText();
  useEffect(() => {
    document.title = t('signIn.title');
  }, [t]);
  return (
    <main className={classes['frame']}>
      <div className={classes['corner']}>
        <PreferencesMenu />
      </div>
      <div className={classes['column']}>
        <Logo size={40} />
        <Paper className={classes['card'] ?? ''}>
          <Title order={1} size="h3" mb="md">
            {t('signIn.title')}
          </Title>
          <SignInForm />
        </Paper>
        <Text size="sm" c="dimmed">
          <strong>{t('signIn.firstTime')}</strong> {t('signIn.firstTimeHelp')}
        </Text>
      </div>
    </main>
  );
}

function SignInForm(): ReactNode {
  const { t } = useText();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState(false);
  const { to } = useSearch({ from: '/sign-in' });
  const client = useQueryClient();
  const router = useRouter();
  const navigate = useNavigate();
  const attempt = useMutation({
    mutationFn: () => signIn(username, password),
    onSuccess: async (user) => {
      client.clear();
      client.setQueryData(currentUserQuery.queryKey, user);
      const target = localTarget(to);
      if (target === undefined) await navigate({ to: '/' });
      else router.history.push(target);
    },
    onError: () => setPassword(''),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const incomplete = username === '' || password === '';
    setMissing(incomplete);
    if (!incomplete && !attempt.isPending) attempt.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <TextInput
          label={t('signIn.username')}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          maxLength={255}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
          error={missing && username === '' ? t('signIn.missing') : undefined}
        />
        <PasswordInput
          label={t('signIn.password')}
          name="password"
          autoComplete="current-password"
          maxLength={255}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          error={missing && password === '' ? t('signIn.missing') : undefined}
        />
        <SignInTrouble error={attempt.error} />
        <Button type="submit" loading={attempt.isPending} fullWidth>
          {t('signIn.submit')}
        </Button>
      </Stack>
    </form>
  );
}

function SignInTrouble({ error }: { readonly error: Error | null }): ReactNode {
  const { t } = useText();
  if (error === null) return null;
  const known = error instanceof ApiError ? error : undefined;
  return (
    <Alert color="red" role="alert">
      {known?.status === 401 ? t('signIn.wrong') : known?.status === 0 ? t('state.offline') : refusalInWords(t, error)}
      {known?.retryAfter === undefined ? null : ` ${t('signIn.wait', { count: known.retryAfter })}`}
    </Alert>
  );
}
