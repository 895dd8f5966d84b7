import { Code, Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiError } from '../api/api-error.ts';
import { useText } from '../i18n/i18n.ts';
import { refusalInWords } from '../i18n/refusals.ts';
import { Fold } from './fold.tsx';

/** What an administrator asks for: the id that the server's log has, and its own sentence where another one was shown. */
export function ServerWords({ error }: { readonly error: unknown }): ReactNode {
  const { t } = useText();
  if (!(error instanceof ApiError)) return null;
  const isToldOtherwise = error.message !== '' && refusalInWords(t, error) !== error.message;
  if (error.requestId === undefined && !isToldOtherwise) return null;
  return (
    <Group gap="sm">
      {error.requestId === undefined ? null : <Code>{t('state.requestId', { id: error.requestId })}</Code>}
      {isToldOtherwise ? (
        <Fold summary={t('state.serverWords')}>
          <Text size="sm" lang="en">
            {error.message}
          </Text>
        </Fold>
      ) : null}
    </Group>
  );
}
