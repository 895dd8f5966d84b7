import { Alert, Button, Stack, Text } from '@mantine/core';
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ApiError } from '../shared/api/api-error.ts';
import { useText } from '../shared/i18n/i18n.ts';
import { ButtonLink } from '../shared/ui/links.tsx';
import { EmptyState, ErrorState, LoadingState } from '../shared/ui/states.tsx';

export function WaitingPage(): ReactNode {
  return <LoadingState rows={4} />;
}

export function MissingPage(): ReactNode {
  const { t } = useText();
  return (
    <EmptyState
      isPage
      title={t('state.notFound')}
      sentence={t('state.notFoundHelp')}
      action={<ButtonLink to="/projects">{t('nav.projects')}</ButtonLink>}
      command={null}
    />
  );
}

/** An address that no page has: the frame is missing too. */
export function LostPage(): ReactNode {
  return (
    <main>
      <MissingPage />
    </main>
  );
}

/** A page that threw. What the server refused is said as such; anything else is a defect of ours. */
export function BrokenPage({ error }: ErrorComponentProps): ReactNode {
  const { t } = useText();
  const router = useRouter();
  if (error instanceof ApiError) return <ErrorState error={error} onRetry={() => void router.invalidate()} />;
  return (
    <Alert color="red" title={t('app.broken')} role="alert" m="md">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">{t('app.brokenHelp')}</Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {error instanceof Error ? error.message : String(error)}
        </Text>
        <Button size="xs" variant="default" onClick={() => window.location.reload()}>
          {t('app.reload')}
        </Button>
      </Stack>
    </Alert>
  );
}
