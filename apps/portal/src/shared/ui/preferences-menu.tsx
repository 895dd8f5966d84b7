import { ActionIcon, Menu, useMantineColorScheme } from '@mantine/core';
import { IconCheck, IconLanguage } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { LANGUAGES, type Language, setLanguage, useText } from '../i18n/i18n.ts';

const SCHEMES = ['light', 'dark', 'auto'] as const;

/** Language and colours: kept in this browser, also before anyone signed in. */
export function PreferencesMenu(): ReactNode {
  const { t, language } = useText();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('nav.preferences')}>
          <IconLanguage size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('language.label')}</Menu.Label>
        {(Object.keys(LANGUAGES) as Language[]).map((key) => (
          <Menu.Item
            key={key}
            lang={key === 'zh' ? 'zh-Hans' : 'en'}
            rightSection={<Chosen when={key === language} />}
            onClick={() => void setLanguage(key)}
          >
            {LANGUAGES[key]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Label>{t('theme.label')}</Menu.Label>
        {SCHEMES.map((key) => (
          <Menu.Item key={key} rightSection={<Chosen when={key === colorScheme} />} onClick={() => setColorScheme(key)}>
            {t(`theme.${key}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Chosen({ when }: { readonly when: boolean }): ReactNode {
  return when ? <IconCheck size={16} aria-label="✓" /> : null;
}
