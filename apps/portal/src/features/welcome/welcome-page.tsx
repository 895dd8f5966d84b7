import { Group, Text, Title } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { useCurrentUser } from '../../shared/session/session.ts';
import { TextLink } from '../../shared/ui/links.tsx';
import { Logo } from '../../shared/ui/logo.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { PreferencesMenu } from '../../shared/ui/preferences-menu.tsx';
import { AddressStep } from './address-step.tsx';
import { PasswordStep } from './password-step.tsx';
import { PushStep } from './push-step.tsx';
import classes from './welcome-page.module.css';

const TITLES = ['welcome.password', 'welcome.address', 'welcome.project'] as const;
const STEPS = TITLES.length;

/** What the first administrator does first: a password of his own, a look at the address, a first push. */
export function WelcomePage(): ReactNode {
  const { t } = useText();
  const navigate = useNavigate();
  const { password_generated: generated } = useCurrentUser();
  const { step: asked = 2 } = useSearch({ from: '/welcome' });
  const step = generated === true ? 1 : asked;
  useEffect(() => {
    document.title = t('welcome.title');
  }, [t]);
  return (
    <main className={classes['frame']}>
      <div className={classes['corner']}>
        <PreferencesMenu />
      </div>
      <div className={classes['column']}>
        <Group gap="sm">
          <Logo size={32} />
          <Title order={1} size="h2">
            {t('welcome.title')}
          </Title>
        </Group>
        <Text size="sm" c="dimmed">
          {t('welcome.step', { step, steps: STEPS })}
        </Text>
        <Section title={t(TITLES[step - 1] ?? TITLES[1])}>
          {step === 1 ? (
            <PasswordStep />
          ) : step === 2 ? (
            <AddressStep onNext={() => void navigate({ to: '/welcome', search: { step: 3 } })} />
          ) : (
            <PushStep />
          )}
        </Section>
        {generated === true ? null : (
          <Text size="sm">
            <TextLink to="/">{t('welcome.toDashboard')}</TextLink>
          </Text>
        )}
      </div>
    </main>
  );
}
