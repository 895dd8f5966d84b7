import { ActionIcon, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconLanguage } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { LANGUAGES, type Language, setLanguage, useText } from '../i18n/i18n.ts';
import { MenuButton } from './menu-button.tsx';

const SCHEMES = ['light', 'dark', 'auto'] as const;

/** Language and colours: kept in this browser, also before anyone signed in. */
export function PreferencesMenu(): ReactNode {
  const { t, language } = useText();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const languages = (Object.keys(LANGUAGES) as Language[]).map((key) => ({
    text: LANGUAGES[key],
    lang: key === 'zh' ? 'zh-Hans' : 'en',
    mark: <Chosen when={key === language} />,
    onChoose: () => void setLanguage(key),
  }));
  const schemes = SCHEMES.map((key) => ({
    text: t(`theme.${key}`),
    mark: <Chosen when={key === colorScheme} />,
    onChoose: () => setColorScheme(key),
  }));
  return (
    <MenuButton
      button={
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('nav.preferences')}>
          <IconLanguage size={20} aria-hidden />
        </ActionIcon>
      }
      sections={[
        { label: t('language.label'), entries: languages },
        { label: t('theme.label'), entries: schemes },
      ]}
    />
  );
}

function Chosen({ when }: { readonly when: boolean }): ReactNode {
  return when ? <IconCheck size={16} aria-label="✓" /> : null;
}
