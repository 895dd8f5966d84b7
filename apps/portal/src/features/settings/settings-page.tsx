import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { FactList } from '../../shared/ui/fact-list.tsx';
import { Page, Section } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';
import { type Settings, settingsQuery } from './queries.ts';
import { GROUP_NAMES, GROUPS, isKnown } from './setting-groups.ts';
import { SettingsForm } from './settings-form.tsx';

/** Every setting of the registry, with what it means. What is set at the start, such as ports and storage, is not here. */
export function SettingsPage(): ReactNode {
  const { t } = useText();
  const query = useQuery(settingsQuery);
  return (
    <Page title={t('settings.title')} intro={t('settings.intro')}>
      {query.isPending ? (
        <LoadingState />
      ) : query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <All settings={query.data} />
      )}
    </Page>
  );
}

function All({ settings }: { readonly settings: Settings }): ReactNode {
  const { t } = useText();
  const editable = Object.keys(settings).filter((name) => settings[name]?.editable === true);
  const others = editable.filter((name) => !isKnown(name));
  const idle = Object.entries(settings).filter(([, { editable: mayChange }]) => !mayChange);
  return (
    <>
      {GROUP_NAMES.map((group) => (
        <SettingsForm
          key={group}
          title={t(`settings.group.${group}`)}
          names={GROUPS[group].filter((name) => editable.includes(name))}
          settings={settings}
        />
      ))}
      {others.length === 0 ? null : <SettingsForm title={t('settings.group.others')} names={others} settings={settings} />}
      <Section>
        <details>
          <summary>{t('settings.idle')}</summary>
          <Stack gap="sm" mt="sm">
            <Text size="sm" c="dimmed">
              {t('settings.idleHelp')}
            </Text>
            <FactList facts={idle.map(([name, { value }]) => ({ name, value: String(value), code: true }))} />
          </Stack>
        </details>
      </Section>
    </>
  );
}
