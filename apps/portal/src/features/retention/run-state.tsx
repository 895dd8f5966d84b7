import { Badge, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { type TextKey, useText } from '../../shared/i18n/i18n.ts';

const STATES: Readonly<Record<string, { readonly text: TextKey; readonly color: string }>> = {
  Pending: { text: 'retention.status.Pending', color: 'gray' },
  Running: { text: 'retention.status.Running', color: 'harbour' },
  Success: { text: 'retention.status.Success', color: 'teal' },
  Error: { text: 'retention.status.Error', color: 'red' },
  Stopped: { text: 'retention.status.Stopped', color: 'gray' },
};

export function RunState({ status, message = '' }: { readonly status: string; readonly message?: string }): ReactNode {
  const { t } = useText();
  const state = STATES[status];
  return (
    <Stack gap={2} align="flex-start">
      <Badge color={state?.color ?? 'gray'} variant="light" radius="sm" tt="none">
        {state === undefined ? status : t(state.text)}
      </Badge>
      {message === '' ? null : <Text size="xs">{message}</Text>}
    </Stack>
  );
}
