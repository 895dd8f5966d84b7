import { Alert, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { ApiError } from '../api/api-error.ts';
import { useText } from '../i18n/i18n.ts';
import { Command } from './copy.tsx';
import { refusalInWords } from '../i18n/refusals.ts';
import { ServerWords } from './server-words.tsx';

/** Grey bars in the place of what is coming; announced once to screen readers. */
export function LoadingState({ rows = 6 }: { readonly rows?: number }): ReactNode {
  const { t } = useText();
  return (
    <Stack gap="sm" role="status" aria-label={t('state.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} height={28} />
      ))}
    </Stack>
  );
}

/** Each must be written, so that nobody forgets one: null says that there is none on purpose. */
export interface EmptyStateProps {
  readonly title: string;
  /** One sentence: why there is nothing, or how that changes. */
  readonly sentence: string;
  /** One action. null where the reader may do nothing about it, or what does it stands right beside. */
  readonly action: ReactElement | null;
  /** One command for a shell that does the same, and runs unchanged. null where there is none, or the reader may not. */
  readonly command: string | null;
  /** Is it the whole page? Then its title is the page's. */
  readonly isPage?: boolean;
}

/** There is nothing yet, and what to do about it. */
export function EmptyState({ title, sentence, action, command, isPage = false }: EmptyStateProps): ReactNode {
  return (
    <Stack align="center" gap="sm" py="xl">
      <Title order={isPage ? 1 : 2} size="h4" ta="center">
        {title}
      </Title>
      <Text c="dimmed" maw={560} ta="center">
        {sentence}
      </Text>
      {action}
      {command === null ? null : (
        <div style={{ maxWidth: '100%' }}>
          <Command text={command} />
        </div>
      )}
    </Stack>
  );
}

/** There is something, but not what was searched for. */
export function NoMatch({ title, onClear }: { readonly title?: string; readonly onClear: () => void }): ReactNode {
  const { t } = useText();
  return (
    <Stack align="center" gap="sm" py="xl" ta="center">
      <Title order={2} size="h4">
        {title ?? t('state.noMatch')}
      </Title>
      <Button variant="default" onClick={onClear}>
        {t('state.clearFilter')}
      </Button>
    </Stack>
  );
}

/** What went wrong, as the server says it, with the request id that its log has and a way to try again. */
export function ErrorState({ error, onRetry }: { readonly error: unknown; readonly onRetry?: () => void }): ReactNode {
  const { t } = useText();
  const known = error instanceof ApiError ? error : undefined;
  const { title, help } = explain(known, t);
  return (
    <Alert color={known?.status === 404 || known?.status === 403 ? 'gray' : 'red'} title={title} role="alert">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{help}</Text>
        <Group gap="sm">
          {onRetry === undefined || known?.status === 403 ? null : (
            <Button size="xs" variant="default" onClick={onRetry}>
              {t('state.retry')}
            </Button>
          )}
          <ServerWords error={error} />
        </Group>
      </Stack>
    </Alert>
  );
}

function explain(error: ApiError | undefined, t: ReturnType<typeof useText>['t']): { title: string; help: string } {
  switch (error?.status) {
    case 0:
      return { title: t('state.offline'), help: t('state.offlineHelp') };
    case 403:
      return { title: t('state.forbidden'), help: error.message === '' ? t('state.forbiddenHelp') : refusalInWords(t, error) };
    case 404:
      return { title: t('state.notFound'), help: t('state.notFoundHelp') };
    default:
      return { title: t('state.failed'), help: error === undefined ? '' : refusalInWords(t, error) };
  }
}
