import { Group, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useText } from '../../shared/i18n/i18n.ts';
import { componentName } from '../../shared/session/component-names.ts';
import { healthQuery } from '../../shared/session/health.ts';
import { TextLink } from '../../shared/ui/links.tsx';
import { Section } from '../../shared/ui/page.tsx';
import { ErrorState, LoadingState } from '../../shared/ui/states.tsx';

/** What the registry is made of, and whether each part works. */
export function Components(): ReactNode {
  const { t } = useText();
  const query = useQuery(healthQuery);
  return (
    <Section title={t('nav.health')} actions={<TextLink to="/health">{t('dashboard.more')}</TextLink>}>
      {query.isPending ? (
        <LoadingState rows={1} />
      ) : query.data === undefined ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <Group component="ul" gap="lg" m={0} p={0} style={{ listStyle: 'none' }}>
          {query.data.components.map(({ name, status }) => (
            <Group component="li" key={name} gap={6} wrap="nowrap">
              {status === 'healthy' ? (
                <IconCircleCheck size={18} aria-hidden color="var(--mantine-color-teal-6)" />
              ) : (
                <IconAlertTriangle size={18} aria-hidden color="var(--mantine-color-red-6)" />
              )}
              <Text size="sm">
                {componentName(t, name)}{' '}
                <Text span inherit c="dimmed">
                  {status === 'healthy' ? t('dashboard.works') : t('dashboard.worksNot')}
                </Text>
              </Text>
            </Group>
          ))}
        </Group>
      )}
    </Section>
  );
}
